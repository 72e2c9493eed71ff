# Tags make series; --tag is constant, --tag-field comes from each row and is no channel.
printf 'ts,car,a\n1700000000,x,1\n1700000001,y,2\n1700000002,x,3\n1700000003,,4\n' >in.csv
tlm write -q -t ts --tag fleet=north --tag-field vehicle=car -o a.avro in.csv && readavro a.avro
readavro --records a.avro
tlm write -q -t ts --tag nonsense -o b.avro in.csv
