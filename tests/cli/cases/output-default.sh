# Without -o: x.csv gives ./x.avro, standard input standard output; parents are made.
mkdir data
printf 'ts,a\n1700000000,1\n' >data/x.csv
tlm write -q -t ts data/x.csv
gzip -c data/x.csv >data/y.csv.gz
tlm write -q -t ts data/y.csv.gz
tlm write -q -t ts <data/x.csv | readavro -
tlm write -q -t ts -o new/folder/z.avro data/x.csv
tlm write -q -t ts -o /dev/null data/x.csv
echo "exit $?"
find . -type f | sort
