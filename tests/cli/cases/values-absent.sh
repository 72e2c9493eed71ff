# No value, no point: null, missing keys, empty cells, tokens of --null-values.
printf '%s\n' '{"ts":1700000000,"a":null,"b":1}' '{"ts":1700000001,"a":2}' '{"ts":1700000002,"a":"NA"}' >in.jsonl
printf 'ts,a,b\n1700000000,,1\n1700000001,NA,-\n1700000002,2,\n1700000003,,\n' >in.csv
tlm write -q -t ts --null-values NA -o j.avro in.jsonl && readavro j.avro
tlm write -q -t ts --null-values NA,- -o c.avro in.csv && readavro c.avro
