# Bare NaN and infinities are doubles, in JSON and in CSV; quoted ones are strings.
printf '%s\n' '{"ts":1700000000,"a":NaN,"b":Infinity,"c":-Infinity,"d":"NaN"}' >in.jsonl
printf 'ts,a,b,c,d\n1700000000,nan,inf,-Infinity,NaN\n' >in.csv
tlm write -q -t ts -o j.avro in.jsonl && readavro j.avro
tlm write -q -t ts -o c.avro in.csv && readavro c.avro
