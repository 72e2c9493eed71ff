# A command for each finished part, told about it in its environment.
seq 1700000000 1700000002 | sed 's/.*/{"ts":&,"a":1.5}/' >in.jsonl
tlm write -q -t ts --rotate-points 2 -o close.avro in.jsonl \
    --on-close "sh -c 'env | grep ^TLM_PART | grep -v BYTES | sort >>log'"
cat log
tlm write -t ts -T s --summary none --rotate-points 2 -o fail.avro in.jsonl --on-close 'sh -c "exit 7"'
echo "exit $?"
ls -A
