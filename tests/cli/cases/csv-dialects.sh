printf 'ts;a;b\n1700000000;1,5;2\n' >semi.csv
printf 'ts\ta\tb\n1700000000\t1.5\tx y\n' >tab.tsv
printf 'ts|a|b\n1700000000|1.5|2\n' >pipe.txt
tlm write -q -t ts --delimiter ';' --decimal , -o semi.avro semi.csv && readavro semi.avro
tlm write -q -t ts -o tab.avro tab.tsv && readavro tab.avro
tlm write -q -t ts -i csv --delimiter '|' -o pipe.avro pipe.txt && readavro pipe.avro
echo 'a semicolon is guessed from the header:'
tlm write -q -t ts -o guessed.avro semi.csv && readavro guessed.avro
tlm write -q -t ts --delimiter ';;' -o bad.avro semi.csv
