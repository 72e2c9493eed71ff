# Names that a terminal would obey, or that are no UTF-8: in messages "?", and no file is left out.
printf '{"ts":1700000000,"\\u009b31mred":1}\n{"ts":1700000001,"\\u009b31mred":1.5}\n' >in.jsonl
tlm write -t ts -o a.avro in.jsonl 2>&1 | grep integers
name=$(printf 'b\377.avro')
cp a.avro "$name"
tlm verify --json "$name"
head -c 200 a.avro >"$name"
tlm verify -q --json "$name"; echo "exit $?"
tlm inspect --json "$name" 2>/dev/null | grep -c '"file"'
