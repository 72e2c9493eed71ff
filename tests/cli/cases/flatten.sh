cat >in.jsonl <<END
{"ts":1700000000,"gps":{"lat":1.5,"fix":{"n":7,"ok":true}},"a.b":1,"v":[{"x":1}],"e":{},"z":null}
END
tlm write -q -t ts --flatten . -o dot.avro in.jsonl && readavro dot.avro
tlm write -q -t ts --flatten / -c 'gps/*' --exclude '*/ok' -o slash.avro in.jsonl && readavro slash.avro
tlm write -q -t meta.time --flatten . -o nested.avro - <<END && readavro nested.avro
{"meta":{"time":1700000000,"by":"x"},"a":1}
END
