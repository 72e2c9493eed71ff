# Short rows lack points; long ones are bad unless the extra cells are empty.
printf 'ts,a,b\n1700000000,1\n1700000001\n1700000002,1,2,\n1700000003,1,2,,,\n1700000004,1,2,3\n1700000005,5,6\n' >in.csv
tlm write --summary none -t ts -o a.avro in.csv
echo "exit $?"
readavro a.avro
