# Text: a JSON string stays one whatever it says; a CSV cell that reads as a number is one, quoted
# or not, unless --type says otherwise.
printf '%s\n' '{"ts":1700000000,"a":"12","b":"NaN","c":"caf\u00e9 \u26a1 \"q\" \\ \n","d":""}' >in.jsonl
printf 'ts,zip,quoted,text\n1700000000,02114,"02114","a ""b"", c"\n' >in.csv
tlm write -q -t ts -o j.avro in.jsonl && readavro j.avro
tlm write -q -t ts -o c.avro in.csv && readavro c.avro
tlm write -q -t ts --type 'zip=string' --type 'q*=string' -o s.avro in.csv && readavro s.avro
