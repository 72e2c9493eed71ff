# What a dead writer left becomes the part that it was to be.
seq 100 399 | sed 's/.*/{"ts":1700000&,"a":&.5}/' >in.jsonl
tlm write -q -t ts -T s -o run.avro --batch-points 100 in.jsonl
mv run.avro .run.avro.partial
# A writer that lives holds the lock.
flock .run.avro.partial tlm recover --finish .run.avro.partial
echo "exit $?"
tlm recover --finish .run.avro.partial
echo "exit $?"
tlm verify --full -v run.avro
size=$(wc -c <run.avro)
# One that was set aside, with its last block cut.
head -c $((size - 9)) run.avro >.run.avro.partial.2
tlm recover --finish .run.avro.partial.2
echo "exit $?"
tlm recover -q --finish --force .run.avro.partial.2
echo "exit $?"
tlm count run.avro
tlm recover --finish run.avro
echo "exit $?"
ls -A
