# The user's own file.
mkdir tmp
export TMPDIR=$PWD/tmp
cat >rows.jsonl <<END
{"ts":1717234200000000000,"a":1.5,"b":2}
{"ts":1717234200001000000,"a":1.25}
END
cat >zone.csv <<END
when,a
2024-06-01 09:30:00,1.5
2024-06-01 09:30:01,oh
broken,1
END
cp rows.jsonl noname
gzip -k rows.jsonl
# Type, channels, points, frame and parts, or what else was printed.
show()
{
    echo "\$ tlm bench --runs 1 $*"
    tlm bench --runs 1 "$@" >out 2>err
    status=$?
    cut -d, -f1-4,7 out
    cat err
    [ $status = 0 ] || echo "exit $status"
}
show --csv --input rows.jsonl -t ts
show --csv --input rows.jsonl.gz
show --csv --input noname
show --csv --input noname --from jsonl
show --csv --input zone.csv -t when --tz UTC
show --csv --input rows.jsonl --sweep rotation --quick
show --input zone.csv -t none --json
show --input none.csv
show --input .
show --input /dev/null
echo '# as text'
tlm bench --input zone.csv -t when --tz UTC --runs 1 | grep 'bad rows'
tlm bench --input rows.jsonl -t ts --versus avro-c --limit --runs 1 --json | grep '"rival"'
ls -A tmp
