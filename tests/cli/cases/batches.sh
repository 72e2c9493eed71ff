# One record per series and flush, channels in order of first appearance.
for i in 0 1 2 3 4; do
    echo "{\"ts\":170000000$i,\"b\":$i,\"a\":0.5}"
done >in.jsonl
tlm write -q -t ts --batch-points 4 -o a.avro in.jsonl && readavro --records a.avro
tlm write -q -t ts -o b.avro in.jsonl && readavro --records b.avro
