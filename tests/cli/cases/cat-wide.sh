# A row for each time, sorted, with a column for each series.
cat >in.csv <<'END'
time,a,b,text
2024-01-01T00:00:03Z,3,,late
2024-01-01T00:00:01Z,1,1.5,
2024-01-01T00:00:02Z,,2.5,"x,y"
2024-01-01T00:00:02Z,2,,
END
tlm write -q in.csv
tlm cat --wide in.avro
tlm cat --wide --fill last in.avro
tlm cat --wide --csv in.avro
tlm cat --wide --fill last --tsv -T s in.avro
cat >tags.jsonl <<'END'
{"channel":"speed","tags":{"vessel":"1"},"timestamp":"2024-01-01T00:00:01Z","value":1}
{"channel":"speed","tags":{"vessel":"2","at":"sea"},"timestamp":"2024-01-01T00:00:01Z","value":2}
{"channel":"depth","tags":{"vessel":"2"},"timestamp":"2024-01-01T00:00:02Z","value":3}
END
tlm write -q tags.jsonl
tlm cat --wide tags.avro
tlm cat --wide --csv --head 1 tags.avro
tlm cat --wide --csv -c nothing tags.avro
