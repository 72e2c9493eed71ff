# A column name that was there already gets a number, and that is said once.
printf 'ts,a,a,,a\n1700000000,1,2,3,4\n1700000001,1,2,3,4\n' >in.csv
tlm write --summary none -t ts -o a.avro in.csv && readavro a.avro
