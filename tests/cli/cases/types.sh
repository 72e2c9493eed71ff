# --type: what the series holds, whatever the text looks like; a value it cannot hold is a bad row.
printf 'ts,a,b,c,d\n1700000000,1,2.0,3,{"k": 1.0}\n1700000001,2,2.5,4.5,7\n1700000002,3,3,x,[nope\n1700000003,1e2,4,05,null\n' >in.csv
tlm write --summary none -t ts --type a=double --type b=long --type c=string --type 'd=json' -o a.avro in.csv
echo "exit $?"
readavro a.avro
tlm write --type a=float -t ts -o b.avro in.csv
