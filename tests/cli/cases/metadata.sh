printf '{"ts":1700000000,"a":1}\n{"ts":1700000001,"a":2}\n{"ts":1700000002,"b":2}\n' >in.jsonl
tlm write -q -t ts --rotate-points 2 --metadata site=oslo --metadata 'note=a=b c' --dataset-rid ri.x.y.z \
    -o run.avro in.jsonl
readavro --meta run_000.avro run_001.avro
tlm write -q -t ts -o - in.jsonl | readavro --meta -
tlm write -q -t ts --metadata avro.codec=null -o bad.avro in.jsonl
