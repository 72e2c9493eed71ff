# A tag that is empty in the first row and not in the next ones.
printf 'car,a,ts\n,1.5,1700000000\nred,2.5,1700000001\nred,3.5,1700000002\n' >in.csv
tlm write -q --summary none -t ts --tag-field car=car -o a.avro in.csv
readavro a.avro
