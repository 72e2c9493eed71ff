# Command lines that are wrong say why, and exit with 2.
try() { tlm cat "$@" 2>&1; echo "    exit $?"; }
try --csv --tsv a.avro
try --head 1 --tail 1 a.avro
try --every 0 a.avro
try --agg max a.avro
try --fill last a.avro
try --memory 1MiB a.avro
try --from yesterday a.avro
try --from +10s --to +5s a.avro
try --agg median --every 1s a.avro
try --wid a.avro
try - -
