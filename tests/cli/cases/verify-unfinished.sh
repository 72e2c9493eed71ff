# A partial that was left is not whole, however good its blocks are.
mkfifo pipe
tlm write -q -t ts -o run.avro --batch-points 10 <pipe &
pid=$!
exec 3>pipe
seq 100 199 | sed 's/.*/{"ts":1700000&,"a":&.5}/' >&3
until [ "$(stat -c %s .run.avro.partial 2>/dev/null || echo 0)" -ge 1500 ]; do sleep 0.02; done
kill -9 $pid
wait $pid 2>/dev/null
exec 3>&-
tlm verify .run.avro.partial 2>&1 | sed 's/byte [0-9]*/byte N/; s/after [0-9]*/after N/'
tlm recover --finish .run.avro.partial 2>&1 | sed 's/[0-9][0-9]* point/N point/; s/in [0-9]* /in N /'
tlm verify --full run.avro && ls -A
