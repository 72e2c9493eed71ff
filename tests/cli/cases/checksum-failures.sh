# Damage, other schemas, a closed pipe, no file.
printf '{"ts":1,"a":1}\n' | tlm write -q -t ts -T s -o a.avro
size=$(wc -c <a.avro)
head -c $((size - 3)) a.avro >cut.avro
tlm checksum cut.avro 2>&1 | sed 's/[0-9][0-9]*/N/g'
printf 'Obj\001\002\026avro.schema\014"long"\0000123456789abcdef' >long.avro
tlm checksum long.avro
echo "exit $?"
tlm checksum none.avro
echo "exit $?"
tlm checksum a.avro none.avro
echo "exit $?"
tlm checksum --from yesterday a.avro
echo "exit $?"
tlm checksum a.avro | true
tlm checksum a.avro >/dev/full
