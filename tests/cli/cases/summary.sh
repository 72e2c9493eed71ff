# The closing summary: times and sizes differ from run to run and are hidden here.
seq 1700000000 1700000009 | sed 's/.*/{"ts":&,"a":1.5}/' >in.jsonl
echo 'nonsense' >>in.jsonl
echo '{"a":1}' >>in.jsonl
tlm write -t ts -o text.avro in.jsonl 2>&1 |
    sed -E 's/ +[0-9.]+ (B|KiB)\b| \([0-9.]+ (B|KiB)\)| in [0-9.]+ (us|ms|s)$//g'
tlm write -t ts --summary json -o json.avro in.jsonl 2>said >out
echo "exit $?"
cat said
sed -E 's/("(seconds|bytes|bytes_out)":)[0-9.]+/\1N/g' out
tlm write -t ts --summary json --emit-files -o both.avro in.jsonl 2>/dev/null | head -c 9
echo
