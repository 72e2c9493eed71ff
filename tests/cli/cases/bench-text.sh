# What a measurement prints, figures taken away; and that nothing stays.
mkdir here && cd here || exit 1
TMPDIR=$PWD
export TMPDIR

# Takes the machine and all figures that are measured away.
mask()
{
    sed -E -e 's/^  tlm [0-9.]+, .*/  MACHINE/' -e '/^  [^ ].*(x86_64|aarch64)$/d' \
        -e 's/[0-9.]+ (ns|us|ms|s)\b/TIME/g' -e 's/[0-9.]+ (B|KiB|MiB|GiB)\b/SIZE/g' \
        -e 's/[0-9.]+[kM]?\/s/N\/s/' -e 's/[0-9.]+ %/N %/g' -e 's/[0-9.]+x$/Nx/' \
        -e 's/[0-9]+\.[0-9]+ (of the records|of that|bytes a point)/N \1/g' \
        -e 's/[#.]{24}/BAR/' -e 's/  [a-z]+-bound/  PHASE-bound/' \
        -e '/^  but most of the time/d' -e 's/(.)  +/\1  /g'
}

show()
{
    echo "\$ tlm $*"
    tlm "$@" >out || echo "exit $?"
    mask <out
    rm out
    ls -A
    echo
}

show bench --points 20k --runs 3 --dir .
show bench --quick --runs 1 -j2 --profile
show bench --points 20k --channels 3 --from jsonl --type long --noise regular -j1 --runs 2
show bench --points 20k --frame 200 --producers 3 --codec null --fsync none --rotate-points 7k --runs 1
show bench --points 20k --batch-points 5k --memory 16MiB --fsync flush --runs 1
show bench --points 20k --from csv --type string --versus avro-c --runs 2 -j1
show bench --points 20k --from jsonl --type mixed --versus avro-c --runs 1 -j1
show bench --points 20k --type struct --versus avro-c --runs 1 -j1
show bench --points 20k --from csv --limit --runs 1 -j1
show bench --points 20k --limit --runs 1 -j1
