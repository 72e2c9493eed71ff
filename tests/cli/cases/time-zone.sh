# Times without zone: an error that says so, or --tz; in a fold the earlier offset, in a gap a bad row.
printf 'ts,a\n2024-06-01 12:00:00,1\n' >in.csv
tlm write --summary none -t ts -o none.avro in.csv
echo "exit $?"
for zone in UTC +02:00 Europe/Oslo America/New_York; do
    echo "$zone"
    tlm write -q -t ts --tz $zone -o a.avro -f in.csv && readavro a.avro
done
printf 'ts,a\n2024-11-03 01:30:00,1\n2024-03-10 02:30:00,2\n2024-03-10 03:00:00,3\n' >dst.csv
tlm write --summary none -t ts --tz America/New_York -o dst.avro dst.csv
echo "exit $?"
readavro dst.avro
tlm write --summary none -t ts --tz Mars/Olympus -o mars.avro in.csv
