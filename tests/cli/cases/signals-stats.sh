# USR1 prints one line and changes nothing.
mkfifo pipe
wait_for()
{
    for i in $(seq 200); do
        "$@" 2>/dev/null | grep -q . && return
        sleep 0.02
    done
    echo "in vain: $*"
}
tlm write -q -t ts --batch-points 1 -o a.avro - <pipe 2>said &
pid=$!
exec 3>pipe
echo '{"ts":1700000000,"a":1}' >&3
wait_for readavro .a.avro.partial
kill -USR1 $pid
wait_for cat said
exec 3>&-
wait $pid
echo "exit $?"
wc -l <said
sed -E 's/[0-9][0-9.,]* ([KM]i)?B/N B/g; s/[0-9][0-9.,]*/N/g' said
readavro a.avro
