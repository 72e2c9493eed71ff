# What a dead writer left is set aside and reported, never overwritten.
printf '{"ts":1700000000,"a":1}\n' >in.jsonl
echo half >.a.avro.partial
echo older >.a.avro.partial.1
tlm write --summary none -t ts -o a.avro in.jsonl
echo "exit $?"
readavro a.avro
for f in .a*; do
    echo "$f: $(cat "$f")"
done
