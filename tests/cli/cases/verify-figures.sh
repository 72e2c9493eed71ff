# The header against what is in the file.
seq 100 399 | sed 's/.*/{"ts":1700000&,"a":&.5}/' >in.jsonl
tlm write -q -t ts -o good.avro --batch-points 100 in.jsonl
# change KEY WITH: writes over the figure's text.
change()
{
    at=$(grep -abo "$1" good.avro | head -n 1 | cut -d : -f 1)
    cp good.avro bad.avro
    printf "$2" | dd of=bad.avro bs=1 seek=$((at + ${#1} + 1)) conv=notrunc 2>/dev/null
}
change tlm.points 00000000000000000301
tlm verify bad.avro
tlm verify --full bad.avro
change tlm.records 00000000000000000004
tlm verify bad.avro 2>&1 | sed 's/byte [0-9]*/byte N/'
change tlm.last_ns 01700000398000000000
tlm verify --full bad.avro
# A file cut between two blocks is known by its figures; one without figures is not.
change tlm.first_ns 01700000100000000001
tlm verify --full bad.avro
tlm write -q -t ts --batch-points 100 -o - in.jsonl >stream.avro
tlm verify --full -v stream.avro
