# -o: the file is there when it is whole; one that exists is replaced with -f only.
printf 'ts,a\n1700000000,1\n1700000001,2.5\n' >in.csv
tlm write -q -t ts in.csv
try() { tlm cat "$@"; echo "    exit $?"; }
try -o rows.jsonl in.avro
cat rows.jsonl
try --csv -o rows.jsonl in.avro
try --csv -f -o rows.jsonl in.avro
cat rows.jsonl
head -c 900 in.avro >cut.avro
try -f -o rows.jsonl cut.avro
try -o other.jsonl nowhere.avro
try cut.avro nowhere.avro in.avro
try -o /dev/full in.avro
tlm cat in.avro >/dev/full
echo "    exit $?"
try -o folder/rows in.avro
try -o - --head 1 in.avro
tlm cat in.avro | head -n 1
tlm cat in.avro >&-
echo "    exit $?"
ls -A
