# What cannot be cut, and nothing is written.
try() { echo "-- $*" && tlm rotate "$@"; echo "exit $?"; }
tlm write -q "$TESTS/cli/samples/flight.csv"
cp flight.avro other.avro
try flight.avro
try -o - flight.avro
try -o out.avro
try -o out.avro - <flight.avro
try -o out.avro flight.avro other.avro ./flight.avro
try -o out.avro flight.avro none.avro
try -o flight.avro flight.avro
try -f -o flight.avro flight.avro
try -o out.avro --split-by time flight.avro
try -o out.avro --delete-source --dedupe flight.avro
try -o out.avro --rotate-size 100 flight.avro
try -o out.avro --rotate-points none flight.avro
head -c -1 flight.avro >cut.avro
try -o out.avro other.avro cut.avro 2>&1 | sed 's/byte [0-9]*/byte N/'
cp "$TESTS/data/containers/python-null.avro" rows.avro
try -o out.avro flight.avro rows.avro
ls
