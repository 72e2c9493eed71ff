# Limits of wall time fire without new input; so does the flush interval, which leaves the part open.
printf '{"ts":1700000000,"a":1}\n' >row
feed()
{
    mkfifo "$1.pipe"
    tlm write -q -t ts -o "$@" - <"$1.pipe" &
    exec 3>"$1.pipe"
    cat row >&3
}
# Waits until a reader finds a point in the file.
holds()
{
    for i in $(seq 400); do
        [ -e "$1" ] && readavro "$1" 2>/dev/null | grep -q '"value":1' && echo "$1 holds the row" && return
        sleep 0.02
    done
    echo "$1 does not hold the row"
}
feed age.avro --rotate-age 200ms
holds age_000.avro
cat row >&3
exec 3>&-
wait
ls age_*
feed every.avro --rotate-every 1s
holds every_000.avro
exec 3>&-
wait
ls every_*
feed flush.avro --flush-interval 100ms
holds .flush.avro.partial
ls flush.avro 2>/dev/null
exec 3>&-
wait
holds flush.avro
