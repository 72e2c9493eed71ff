# Exact: 250 points at 100 give 100, 100, 50, whatever the batches; the bytes do not matter.
points() { for f in "$@"; do echo "$f $(readavro "$f" | wc -l)"; done; }
seq 1700000000 1700000249 | sed 's/.*/{"ts":&,"a":1.5}/' >in.jsonl
tlm write -q -t ts --rotate-points 100 -o run.avro in.jsonl && points run_*
tlm write -q -t ts --rotate-points 100 --batch-points 80 -o small.avro in.jsonl && points small_*
head -n 200 in.jsonl | tlm write -q -t ts --rotate-points 100 -o even.avro && points even_*
head -n 80 in.jsonl >first.jsonl
head -n 50 in.jsonl >second.jsonl
tlm write -q -t ts --rotate-points 100 -o two.avro first.jsonl second.jsonl && points two_*
# A wide row may straddle two parts.
printf '{"ts":1700000000,"a":1,"b":2,"c":3}\n{"ts":1700000001,"a":1,"b":2,"c":3}\n' |
    tlm write -q -t ts --rotate-points 4 -o wide.avro && readavro wide_*
ls -A
