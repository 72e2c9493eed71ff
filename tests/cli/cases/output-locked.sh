# Two writers of one name: the second fails clearly, or waits for its turn.
printf '{"ts":1700000000,"a":1}\n' >in.jsonl
mkfifo pipe
tlm write -q -t ts --batch-points 1 -o a.avro - <pipe &
first=$!
exec 3>pipe
echo '{"ts":1700000000,"a":1}' >&3
for i in $(seq 1000); do
    [ -e .a.avro.partial ] && break
    sleep 0.02
done
second()
{
    tlm write -q -t ts "$@" -o a.avro in.jsonl 2>said
    echo "second: exit $?"
    sed 's/process [0-9]*/process N/' said
}
second
second --wait 100ms
# One that waits longer gets its turn, and finds the name taken.
(exec 3>&-; second --wait 60s) >waited &
sleep 0.3
exec 3>&-
wait $first
echo "first: exit $?"
wait
cat waited
readavro a.avro
ls -A
