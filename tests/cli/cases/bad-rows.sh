# Bad rows are never silent, and each carries place and reason.
cat >in.jsonl <<END
{"ts":1700000000,"a":1}
{"ts":1700000001,"a":
[1,2]
{"ts":"soon","a":2}
{"a":3}

{"ts":1700000005,"a":5} trailing
{"ts":1700000006,"a":6}
END
echo 'reject:'
tlm write -t ts -T s --rejects bad.jsonl --summary none -o a.avro in.jsonl
echo "exit $?"
readavro a.avro
cat bad.jsonl
echo 'skip:'
tlm write -t ts -T s --bad-rows skip --summary none -o b.avro in.jsonl
echo "exit $?"
echo 'abort:'
tlm write -t ts -T s --bad-rows abort --summary none -o c.avro in.jsonl
echo "exit $?"
echo 'max-errors:'
tlm write -t ts -T s --max-errors 3 --summary none -o d.avro in.jsonl
echo "exit $?"
ls -A
