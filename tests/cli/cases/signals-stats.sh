# USR1 prints one line and changes nothing.
mkfifo pipe
tlm write -q -t ts --batch-points 1 -o a.avro - <pipe 2>said &
pid=$!
exec 3>pipe
echo '{"ts":1700000000,"a":1}' >&3
while [ ! -e .a.avro.partial ]; do sleep 0.02; done
kill -USR1 $pid
while [ ! -s said ]; do sleep 0.02; done
exec 3>&-
wait $pid
echo "exit $?"
wc -l <said
sed -E 's/[0-9][0-9.,]* ([KM]i)?B/N B/g; s/[0-9][0-9.,]*/N/g' said
readavro a.avro
