# Several files are one input; --filelist brings more; each CSV has its own header.
printf 'ts,a\n1700000000,1\n' >1.csv
printf 'b,ts\n2,1700000001\n' >2.csv
printf '{"ts":1700000002,"a":3}\n' >3.jsonl
printf '2.csv\n3.jsonl\n' >list
tlm write -q -t ts -o all.avro 1.csv 2.csv 3.jsonl && readavro all.avro
tlm write -q -t ts -o list.avro --filelist list 1.csv && readavro --sort list.avro
echo 3.jsonl | tlm write -q -t ts -o dash.avro --filelist - && readavro dash.avro
tlm write -q -t ts -o none.avro 1.csv nowhere.csv
echo "exit $?"
ls -A
