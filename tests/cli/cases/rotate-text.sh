# Files cut, merged, split and sorted: what is said about it.
said() { sed 's/ in [0-9.]* [a-z]*$/ in TIME/; s/([0-9.]* [KM]*i*B)/(SIZE)/; s/points  [0-9.]* [KM]*i*B/points  SIZE/'; }
try() { tlm rotate "$@" 2>messages || echo "exit $?"; said <messages; }
tlm write -q --rotate-points 10 -o part.avro "$TESTS/cli/samples/flight.csv"
try -o flight.avro part_*.avro
[ "$(tlm checksum --total flight.avro)" = "$(tlm checksum --total part_*.avro)" ] && echo 'the same points'
try --rotate-points 40 -o cut.avro flight.avro
try --rotate-span 10s --coalesce -o 'span_{index:d}.avro' part_*.avro
try --split-by channel -o 'by/{channel}.avro' flight.avro
try --split-by tag.car -o car.avro flight.avro
try --sort time --dedupe -o once.avro flight.avro cut_000.avro
[ "$(tlm checksum --total flight.avro)" = "$(tlm checksum --total once.avro)" ] && echo 'the same points'
try -n --recode zstandard --delete-source -o new.avro flight.avro
try -v --rotate-points 50 --delete-source -o last.avro flight.avro
try -q -o quiet.avro last_000.avro
# What is lost is told, and the rest is there.
head -c -30 last_000.avro >cut.avro
try --skip-damaged -o rest.avro last_001.avro cut.avro
try -q --skip-damaged -o more.avro cut.avro
ls
