printf '%s\n' '{"ts":1700000000,"a":{"x":1},"a":{"y":2}}' '{"ts":1700000001,"a":{"x":1},"a.x":2}' '{"ts":1700000002,"a":{"x":1},"a":3}' '{"ts":1700000003,"a":{"x":4}}' >in.jsonl
tlm write --summary none -t ts --flatten . -o reject.avro in.jsonl
echo "exit $?"
readavro reject.avro
tlm write --summary none -t ts --flatten . --duplicate-keys last -o last.avro in.jsonl
echo "exit $?"
readavro --sort last.avro
