{
    echo '{"ts":1700000000,"a":1}'
    printf '{"ts":1700000001,"a":"%0300d"}\n' 0
    echo '{"ts":1700000002,"a":2}'
} >in.jsonl
tlm write --summary none -t ts --max-line 256 -o a.avro in.jsonl
echo "exit $?"
readavro a.avro
