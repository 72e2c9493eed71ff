# What the system refuses: one clear line, exit 1, nothing half-written.
try() { tlm write -q -t ts "$@"; echo "    exit $?"; }
printf 'ts,a\n1700000000,1\n' >in.csv
try -o a.avro nowhere.csv
mkdir folder
try -o a.avro folder
seq 1700000000 1700009999 | sed 's/.*/{"ts":&,"a":1.5}/' | gzip -c | head -c 5000 >cut.jsonl.gz
try -o a.avro cut.jsonl.gz
echo file >file
try -o file/a.avro in.csv
try -o folder in.csv
try -o "$(printf '%0300d' 0).avro" in.csv
try -o /proc/nope/a.avro in.csv
printf 'Obj\001 binary' >x.avro
try -o b.avro x.avro
ls -A | grep -v -e in.csv -e cut
