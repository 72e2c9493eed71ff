#!/usr/bin/env bash
# Completes in bash, and in zsh and fish where they are installed.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

result() { # result NAME GOT WANTED
    if [ "$2" = "$3" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAILED: %s\n  wanted: %s\n  got:    %s\n' "$1" "$3" "$2"
    fi
}

# ---- bash: the words as readline passes them, '=' being a word of its own

complete_words() {
    COMP_WORDS=("$@")
    COMP_CWORD=$(($# - 1))
    COMPREPLY=()
    _tlm
    printf '%s\n' ${COMPREPLY[@]+"${COMPREPLY[@]}"} | sort | tr '\n' ' '
}

bash -n "$top/completions/tlm.bash"
result 'bash: syntax' $? 0
# shellcheck source=/dev/null
. "$top/completions/tlm.bash"
touch "$work/flight.csv" "$work/my rows.csv"
cd "$work" || exit 1
rotate='--rotate-age --rotate-every --rotate-points --rotate-size --rotate-span '
result 'bash: registered' "$(complete -p tlm)" 'complete -F _tlm tlm'
result 'bash: commands' "$(complete_words tlm wr)" 'write '
result 'bash: help' "$(complete_words tlm help w)" 'write '
result 'bash: program options' "$(complete_words tlm --v)" '--version '
result 'bash: options' "$(complete_words tlm write --rot)" "$rotate"
result 'bash: options after operands' "$(complete_words tlm write flight.csv --rot)" "$rotate"
result 'bash: choices' "$(complete_words tlm write --codec s)" 'snappy '
result 'bash: choices of a letter' "$(complete_words tlm write -i j)" 'jsonl '
result 'bash: choices after =' "$(complete_words tlm write --codec = z)" 'zstandard '
result 'bash: choices right after =' "$(complete_words tlm write --stats =)" 'json text '
result 'bash: no choices without =' "$(complete_words tlm write --stats js)" ' '
result 'bash: files' "$(complete_words tlm write fl)" 'flight.csv '
result 'bash: a blank in a name' "$(complete_words tlm write my)" 'my rows.csv '
result 'bash: files of an option' "$(complete_words tlm write --rejects fl)" 'flight.csv '
result 'bash: free text' "$(complete_words tlm write --prefix fl)" ' '
result 'bash: after --' "$(complete_words tlm write -- --rot)" ' '

# ---- zsh: parses; a pseudo terminal shows what a tab brings

if command -v zsh >/dev/null 2>&1; then
    zsh -n "$top/completions/_tlm"
    result 'zsh: syntax' $? 0
    got=$(timeout 20 zsh -f 2>&1 <<END
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "fpath=('$top/completions' \$fpath); autoload -Uz compinit; compinit -u -D; PS1=; echo READY"
zpty -r shell text '*READY*READY*'
zpty -w -n shell \$'tlm write --codec z\t'
sleep 1
zpty -r shell text '*zstandard*' && echo COMPLETED
zpty -d shell
END
    )
    case $got in
    *COMPLETED*) got=COMPLETED ;;
    esac
    result 'zsh: choices' "$got" COMPLETED
fi

# ---- fish

if command -v fish >/dev/null 2>&1; then
    fish_words() {
        HOME=$work fish --no-config -c "source '$top/completions/tlm.fish'; complete -C '$1'" |
            cut -f 1 | sort | tr '\n' ' '
    }
    result 'fish: commands' "$(fish_words 'tlm wr')" 'write '
    result 'fish: options' "$(fish_words 'tlm write --rot')" "$rotate"
    result 'fish: choices' "$(fish_words 'tlm write --codec s')" 'snappy '
    result 'fish: files' "$(fish_words 'tlm write fl')" 'flight.csv '
fi

printf 'completions: %d passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
