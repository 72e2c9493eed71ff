# What the input is goes by content and extension; gzip and zstd by content.
printf 'ts,a\n1700000000,1\n' >in.csv
printf '{"ts":1700000000,"a":1}\n' >in.jsonl
gzip -c in.csv >packed.bin
zstd -q -c in.jsonl >packed.csv
cp in.jsonl odd.txt
cp in.csv odd
for file in in.csv in.jsonl packed.bin packed.csv odd.txt odd; do
    tlm write -q -t ts -o "$file.avro" "$file" && readavro "$file.avro"
done
tlm write -q -t ts -o stdin.avro <in.jsonl && readavro stdin.avro
gzip -c in.jsonl | tlm write -q -t ts -o dash.avro - && readavro dash.avro
tlm write -q -t ts -i jsonl -o wrong.avro in.csv
echo "exit $?"
ls
