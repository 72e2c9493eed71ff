# A taken name is an error before anything is read; --force replaces; --continue goes on.
printf '{"ts":1700000000,"a":1}\n{"ts":1700000001,"a":2}\n' >in.jsonl
echo old >a.avro
tlm write -q -t ts -o a.avro in.jsonl
echo "exit $?"
cat a.avro
tlm write -q -t ts -f -o a.avro in.jsonl && readavro a.avro
tlm write -q -t ts --rotate-points 1 -o run.avro in.jsonl
tlm write -q -t ts --rotate-points 1 -o run.avro in.jsonl
echo "exit $?"
tlm write -q -t ts --rotate-points 1 --continue -o run.avro in.jsonl
echo "exit $?"
echo 'never onto an input:'
tlm write -q -t ts -f -o in.jsonl in.jsonl
echo "exit $?"
ln -s in.jsonl link.avro
tlm write -q -t ts -f -o link.avro in.jsonl
echo "exit $?"
head -n 1 in.jsonl
ls -A
