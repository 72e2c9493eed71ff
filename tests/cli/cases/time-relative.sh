printf 't,a\n-0.30,1\n0,2\n0.000000001,3\n1.5,4\n' >in.csv
tlm write -q -t t -T relative:s --time-origin 2024-06-01T09:30:00Z -o a.avro in.csv && readavro a.avro
printf 't,a\n1500,1\n' >ms.csv
tlm write -q -t t -T relative:ms --time-origin 2024-06-01T09:30:00+02:00 -o b.avro ms.csv && readavro b.avro
tlm write -q -t t -T relative:s -o c.avro in.csv
echo "exit $?"
tlm write -q -t t -T relative:days --time-origin 2024-06-01T09:30:00Z -o c.avro in.csv
