# Byte order mark, CRLF, blank lines, a last line without newline.
printf '\357\273\277ts,a,b\r\n1700000000,1,x\r\n\r\n1700000001,2,"two\r\nlines"\r\n\n1700000002,3,last' >in.csv
tlm write -q -t ts -o a.avro in.csv && readavro a.avro
printf '\357\273\277\r\n{"ts":1700000000,"a":1}\r\n\r\n  \n{"ts":1700000001,"a":2}' >in.jsonl
tlm write -q -t ts -o b.avro in.jsonl && readavro b.avro
