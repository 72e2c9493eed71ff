# Integers are long until a fraction arrives in the series; then double where that is exact.
cat >in.jsonl <<END
{"ts":1700000000,"a":1,"b":1.5,"c":9007199254740993,"d":1}
{"ts":1700000001,"a":2.5,"b":2,"c":0.5,"d":2}
{"ts":1700000002,"a":3,"b":-0,"c":9007199254740992,"d":-9223372036854775808}
{"ts":1700000003,"a":9007199254740992,"b":9007199254740993,"c":1e3,"d":9223372036854775807}
END
for as in auto long double; do
    echo "$as:"
    tlm write --summary none -t ts --int-as $as -o $as.avro in.jsonl
    readavro $as.avro
done
