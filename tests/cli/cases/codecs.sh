seq 1700000000 1700000049 | sed 's/.*/{"ts":&,"a":1.5,"m":"idle"}/' >in.jsonl
for codec in snappy null deflate zstandard; do
    tlm write -q -t ts --codec $codec -o $codec.avro in.jsonl
    readavro --meta $codec.avro | grep -o '"avro.codec":"[a-z]*"'
    readavro $codec.avro | cksum
done
tlm write -q -t ts --codec lzo -o x.avro in.jsonl
