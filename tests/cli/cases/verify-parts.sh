# A hole among the parts of a set; what is missing at the front was pruned.
seq 100 199 | sed 's/.*/{"ts":1700000&,"a":&.5}/' >in.jsonl
tlm write -q -t ts -o run.avro --rotate-points 10 in.jsonl
tlm write -q -t ts -o other.avro in.jsonl
rm run_000.avro run_001.avro
tlm verify *.avro && echo whole
tlm verify run_002.avro run_009.avro && echo 'the others are there'
rm run_004.avro run_006.avro run_007.avro
tlm verify *.avro
echo "exit $?"
tlm verify --json *.avro 2>/dev/null | tr '{' '\n' | grep missing
cp run_009.avro renamed.avro
tlm verify renamed.avro other.avro && echo 'no set'
