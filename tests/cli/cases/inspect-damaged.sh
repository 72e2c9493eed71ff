# What is known of a damaged file is shown; then what is wrong, with its byte; exit 1.
# pick EXPRESSION: of o, each object on standard input.
pick()
{
    /usr/bin/python3 -c 'import json, sys
for line in sys.stdin:
    o = json.loads(line)
    print(json.dumps(eval(sys.argv[1])))' "$1"
}
seq 1700000000 1700000999 | sed 's/.*/{"ts":&,"a":1.5}/' >in.jsonl
tlm write -q -t ts --batch-points 250 --codec null -o run.avro in.jsonl
size=$(stat -c %s run.avro)
try()
{
    echo "\$ tlm inspect $*"
    tlm inspect "$@"
    echo "exit $?"
}
echo '# cut inside a block, at a block, inside the header'
head -c $((size - 100)) run.avro >cut.avro
try cut.avro
try --blocks cut.avro
offset=$(tlm inspect --json --blocks run.avro | pick 'o["block_list"][3]["offset"]')
head -c "$offset" run.avro >edge.avro
try edge.avro
head -c 300 run.avro >header.avro
try header.avro
head -c 0 run.avro >zero.avro
try zero.avro
try cut.avro edge.avro header.avro run.avro in.jsonl
tlm inspect --json cut.avro 2>said | pick '[o["error"], o["points"]]'
cat said
echo '# a partial file'
cp cut.avro .run.avro.partial
try .run.avro.partial | sed -n '/records/,$p'
echo '# a flip in the data, and in a marker'
tlm write -q -t ts --batch-points 250 -o snappy.avro in.jsonl
offset=$(tlm inspect --json --blocks snappy.avro | pick 'o["block_list"][1]["offset"]')
cp snappy.avro flip.avro
printf X | dd of=flip.avro bs=1 seek=$((offset + 60)) conv=notrunc status=none
try --blocks flip.avro
try flip.avro | sed -n '/records/,/points/p'
cp snappy.avro marker.avro
printf X | dd of=marker.avro bs=1 seek=$((offset - 3)) conv=notrunc status=none
try marker.avro 2>&1 | sed -n '/records/p;/^tlm/p'
echo '# outputs'
tlm inspect run.avro >/dev/full; echo "exit $?"
tlm inspect --head 1000 run.avro | head -c 1; echo
try .
