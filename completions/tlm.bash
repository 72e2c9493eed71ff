# Completion of tlm for bash.
# Generated from the table of commands (scripts/docs): do not edit.

# The options of a command.
_tlm_options()
{
    case $1 in
    write) echo '-i --input --filelist --delimiter --decimal --no-header --columns --skip-lines --comment --null-values --max-line --rate-limit --shape --channel-field --value-field --tag --tag-field -c --channel --exclude --rename --prefix --flatten -t --time-field -T --time-format --time-origin --tz --int-as --bool-as --uint64 --type --duplicate-keys --bad-rows --rejects --max-errors -o --output --codec --fsync -f --force --continue --wait --metadata --dataset-rid -n --dry-run --pidfile --rotate-points --rotate-size --rotate-every --rotate-age --rotate-span --emit-files -0 --null --on-close --keep --keep-bytes --keep-age --batch-points --flush-interval -j --threads --memory --stats --stats-file --summary -q --quiet -v --verbose -h --help' ;;
    rotate) echo '-o --output -f --force --continue --wait --metadata --dataset-rid -n --dry-run --delete-source --skip-damaged --rotate-points --rotate-size --rotate-span --split-by --max-open --emit-files -0 --null --on-close --coalesce --sort --dedupe --recode -c --channel --exclude --tag --from --to --signal --timeout -j --threads --memory --json -q --quiet -v --verbose -h --help' ;;
    bench) echo '--type --channels --points --frame --noise --from --input -t --time-field -T --time-format --tz --rotate-points --codec --producers -j --threads --batch-points --memory --dir --fsync --runs --sweep --versus --limit --profile --quick --json --csv --baseline -h --help' ;;
    inspect) echo '--timeline --browse --schema --meta --blocks --head --full -c --channel --exclude --tag --from --to --sort --json --color --ascii -j --threads -h --help' ;;
    stats) echo '--by --sort --top --gap --json --csv --plot --hist --bins --log --svg --png --width --height --compare --tolerance --phases -c --channel --exclude --tag --from --to -i --input --delimiter --decimal --no-header --columns --skip-lines --comment --null-values --max-line --shape --channel-field --value-field --tag-field --rename --prefix --flatten -t --time-field -T --time-format --time-origin --tz --int-as --bool-as --uint64 --type --duplicate-keys --bad-rows --max-errors --color --ascii -j --threads --memory -q --quiet -h --help' ;;
    cat) echo '-c --channel --exclude --tag --from --to --head --tail --csv --tsv --wide --fill -T --time-format --int64 --every --agg -o --output -f --force -j --threads --memory -h --help' ;;
    verify) echo '--full --strict --with -j --threads --json -q --quiet -v --verbose -h --help' ;;
    recover) echo '-o --output --finish --report -f --force --like --json -q --quiet -h --help' ;;
    prune) echo '--keep --keep-bytes --keep-age -n --dry-run --json -q --quiet -v --verbose -h --help' ;;
    checksum) echo '-c --channel --exclude --tag --from --to --total --json -j --threads -h --help' ;;
    count) echo '-c --channel --exclude --tag --from --to --records --trust -j --threads --json -h --help' ;;
    schema) echo '--name -h --help' ;;
    '') echo '-h --help -V --version' ;;
    esac
}

# What follows an option (with '=' when it was typed): words, @file or @text; nothing when
# the option takes no value.
_tlm_values()
{
    case $1:$2 in
    write:-i | write:--input | write:--input=) echo 'auto jsonl csv tsv' ;;
    write:--filelist | write:--filelist=) echo '@file' ;;
    write:--delimiter | write:--delimiter=) echo '@text' ;;
    write:--decimal | write:--decimal=) echo '. ,' ;;
    write:--columns | write:--columns=) echo '@text' ;;
    write:--skip-lines | write:--skip-lines=) echo '@text' ;;
    write:--comment | write:--comment=) echo '@text' ;;
    write:--null-values | write:--null-values=) echo '@text' ;;
    write:--max-line | write:--max-line=) echo '@text' ;;
    write:--rate-limit | write:--rate-limit=) echo '@text' ;;
    write:--shape | write:--shape=) echo 'auto wide long' ;;
    write:--channel-field | write:--channel-field=) echo '@text' ;;
    write:--value-field | write:--value-field=) echo '@text' ;;
    write:--tag | write:--tag=) echo '@text' ;;
    write:--tag-field | write:--tag-field=) echo '@text' ;;
    write:-c | write:--channel | write:--channel=) echo '@text' ;;
    write:--exclude | write:--exclude=) echo '@text' ;;
    write:--rename | write:--rename=) echo '@text' ;;
    write:--prefix | write:--prefix=) echo '@text' ;;
    write:--flatten | write:--flatten=) echo '@text' ;;
    write:-t | write:--time-field | write:--time-field=) echo '@text' ;;
    write:-T | write:--time-format | write:--time-format=) echo '@text' ;;
    write:--time-origin | write:--time-origin=) echo '@text' ;;
    write:--tz | write:--tz=) echo '@text' ;;
    write:--int-as | write:--int-as=) echo 'auto long double' ;;
    write:--bool-as | write:--bool-as=) echo 'long string double' ;;
    write:--uint64 | write:--uint64=) echo 'reject double string wrap' ;;
    write:--type | write:--type=) echo '@text' ;;
    write:--duplicate-keys | write:--duplicate-keys=) echo 'reject last' ;;
    write:--bad-rows | write:--bad-rows=) echo 'reject skip abort' ;;
    write:--rejects | write:--rejects=) echo '@file' ;;
    write:--max-errors | write:--max-errors=) echo '@text' ;;
    write:-o | write:--output | write:--output=) echo '@file' ;;
    write:--codec | write:--codec=) echo 'snappy null deflate zstandard' ;;
    write:--fsync | write:--fsync=) echo 'close flush none' ;;
    write:--wait | write:--wait=) echo '@text' ;;
    write:--metadata | write:--metadata=) echo '@text' ;;
    write:--dataset-rid | write:--dataset-rid=) echo '@text' ;;
    write:--pidfile | write:--pidfile=) echo '@file' ;;
    write:--rotate-points | write:--rotate-points=) echo '@text' ;;
    write:--rotate-size | write:--rotate-size=) echo '@text' ;;
    write:--rotate-every | write:--rotate-every=) echo '@text' ;;
    write:--rotate-age | write:--rotate-age=) echo '@text' ;;
    write:--rotate-span | write:--rotate-span=) echo '@text' ;;
    write:--on-close | write:--on-close=) echo '@text' ;;
    write:--keep | write:--keep=) echo '@text' ;;
    write:--keep-bytes | write:--keep-bytes=) echo '@text' ;;
    write:--keep-age | write:--keep-age=) echo '@text' ;;
    write:--batch-points | write:--batch-points=) echo '@text' ;;
    write:--flush-interval | write:--flush-interval=) echo '@text' ;;
    write:-j | write:--threads | write:--threads=) echo '@text' ;;
    write:--memory | write:--memory=) echo '@text' ;;
    write:--stats=) echo 'text json' ;;
    write:--stats-file | write:--stats-file=) echo '@file' ;;
    write:--summary | write:--summary=) echo 'text json none' ;;
    rotate:-o | rotate:--output | rotate:--output=) echo '@file' ;;
    rotate:--wait | rotate:--wait=) echo '@text' ;;
    rotate:--metadata | rotate:--metadata=) echo '@text' ;;
    rotate:--dataset-rid | rotate:--dataset-rid=) echo '@text' ;;
    rotate:--rotate-points | rotate:--rotate-points=) echo '@text' ;;
    rotate:--rotate-size | rotate:--rotate-size=) echo '@text' ;;
    rotate:--rotate-span | rotate:--rotate-span=) echo '@text' ;;
    rotate:--split-by | rotate:--split-by=) echo '@text' ;;
    rotate:--max-open | rotate:--max-open=) echo '@text' ;;
    rotate:--on-close | rotate:--on-close=) echo '@text' ;;
    rotate:--sort | rotate:--sort=) echo 'time' ;;
    rotate:--dedupe=) echo 'exact first last' ;;
    rotate:--recode | rotate:--recode=) echo 'snappy null deflate zstandard' ;;
    rotate:-c | rotate:--channel | rotate:--channel=) echo '@text' ;;
    rotate:--exclude | rotate:--exclude=) echo '@text' ;;
    rotate:--tag | rotate:--tag=) echo '@text' ;;
    rotate:--from | rotate:--from=) echo '@text' ;;
    rotate:--to | rotate:--to=) echo '@text' ;;
    rotate:--signal | rotate:--signal=) echo '@file' ;;
    rotate:--timeout | rotate:--timeout=) echo '@text' ;;
    rotate:-j | rotate:--threads | rotate:--threads=) echo '@text' ;;
    rotate:--memory | rotate:--memory=) echo '@text' ;;
    bench:--type | bench:--type=) echo 'double long string array struct mixed' ;;
    bench:--channels | bench:--channels=) echo '@text' ;;
    bench:--points | bench:--points=) echo '@text' ;;
    bench:--frame | bench:--frame=) echo '@text' ;;
    bench:--noise | bench:--noise=) echo 'regular noisy' ;;
    bench:--from | bench:--from=) echo 'memory jsonl csv' ;;
    bench:--input | bench:--input=) echo '@file' ;;
    bench:-t | bench:--time-field | bench:--time-field=) echo '@text' ;;
    bench:-T | bench:--time-format | bench:--time-format=) echo '@text' ;;
    bench:--tz | bench:--tz=) echo '@text' ;;
    bench:--rotate-points | bench:--rotate-points=) echo '@text' ;;
    bench:--codec | bench:--codec=) echo 'snappy null deflate zstandard' ;;
    bench:--producers | bench:--producers=) echo '@text' ;;
    bench:-j | bench:--threads | bench:--threads=) echo '@text' ;;
    bench:--batch-points | bench:--batch-points=) echo '@text' ;;
    bench:--memory | bench:--memory=) echo '@text' ;;
    bench:--dir | bench:--dir=) echo '@file' ;;
    bench:--fsync | bench:--fsync=) echo 'close flush none' ;;
    bench:--runs | bench:--runs=) echo '@text' ;;
    bench:--sweep | bench:--sweep=) echo 'frame channels types rotation threads grid' ;;
    bench:--versus | bench:--versus=) echo 'avro-c' ;;
    bench:--baseline | bench:--baseline=) echo '@file' ;;
    inspect:--meta=) echo '@text' ;;
    inspect:--head | inspect:--head=) echo '@text' ;;
    inspect:-c | inspect:--channel | inspect:--channel=) echo '@text' ;;
    inspect:--exclude | inspect:--exclude=) echo '@text' ;;
    inspect:--tag | inspect:--tag=) echo '@text' ;;
    inspect:--from | inspect:--from=) echo '@text' ;;
    inspect:--to | inspect:--to=) echo '@text' ;;
    inspect:--sort | inspect:--sort=) echo 'name points bytes rate' ;;
    inspect:--color | inspect:--color=) echo 'auto always never' ;;
    inspect:-j | inspect:--threads | inspect:--threads=) echo '@text' ;;
    stats:--by | stats:--by=) echo '@text' ;;
    stats:--sort | stats:--sort=) echo 'name points rate gaps bytes mean std' ;;
    stats:--top | stats:--top=) echo '@text' ;;
    stats:--gap | stats:--gap=) echo '@text' ;;
    stats:--plot | stats:--plot=) echo '@text' ;;
    stats:--hist | stats:--hist=) echo '@text' ;;
    stats:--bins | stats:--bins=) echo '@text' ;;
    stats:--svg | stats:--svg=) echo '@file' ;;
    stats:--png | stats:--png=) echo '@file' ;;
    stats:--width | stats:--width=) echo '@text' ;;
    stats:--height | stats:--height=) echo '@text' ;;
    stats:--compare | stats:--compare=) echo '@file' ;;
    stats:--tolerance | stats:--tolerance=) echo '@text' ;;
    stats:--phases | stats:--phases=) echo '@file' ;;
    stats:-c | stats:--channel | stats:--channel=) echo '@text' ;;
    stats:--exclude | stats:--exclude=) echo '@text' ;;
    stats:--tag | stats:--tag=) echo '@text' ;;
    stats:--from | stats:--from=) echo '@text' ;;
    stats:--to | stats:--to=) echo '@text' ;;
    stats:-i | stats:--input | stats:--input=) echo 'auto jsonl csv tsv' ;;
    stats:--delimiter | stats:--delimiter=) echo '@text' ;;
    stats:--decimal | stats:--decimal=) echo '. ,' ;;
    stats:--columns | stats:--columns=) echo '@text' ;;
    stats:--skip-lines | stats:--skip-lines=) echo '@text' ;;
    stats:--comment | stats:--comment=) echo '@text' ;;
    stats:--null-values | stats:--null-values=) echo '@text' ;;
    stats:--max-line | stats:--max-line=) echo '@text' ;;
    stats:--shape | stats:--shape=) echo 'auto wide long' ;;
    stats:--channel-field | stats:--channel-field=) echo '@text' ;;
    stats:--value-field | stats:--value-field=) echo '@text' ;;
    stats:--tag-field | stats:--tag-field=) echo '@text' ;;
    stats:--rename | stats:--rename=) echo '@text' ;;
    stats:--prefix | stats:--prefix=) echo '@text' ;;
    stats:--flatten | stats:--flatten=) echo '@text' ;;
    stats:-t | stats:--time-field | stats:--time-field=) echo '@text' ;;
    stats:-T | stats:--time-format | stats:--time-format=) echo '@text' ;;
    stats:--time-origin | stats:--time-origin=) echo '@text' ;;
    stats:--tz | stats:--tz=) echo '@text' ;;
    stats:--int-as | stats:--int-as=) echo 'auto long double' ;;
    stats:--bool-as | stats:--bool-as=) echo 'long string double' ;;
    stats:--uint64 | stats:--uint64=) echo 'reject double string wrap' ;;
    stats:--type | stats:--type=) echo '@text' ;;
    stats:--duplicate-keys | stats:--duplicate-keys=) echo 'reject last' ;;
    stats:--bad-rows | stats:--bad-rows=) echo 'reject skip abort' ;;
    stats:--max-errors | stats:--max-errors=) echo '@text' ;;
    stats:--color | stats:--color=) echo 'auto always never' ;;
    stats:-j | stats:--threads | stats:--threads=) echo '@text' ;;
    stats:--memory | stats:--memory=) echo '@text' ;;
    cat:-c | cat:--channel | cat:--channel=) echo '@text' ;;
    cat:--exclude | cat:--exclude=) echo '@text' ;;
    cat:--tag | cat:--tag=) echo '@text' ;;
    cat:--from | cat:--from=) echo '@text' ;;
    cat:--to | cat:--to=) echo '@text' ;;
    cat:--head | cat:--head=) echo '@text' ;;
    cat:--tail | cat:--tail=) echo '@text' ;;
    cat:--fill | cat:--fill=) echo 'none last' ;;
    cat:-T | cat:--time-format | cat:--time-format=) echo 'rfc3339 s ms us ns' ;;
    cat:--int64 | cat:--int64=) echo 'number string' ;;
    cat:--every | cat:--every=) echo '@text' ;;
    cat:--agg | cat:--agg=) echo 'mean min max last' ;;
    cat:-o | cat:--output | cat:--output=) echo '@file' ;;
    cat:-j | cat:--threads | cat:--threads=) echo '@text' ;;
    cat:--memory | cat:--memory=) echo '@text' ;;
    verify:--with | verify:--with=) echo 'avro-c' ;;
    verify:-j | verify:--threads | verify:--threads=) echo '@text' ;;
    recover:-o | recover:--output | recover:--output=) echo '@file' ;;
    recover:--like | recover:--like=) echo '@file' ;;
    prune:--keep | prune:--keep=) echo '@text' ;;
    prune:--keep-bytes | prune:--keep-bytes=) echo '@text' ;;
    prune:--keep-age | prune:--keep-age=) echo '@text' ;;
    checksum:-c | checksum:--channel | checksum:--channel=) echo '@text' ;;
    checksum:--exclude | checksum:--exclude=) echo '@text' ;;
    checksum:--tag | checksum:--tag=) echo '@text' ;;
    checksum:--from | checksum:--from=) echo '@text' ;;
    checksum:--to | checksum:--to=) echo '@text' ;;
    checksum:-j | checksum:--threads | checksum:--threads=) echo '@text' ;;
    count:-c | count:--channel | count:--channel=) echo '@text' ;;
    count:--exclude | count:--exclude=) echo '@text' ;;
    count:--tag | count:--tag=) echo '@text' ;;
    count:--from | count:--from=) echo '@text' ;;
    count:--to | count:--to=) echo '@text' ;;
    count:-j | count:--threads | count:--threads=) echo '@text' ;;
    esac
}

_tlm_commands='write rotate bench inspect stats cat verify recover prune checksum count schema'

_tlm_files()
{
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$1")
}

_tlm_words()
{
    mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
}

_tlm()
{
    local cur=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]}
    local command=${COMP_WORDS[1]} values i
    COMPREPLY=()
    # Bash takes --option=value for three words.
    if [[ $cur == '=' ]]; then
        option=$option= cur=
    elif [[ $option == '=' ]]; then
        option=${COMP_WORDS[COMP_CWORD - 2]}=
    fi
    if ((COMP_CWORD == 1)); then
        _tlm_words "$_tlm_commands help $(_tlm_options '')" "$cur"
        return
    elif [[ $command == help ]]; then
        _tlm_words "$_tlm_commands" "$cur"
        return
    fi
    for ((i = 2; i < COMP_CWORD; i++)); do
        if [[ ${COMP_WORDS[i]} == -- ]]; then
            _tlm_files "$cur"
            return
        fi
    done
    values=$(_tlm_values "$command" "$option")
    case $values in
    @file) _tlm_files "$cur" ;;
    @text) ;;
    ?*) _tlm_words "$values" "$cur" ;;
    *)
        if [[ $cur == -* ]]; then
            _tlm_words "$(_tlm_options "$command")" "$cur"
        else
            _tlm_files "$cur"
        fi
        ;;
    esac
}

complete -F _tlm tlm
