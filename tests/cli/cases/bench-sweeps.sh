# Every sweep: its first column and what it says at its end.
for sweep in frame channels types rotation threads grid; do
    echo "# $sweep"
    tlm bench --quick --points 20k --runs 1 --sweep $sweep >out || exit 1
    sed -n 1p out
    # How many rows of threads there are depends on the machine.
    sed -E -e '1,/^$/d' -e '/^$/d' -e 's/^(  [^ ]+)  .*/\1/' -e 's/(best: |worst: )[^(]*\([^)]*\)/\1X/g' \
        -e 's/[0-9.]+x apart/N apart/' -e 's/takes .*/takes TIME/' out |
        if [ $sweep = threads ]; then sed -E '/^  ([2-9]|[0-9]{2,})$/d'; else cat; fi
done
echo '# as CSV'
plain() { cut -d, -f1,2,3,4,7; }
tlm bench --quick --points 5k --runs 1 --sweep types --from csv --csv | plain
tlm bench --quick --points 5k --runs 1 --sweep types --from jsonl --csv | plain
tlm bench --quick --points 20k --runs 1 --sweep rotation --csv | plain
tlm bench --quick --points 20k --runs 1 --sweep grid --type long --csv | plain
tlm bench --quick --points 20k --channels 20 --runs 1 --sweep frame --csv | plain
