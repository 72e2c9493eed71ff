# Objects keep key order and their own number text; what JSON cannot say is null.
cat >in.jsonl <<END
{"ts":1700000000,"o":{ "z" : 1.10, "a" : [ 1e5 , {"b":null} ], "s":"x\\u00e9\\n", "n":NaN, "e":{} }}
{"ts":1700000001,"o":{"big":12345678901234567890123,"neg":-0.0}}
END
tlm write -q -t ts -o a.avro in.jsonl && readavro a.avro
