# Statistics by name; the figures that do not depend on time or on the compressor.
seq 1700000000 1700000009 | sed 's/.*/{"ts":&,"a":1.5,"b":2}/' >in.jsonl
cat >show.py <<END
import json, sys
def show(prefix, value):
    for key, item in value.items():
        if isinstance(item, dict): show(prefix + key + ".", item)
        elif key.endswith("_ns") or "held" in key or key == "bytes_out": print(prefix + key, "N")
        elif isinstance(item, float): print(prefix + key, "N")
        else: print(prefix + key, item)
show("", json.loads(sys.stdin.read()))
END
tlm write -j1 -q -t ts --stats-file stats.json -o a.avro in.jsonl
/usr/bin/python3 show.py <stats.json
tlm write -j1 -q -t ts --stats=json -o b.avro in.jsonl 2>&1 >/dev/null | /usr/bin/python3 show.py | grep -c .
tlm write -j1 -q -t ts --stats -o c.avro in.jsonl 2>&1 >/dev/null | grep -c .
