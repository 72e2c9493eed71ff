# Two columns joined; a guessed column is said; without a candidate it is an error that names some.
printf 'Date,Time,a\n01/02/2024,03:04:05,1\n' >two.csv
tlm write -q -t Date,Time -T 'strptime:%d/%m/%Y %H:%M:%S' --tz UTC -o two.avro two.csv && readavro two.avro
printf 'a,Timestamp,b\n1,2024-01-01T00:00:00Z,2\n' >guess.csv
tlm write --summary none -o guess.avro guess.csv && readavro guess.avro
printf 'a,b\n1,2\n' >none.csv
tlm write --summary none -o none.avro none.csv
echo "exit $?"
tlm write --summary none -t nope -o nope.avro none.csv
echo "exit $?"
ls -A
