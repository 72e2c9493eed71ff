# Which channels, and how they are called.
printf '{"ts":1700000000,"engine.rpm":1,"engine.temp":2,"gps.lat":3,"x":4}\n' >in.jsonl
tlm write -q -t ts -c 'engine.*' -c x -o a.avro in.jsonl && readavro a.avro
tlm write -q -t ts --exclude '*temp' --exclude 'gps*' -o b.avro in.jsonl && readavro b.avro
tlm write -q -t ts -c 'engine.*' --rename engine.rpm=speed --prefix car7. -o c.avro in.jsonl && readavro c.avro
