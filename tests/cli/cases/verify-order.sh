# Times that go back are told, and are an error only when asked.
printf '{"ts":3,"a":1}\n{"ts":2,"a":1}\n{"ts":2,"b":1}\n{"ts":2,"b":1}\n' |
    tlm write -q -t ts -T s -o a.avro
tlm verify --full a.avro
echo "exit $?"
tlm verify --full -q a.avro
tlm verify a.avro
tlm verify --full --strict a.avro
echo "exit $?"
tlm verify --full --json a.avro
