# The summary as JSON, also of a dry run and of one that fails; and paths of parts.
plain() { sed 's/"seconds":[0-9.e-]*/"seconds":0/; s/"\([a-z_]*bytes[a-z_]*\)":[0-9]*/"\1":0/g'; }
tlm write -q --rotate-points 60 -o part.avro "$TESTS/cli/samples/flight.csv"
tlm rotate --json --rotate-points 48 -o cut.avro part_*.avro | plain
tlm rotate --json -n --split-by channel --rotate-span 15s -o by.avro part_*.avro | plain
tlm rotate --json --dedupe=last -o once.avro part_*.avro cut_*.avro | plain
tlm rotate --json --delete-source -o one.avro cut_*.avro | plain
tlm rotate --json -o one.avro part_*.avro | plain
head -c -30 part_001.avro >cut.avro
tlm rotate --json --skip-damaged -o rest.avro part_000.avro cut.avro 2>messages | plain
sed 's/bytes [0-9]* to [0-9]*/bytes N to N/; s/: [0-9,]* bytes/: N bytes/' messages
tlm rotate --json --rotate-points 48 --emit-files -o cut.avro part_*.avro
tlm rotate --rotate-points 48 --emit-files -q -o emitted.avro part_*.avro
ls
