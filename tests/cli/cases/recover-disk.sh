# A disk that is full: a clear error, and nothing half done is left under the name.
seq 1000 9999 | sed 's/.*/{"ts":170000&,"a":&.5,"b":"x&"}/' >in.jsonl
tlm write -q -t ts -T s -o run.avro --batch-points 100 --codec null in.jsonl
trap '' XFSZ
(ulimit -f 8 && tlm recover run.avro -o out.avro)
echo "exit $?"
ls -A
tlm recover --report --json run.avro >/dev/full
