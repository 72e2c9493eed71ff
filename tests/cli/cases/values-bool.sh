printf '%s\n' '{"ts":1700000000,"on":true}' '{"ts":1700000001,"on":false}' >in.jsonl
for as in long string double; do
    tlm write -q -t ts --bool-as $as -o $as.avro in.jsonl
    readavro $as.avro
done
