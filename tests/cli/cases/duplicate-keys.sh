printf '%s\n' '{"ts":1700000000,"a":1,"b":2,"a":3}' '{"ts":1700000001,"o":{"x":1,"x":2}}' '{"ts":1700000002,"a":4}' >in.jsonl
tlm write --summary none -t ts -o reject.avro in.jsonl
echo "exit $?"
readavro reject.avro
tlm write --summary none -t ts --duplicate-keys last -o last.avro in.jsonl
echo "exit $?"
readavro last.avro
