# Equal points give equal digests, whatever files, blocks, threads and codecs they come in.
seq 100 399 | sed 's/.*/{"ts":1700000&,"a":&.5,"b":&,"s":"x&"}/' >in.jsonl
tlm write -q -t ts -o one.avro in.jsonl
tlm write -q -t ts -o part.avro --rotate-points 200 --batch-points 30 --codec deflate in.jsonl
tlm checksum one.avro
tlm checksum -j 2 one.avro >a.txt
tlm checksum part_*.avro >b.txt
cmp a.txt b.txt && echo same
tlm checksum --total part_003.avro part_001.avro part_000.avro part_002.avro part_004.avro
mkdir set && mv part_* set && tlm checksum --total set
# The parts do not hold less, or more.
tlm checksum --total set/part_000.avro | cut -c 34-
[ "$(tlm checksum --total one.avro one.avro)" = "$(tlm checksum --total one.avro)" ] || echo differs
tlm checksum --json one.avro
tlm checksum --total --json one.avro
# A choice of points.
tlm checksum -c 's' --exclude b one.avro | tail -n 1
tlm checksum -c a --from 1700000100 --to 1700000100000000001 one.avro
