# Cut and damaged files: what is whole comes back; 0 nothing lost, 3 something, 1 nothing to save.
seq 100 399 | sed 's/.*/{"ts":1700000&,"a":&.5,"b":&}/' >in.jsonl
tlm write -q -t ts -T s -o run.avro --batch-points 100 in.jsonl
size=$(wc -c <run.avro)
numbers() { sed 's/byte[s]* [0-9]* to [0-9]*/bytes N to N/; s/([0-9.]* [KM]*i*B)/(N)/'; }
try()
{
    tlm recover "$@" 2>messages
    echo "exit $?"
    numbers <messages
}
try run.avro -o whole.avro
cmp run.avro whole.avro && echo 'the same bytes'
head -c $((size - 1)) run.avro >cut.avro
try cut.avro -o saved.avro
tlm verify --full -v saved.avro
[ "$(tlm checksum --total saved.avro)" = "$(tlm checksum --total --to 1700000350000000000 run.avro)" ] &&
    echo 'the first 500 points'
try --report cut.avro
try --report --json cut.avro | sed 's/"from":[0-9]*,"to":[0-9]*/"from":N,"to":N/; s/"\([a-z_]*bytes\)":[0-9]*/"\1":N/g'
# Never over another file without --force, and never over itself.
try cut.avro -o saved.avro
try -q cut.avro -o saved.avro --force
try -q cut.avro -o cut.avro --force
head -c 900 run.avro >start.avro
try start.avro -o none.avro
head -c 100 run.avro >header.avro
try header.avro -o none.avro
try none.avro -o none2.avro
ls -A
