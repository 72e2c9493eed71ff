printf '{"ts":1700000000,"a":1}\n' >in.jsonl
for how in close flush none; do
    tlm write -q -t ts --fsync $how -o $how.avro in.jsonl && readavro $how.avro
done
tlm write -q -t ts --fsync maybe -o x.avro in.jsonl
