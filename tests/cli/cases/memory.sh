# Under a small budget everything is still there, in more records.
seq 1700000000 1700029999 | awk '{ printf "{\"ts\":%d,\"a\":%.6f,\"b\":\"%032d\"}\n", $1, sin($1), $1 }' >in.jsonl
tlm write -q -t ts --memory 4MiB -o a.avro in.jsonl
echo "exit $?"
tlm write -q -t ts -o b.avro in.jsonl
readavro --sort a.avro | cksum
readavro --sort b.avro | cksum
[ "$(readavro --records a.avro | wc -l)" -gt 2 ] && echo 'more records'
