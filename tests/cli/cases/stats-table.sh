# The table: widths, signs of trouble, order, what is put together.
seq 0 59 | sed 's/.*/{"ts":"2024-06-01T10:00:&.5Z","x":&.25,"n":&,"s":"on","l":[1.5,2]}/;s/:\([0-9]\)\./:0\1./' >in.jsonl
printf '%s\n' '{"ts":"2024-06-01T10:02:00Z","x":NaN,"n":9007199254740993,"s":"off"}' \
    '{"ts":"2024-06-01T10:02:00Z","x":Infinity,"l":[]}' \
    '{"ts":"2024-06-01T10:01:00Z","x":-1e300,"o":{"k":1}}' >>in.jsonl
tlm write -q -t ts -o run.avro in.jsonl
for width in 80 120 200; do
    echo "# $width columns"
    COLUMNS=$width tlm stats run.avro
done
echo '# ASCII; one channel; the first two by size'
tlm stats --ascii -c x run.avro
tlm stats --sort bytes --top 2 run.avro
echo '# everything'
tlm stats --json run.avro
tlm stats --csv run.avro
echo '# by tag, by channel'
seq 1 30 | awk '{ printf "{\"ts\":%d,\"x\":%d,\"y\":1,\"car\":\"%d\"}\n", $1, $1 * $1, $1 % 3 }' |
    tlm write -q -t ts -T s --tag-field car=car -o car.avro -
tlm stats car.avro
tlm stats --by channel car.avro
tlm stats --by tag.car --json car.avro | cut -c 1-80
tlm stats --by tag.none car.avro
echo '# standard input, several files'
tlm stats --json -c n <run.avro | cut -c 1-80
tlm stats --json -c x run.avro car.avro | cut -c 1-80
