# A bare number; several files get a line each and the total.
seq 100 399 | sed 's/.*/{"ts":1700000&,"a":&.5,"b":&}/' >in.jsonl
tlm write -q -t ts -o one.avro in.jsonl
tlm write -q -t ts -o part.avro --rotate-points 250 in.jsonl
tlm count one.avro
tlm count part_*.avro
tlm count --trust part_*.avro
tlm count --records one.avro
tlm count -c a one.avro
tlm count -c a --from +10s --to +20s one.avro
tlm count --json one.avro part_002.avro
tlm count - <one.avro
printf 'Obj\001\002\026avro.schema\014"long"\0000123456789abcdef\004\004\002\0040123456789abcdef' >long.avro
tlm count long.avro
tlm count -c a long.avro
echo "exit $?"
tlm count none.avro
echo "exit $?"
# A file that says more than it holds.
size=$(wc -c <part_000.avro)
head -c $((size - 1)) part_000.avro >cut.avro
tlm count --trust cut.avro
tlm count cut.avro 2>&1 | sed 's/[0-9][0-9]*/N/g'
