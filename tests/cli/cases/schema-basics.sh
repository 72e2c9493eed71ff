# Byte for byte as the file has it.
printf '{"ts":1,"a":1}\n' | tlm write -q -t ts -T s -o a.avro
tlm schema a.avro
tlm schema --name a.avro a.avro
printf 'Obj\001\002\026avro.schema\052 { "type" : "long"  }\0000123456789abcdef' >long.avro
tlm schema long.avro
tlm schema - <long.avro
tlm schema --name long.avro
tlm schema none.avro
echo "exit $?"
head -c 20 a.avro | tlm schema -
echo "exit $?"
tlm schema a.avro >/dev/full
