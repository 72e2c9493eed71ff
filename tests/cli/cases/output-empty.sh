# Nothing in, nothing out, and that is said; a stream still gets its header.
: >empty.jsonl
printf 'ts,a\n' >header.csv
tlm write -t ts -o a.avro empty.jsonl
echo "exit $?"
tlm write -t ts -o b.avro header.csv
echo "exit $?"
tlm write -q -t ts -o - empty.jsonl >stream.avro
echo "exit $?"
readavro stream.avro
head -c 3 stream.avro
echo
ls -A
