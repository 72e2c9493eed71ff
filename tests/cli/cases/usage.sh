# Mistakes on the command line: one clear line, exit 2, nothing written.
printf 'ts,a\n1700000000,1\n' >in.csv
try() { tlm "$@"; echo "    exit $?"; }
tlm 2>&1 >/dev/null | head -n 1
try nonsense
try wriet
try write --rotate-sise 1MiB in.csv
try write --rotate-size lots in.csv
try write --rotate-every 10 in.csv
try write --batch-points -1 in.csv
try write --int-as flaot in.csv
try write --rotate-points
try write -t ts -T epoch -o a.avro in.csv
try write -t ts -i xml in.csv
try write -t ts -0 in.csv
try --version
ls -A
