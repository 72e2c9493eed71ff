printf '{"ts":1700000000,"a":"\377"}\n{"ts":1700000001,"a":"ok"}\n{"ts":1700000002,"\300":1}\n' >in.jsonl
tlm write --summary none -t ts -o a.avro in.jsonl
echo "exit $?"
readavro a.avro
