# What does not go together, or makes no sense, is said before anything is measured.
try()
{
    tlm bench "$@" 2>&1 | head -n 1
    tlm bench "$@" >out 2>/dev/null
    status=$?
    [ $status = 2 ] && [ ! -s out ] || echo "exit $status"
}
echo '{}' >rows.jsonl
for option in channels points frame producers runs; do
    try --$option 0
done
try --producers 1000
try --runs 100000
try --points 5
try --points 9 --channels 10
try --points 1e6
try --type float
try --noise none
try --from xml
try --codec lzma
try --sweep frames
try --versus fastavro
try rows.jsonl
try --json --csv
for option in --limit --profile '--versus avro-c' '--baseline a.json'; do
    # shellcheck disable=SC2086
    try --csv $option
done
for option in --limit --profile '--versus avro-c'; do
    # shellcheck disable=SC2086
    try --sweep types $option
done
try --sweep frame --frame 10
try --sweep grid --channels 10
try --sweep grid --frame 10
try --sweep channels --channels 10
try --sweep types --type long
try --sweep rotation --rotate-points 10
try --sweep threads -j2
try --sweep frame --from csv
try --sweep grid --from jsonl
try --sweep types --input rows.jsonl
try --from jsonl --frame 10
try --from csv --producers 2
try --from csv --type array
try --from csv --type mixed
try -t ts
try --time-format ns
try --tz UTC
try --input rows.jsonl --type long
try --input rows.jsonl --channels 1
try --input rows.jsonl --points 1
try --input rows.jsonl --noise regular
try --input rows.jsonl --frame 10
try --input rows.jsonl --producers 2
try --input rows.jsonl --from memory
try --input rows.jsonl --versus avro-c
TLM_CPU=z80
export TLM_CPU
try
unset TLM_CPU
echo '# folders'
tlm bench --points 100 --dir none; echo "exit $?"
tlm bench --points 100 --dir rows.jsonl; echo "exit $?"
tlm bench --points 10 --runs 1 --memory 1 >out 2>&1; status=$?
sed -E "s/^  tlm [0-9.]+, .*/  MACHINE/" out; rm out; echo "exit $status"
tlm bench --points 100 --runs 1 >/dev/full; echo "exit $?"
ls
