# Templates: stem, ext, index, strftime of the first point in UTC.
printf '{"ts":"2024-05-17T09:30:00Z","a":1}\n{"ts":"2024-05-18T10:00:00Z","a":2}\n{"ts":"2024-05-18T11:00:00Z","a":3}\n' >in.jsonl
tlm write -q -t ts --rotate-points 1 -o '{stem}-{index:06d}.{ext}' in.jsonl
tlm write -q -t ts --rotate-points 2 -o 'day/%Y%m%d-{index}.avro' in.jsonl
tlm write -q -t ts -o '%Y-%m-%dT%H.avro' in.jsonl
tlm write -q -t ts --rotate-points 2 -o 'a.b.avro' in.jsonl
tlm write -q -t ts --rotate-points 2 -o 'noext' in.jsonl
find . -type f | sort
tlm write -q -t ts --rotate-points 2 -o '{nonsense}.avro' in.jsonl
echo "exit $?"
