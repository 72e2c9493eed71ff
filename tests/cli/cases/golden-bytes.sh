# The exact bytes of a file with a fixed sync marker.
printf '%s\n' '{"ts":1700000000,"rpm":1,"temp":20.5,"mode":"idle"}' '{"ts":1700000001,"rpm":-2,"v":[1.5],"gps":{"lat":1.5}}' >in.jsonl
TLM_SYNC_MARKER=000102030405060708090a0b0c0d0e0f
export TLM_SYNC_MARKER
for codec in null snappy; do
    tlm write -q -t ts --codec $codec --tag car=7 -o $codec.avro in.jsonl
    od -An -v -c $codec.avro
done
