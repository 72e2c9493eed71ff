# Integers above int64, and numbers above double.
printf '%s\n' '{"ts":1700000000,"a":9223372036854775808}' '{"ts":1700000001,"a":18446744073709551615}' \
    '{"ts":1700000002,"a":18446744073709551616}' '{"ts":1700000003,"a":-9223372036854775809}' \
    '{"ts":1700000004,"a":1e400}' '{"ts":1700000005,"a":-1e400}' '{"ts":1700000006,"a":7}' >in.jsonl
for as in reject double string wrap; do
    echo "$as:"
    tlm write --summary none -t ts --uint64 $as -o $as.avro in.jsonl
    echo "exit $?"
    readavro $as.avro
done
