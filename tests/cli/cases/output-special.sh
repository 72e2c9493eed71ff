# What is no regular file is written directly: a fifo, a device, standard output.
printf '{"ts":1700000000,"a":1}\n' >in.jsonl
mkfifo pipe
readavro - <pipe &
tlm write -q -t ts -o pipe in.jsonl
echo "exit $?"
wait
tlm write -q -t ts -o /dev/null in.jsonl
echo "exit $?"
tlm write -q -t ts -o - in.jsonl | readavro -
tlm write -q -t ts -o /dev/full in.jsonl
echo "exit $?"
tlm write -q -t ts -o - in.jsonl >/dev/full
echo "exit $?"
tlm write -q -t ts --rotate-points 1 -o - in.jsonl | readavro -
[ -c /dev/full ] && ls -A
