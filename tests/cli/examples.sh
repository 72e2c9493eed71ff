#!/usr/bin/env bash
# Runs every example of the table of commands in a fresh copy of the samples, with the tlm in PATH.
#   tests/cli/examples.sh [DOCGEN]      default $DOCGEN or build/docgen
set -u
here=$(cd "$(dirname "$0")" && pwd)
docgen=${1:-${DOCGEN:-$here/../../build/docgen}}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

# check LINE FILE TEXT: the line exits with 0, FILE is there and not empty, and TEXT was printed
check() {
    local line=$1 makes=$2 prints=$3 why=
    rm -rf "$work/samples"
    cp -r "$here/samples" "$work/samples"
    (cd "$work/samples" && bash -o pipefail -c "$line") </dev/null >"$work/out" 2>"$work/err" ||
        why="exit status $?"
    if [ -z "$why" ] && [ "$makes" != - ] && [ ! -s "$work/samples/$makes" ]; then
        why="there is no $makes"
    fi
    if [ -z "$why" ] && [ "$prints" != - ] && ! grep -qF -e "$prints" "$work/out"; then
        why="\"$prints\" is not on standard output"
    fi
    if [ -z "$why" ]; then
        passed=$((passed + 1))
        return
    fi
    failed=$((failed + 1))
    printf 'FAILED: %s\n  %s\n' "$line" "$why"
    sed 's/^/  | /' "$work/err" | head -n 5
}

"$docgen" examples >"$work/list" || failed=$((failed + 1))
while IFS=$'\t' read -r line makes prints; do
    check "$line" "$makes" "$prints"
done <"$work/list"
[ $((passed + failed)) -gt 0 ] || failed=1
printf 'examples: %d passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
