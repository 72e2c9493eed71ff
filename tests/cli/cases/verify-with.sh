# The second opinion, on every type of value; what avro-c cannot read is told.
cat >in.jsonl <<'END'
{"ts":1,"r":1.5,"l":2,"t":"x","j":{"a":[1]},"ra":[1.5,NaN],"ta":["p","é"],"m":1.5}
{"ts":2,"r":NaN,"l":-9223372036854775808,"t":"","j":{},"ra":[],"ta":["",""],"m":"s"}
END
for codec in null snappy deflate; do
    tlm write -q -t ts -T s --codec $codec -o $codec.avro in.jsonl
    tlm verify --with avro-c -v $codec.avro
done
printf '{"channel":"a","timestamp":1,"value":2,"tags":{"y":"2","x":"1"}}\n' |
    tlm write -q -T s -o tags.avro
tlm verify --with avro-c -v tags.avro
printf 'Obj\001\002\026avro.schema\014"long"\0000123456789abcdef\004\004\002\0040123456789abcdef' >long.avro
tlm verify --with avro-c -v long.avro
tlm write -q -t ts -T s --codec zstandard -o zstd.avro in.jsonl
tlm verify --with avro-c zstd.avro
