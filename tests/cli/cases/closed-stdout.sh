# A reader that goes away: an error about standard output, not a death by signal.
seq 1700000000 1700009999 | awk '{ printf "{\"ts\":%d,\"a\":%.6f}\n", $1, sin($1) * 1000 }' >in.jsonl
{
    sleep 0.2
    tlm write -q -t ts --batch-points 100 -o - in.jsonl
    echo "exit $?" >&2
} | true
