printf '%s\n' '{"ts":1700000000,"":1,"a":1}' '{"ts":1700000001,"a":2}' >in.jsonl
tlm write --summary none -t ts -o reject.avro in.jsonl
echo "exit $?"
tlm write --summary none -t ts --exclude '' -o drop.avro in.jsonl
echo "exit $?"
readavro drop.avro
