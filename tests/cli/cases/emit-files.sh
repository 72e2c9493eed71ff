# Each finished path on standard output, for the next program; if that dies, writing goes on.
seq 1700000000 1700000002 | sed 's/.*/{"ts":&,"a":1.5}/' >in.jsonl
tlm write -q -t ts --rotate-points 1 --emit-files -o run.avro in.jsonl | xargs -n 1 echo upload
tlm write -q -t ts --rotate-points 2 --emit-files -0 -o nul.avro in.jsonl | tr '\0' '|'
echo
{
    sleep 0.2
    tlm write --summary none -t ts -T s --rotate-points 1 --emit-files -o dead.avro in.jsonl
    echo "exit $?" >&2
} | true
ls -A
