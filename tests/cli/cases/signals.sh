# INT and TERM drain and publish, then the program dies of the signal; HUP opens the next part.
feed()
{
    mkfifo "$1.pipe"
    # A shell starts background programs with INT ignored; the wrapper gives it back.
    /usr/bin/python3 -c 'import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execvp(sys.argv[1], sys.argv[1:])' tlm write --summary none -t ts --batch-points 1 -o "$@" <"$1.pipe" &
    pid=$!
    exec 3>"$1.pipe"
}
# Waits until a reader finds a point in the file.
wait_for()
{
    for i in $(seq 200); do
        readavro "$1" 2>/dev/null | grep -q value && return
        sleep 0.02
    done
    echo "$1 did not come"
}
for signal in INT TERM; do
    feed $signal.avro
    echo '{"ts":1700000000,"a":1}' >&3
    wait_for .$signal.avro.partial
    kill -$signal $pid
    wait $pid
    echo "$signal: exit $?"
    exec 3>&-
    readavro $signal.avro
done
feed hup.avro --rotate-points 100
echo '{"ts":1700000000,"a":1}' >&3
wait_for .hup_000.avro.partial
kill -HUP $pid
wait_for hup_000.avro
echo '{"ts":1700000001,"a":2}' >&3
exec 3>&-
wait $pid
echo "HUP: exit $?"
readavro hup_*.avro
feed plain.avro
echo '{"ts":1700000000,"a":1}' >&3
wait_for .plain.avro.partial
kill -HUP $pid
exec 3>&-
wait $pid
echo "HUP without rotation: exit $?"
ls -A
