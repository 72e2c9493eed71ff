# Good files are silent; bad ones come by name on standard output, with the reason on stderr.
seq 100 399 | sed 's/.*/{"ts":1700000&,"a":&.5,"b":&}/' >in.jsonl
tlm write -q -t ts -o good.avro --batch-points 100 in.jsonl
tlm verify good.avro && tlm verify --full good.avro && echo "exit $?"
tlm verify -v good.avro
tlm verify --full --with avro-c -v good.avro
tlm verify --full - <good.avro && echo "exit $?"
size=$(wc -c <good.avro)
head -c $((size - 1)) good.avro >cut.avro
head -c 20 good.avro >header.avro
echo 'not Avro' >text.avro
# The last byte of the last block's data: only --full looks at it.
{ head -c $((size - 17)) good.avro && printf '\000' && tail -c 16 good.avro; } >flip.avro
tlm verify good.avro cut.avro flip.avro header.avro text.avro none.avro 2>reasons
echo "exit $?"
sed 's/byte [0-9]*/byte N/; s/[0-9]* bytes/N bytes/g' reasons
tlm verify -q --full good.avro flip.avro
echo "exit $?"
tlm verify --full flip.avro 2>&1 >/dev/null | sed 's/byte [0-9]*/byte N/'
tlm verify --json good.avro text.avro 2>/dev/null
mkdir set && cp good.avro text.avro set
tlm verify -q set
tlm verify good.avro cut.avro >/dev/full
