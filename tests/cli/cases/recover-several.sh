# Several files into a folder: each keeps its name, a partial gets that of its part.
seq 100 399 | sed 's/.*/{"ts":1700000&,"a":&.5}/' >in.jsonl
tlm write -q -t ts -T s -o run.avro --batch-points 100 in.jsonl
size=$(wc -c <run.avro)
head -c $((size - 1)) run.avro >.other.avro.partial
head -c 100 run.avro >bad.avro
mkdir saved
tlm recover -q -o saved run.avro .other.avro.partial
echo "exit $?"
tlm count saved
tlm recover -q -o saved/ bad.avro
echo "exit $?"
tlm recover -o saved.avro run.avro bad.avro
echo "exit $?"
tlm recover run.avro
echo "exit $?"
tlm recover --report --finish run.avro
echo "exit $?"
tlm recover -o - run.avro
echo "exit $?"
tlm recover
echo "exit $?"
# Damage in the middle, and in the header, with another file of the kind at hand.
{ head -c $((size - 400)) run.avro && printf '\000\000\000' && tail -c 397 run.avro; } >middle.avro
tlm recover -q -o out.avro middle.avro
echo "exit $?"
tlm verify --full -v out.avro
{ printf 'X' && tail -c $((size - 1)) run.avro; } >head.avro
tlm recover -o out2.avro head.avro
echo "exit $?"
tlm recover -q --like saved/run.avro -o out2.avro head.avro
echo "exit $?"
tlm verify --full -v out2.avro
