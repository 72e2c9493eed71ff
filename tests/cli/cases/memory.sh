# Under a small budget everything is still there, in more records.
seq 1700000000 1700029999 | awk '{ printf "{\"ts\":%d,\"a\":%.6f,\"b\":\"%0400d\"}\n", $1, sin($1), $1 }' >in.jsonl
tlm write -q -t ts --memory 8MiB --stats-file stats.json -o a.avro in.jsonl
echo "exit $?"
grep -o '"pressure_flushes": *[1-9]' stats.json | tr -d '1-9 '
tlm write -q -t ts --memory 256MiB --stats-file stats.json -o b.avro in.jsonl
grep -o '"pressure_flushes": *[0-9]*' stats.json
readavro --sort a.avro | cksum
readavro --sort b.avro | cksum
tlm write -q -t ts --memory 1MiB -o c.avro in.jsonl
