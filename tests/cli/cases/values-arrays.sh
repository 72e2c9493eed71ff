cat >in.jsonl <<END
{"ts":1700000000,"nums":[1,2.5,-3e2],"empty":[],"holes":[null,1],"words":["a","",null],"nulls":[null]}
{"ts":1700000001,"big":[9007199254740993],"exact":[9007199254740992],"mixed":[1,"a"],"deep":[[1,2],[3]],"bools":[true,false]}
{"ts":1700000002,"nan":[NaN,Infinity]}
END
tlm write -q -t ts -o a.avro in.jsonl && readavro a.avro
