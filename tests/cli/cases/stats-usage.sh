# Wrong words, damage, no points, outputs that fail.
try()
{
    echo "\$ tlm stats $*"
    tlm stats "$@"
    echo "exit $?"
}
printf '{"ts":1,"a":1}\n{"ts":2,"a":2}\n' | tlm write -q -t ts -T s -o a.avro -
try --by car a.avro
try --by tag. a.avro
try --gap 0.5x a.avro
try --gap x a.avro
try --gap 5 a.avro
try --gap 0 a.avro
try --sort size a.avro
try --json --csv a.avro
try --from yesterday a.avro
try none.avro
try -c none a.avro
try --json -c none a.avro
echo '# damage'
size=$(wc -c <a.avro)
head -c $((size - 3)) a.avro >cut.avro
tlm stats cut.avro 2>&1 | sed 's/[0-9][0-9]*/N/g'
printf 'Obj\001\002\026avro.schema\014"long"\0000123456789abcdef' >long.avro
try long.avro
echo '# memory'
seq 1 20000 | sed 's/.*/{"ts":&,"a":1,"id":"&"}/' |
    tlm write -q -t ts -T s --tag-field id=id -o many.avro -
tlm stats --memory 4MiB many.avro 2>&1 | sed 's/of [0-9,]* series/of N series/'
tlm stats --json --memory 64MiB many.avro | wc -l
echo '# outputs'
tlm stats a.avro >/dev/full; echo "exit $?"
tlm stats --json many.avro | head -c 1; echo
