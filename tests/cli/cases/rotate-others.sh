# By size: no part is larger; by span of data time; together, the first reached wins.
seq 1700000000 1700001999 | awk '{ printf "{\"ts\":%d,\"a\":%.6f}\n", $1, sin($1) * 1000 }' >in.jsonl
tlm write -q -t ts --rotate-size 16KiB --batch-points 100 -o size.avro in.jsonl
find . -name 'size_*' -size +16384c
[ "$(ls size_* | wc -l)" -gt 1 ] && echo 'several parts, none too large'
readavro size_* | wc -l
points() { for f in "$@"; do echo "$f $(readavro "$f" | wc -l)"; done; }
tlm write -q -t ts --rotate-span 15m -o span.avro in.jsonl && points span_*
readavro --records span_001.avro
tlm write -q -t ts --rotate-span 15m --rotate-points 850 -o both.avro in.jsonl && points both_*
