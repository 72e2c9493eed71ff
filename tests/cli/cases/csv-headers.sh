# No header, lines to skip, comments, a header that starts with #, cells padded with blanks.
printf '1700000000,1,2\n1700000001,3,4\n' >plain.csv
tlm write -q -t when --no-header --columns when,a,b -o plain.avro plain.csv && readavro plain.avro
printf 'exported by X\nversion 3\nts,a\n# note\n1700000000,1\n# more\n1700000001,2\n' >skip.csv
tlm write -q -t ts --skip-lines 2 --comment '#' -o skip.avro skip.csv && readavro skip.avro
printf '#ts, a , b\n 1700000000 ,  1.5,   x  y \n' >padded.csv
tlm write -q -t '#ts' -o padded.avro padded.csv && readavro padded.avro
tlm write -q -t ts --no-header -o none.avro plain.csv
