# Many files: one line each and a total; and when which channel has data.
# pick EXPRESSION: of o, each object on standard input.
pick()
{
    /usr/bin/python3 -c 'import json, sys
for line in sys.stdin:
    o = json.loads(line)
    print(json.dumps(eval(sys.argv[1])))' "$1"
}
awk 'BEGIN { for (i = 0; i < 600; i++) {
    printf "{\"ts\":%d,\"temp\":%d", 1772366400 + i, i
    if (i < 200 || i > 300) printf ",\"gps\":%d", i
    print "}" }
    for (i = 220; i < 240; i++) printf "{\"ts\":%d,\"gps\":1}\n", 1772366400 + i }' >in.jsonl
tlm write -q -t ts -o set/run.avro --rotate-points 300 --batch-points 100 in.jsonl
mkdir set/sub set/.hidden && cp set/run_000.avro set/sub/run_10.avro && cp set/run_000.avro set/.hidden
cp set/run_000.avro set/.run.avro.partial
echo text >set/notes.txt
tlm inspect set
tlm inspect set/run_001.avro "$TESTS/data/containers/python-null.avro" | sed "s|^.*/python-null|.../python-null|; s|^/.*ners/|.../|"
tlm inspect -c gps --to +100s set/
echo '# timeline'
for width in 80 120 200; do
    COLUMNS=$width tlm inspect --timeline set/run_*
done
COLUMNS=80 tlm inspect --timeline --ascii set
COLUMNS=80 tlm inspect --timeline --ascii --color always -c gps --from +100s set/run_* | tr '\033' E
COLUMNS=40 tlm inspect --timeline --json -c gps set/run_* |
    pick '[o["files"], o["width"], o["timeline"]]'
# Of the times without a point the longest: before the first one, behind the last one, in between.
printf '{"ts":%d,"%s":1}\n' 1772366400 early 1772366500 early 1772367200 late 1772367400 late \
    1772366400 both 1772366800 both 1772367400 both >gaps.jsonl
tlm write -q -t ts -o gaps.avro gaps.jsonl
tlm inspect --timeline --json gaps.avro |
    pick '{c["name"]: c["gap_ns"] / 1e9 for c in o["timeline"]}'
tlm inspect --timeline -c none set/run_*
tlm inspect --timeline --from +1d set/run_*; echo "exit $?"
echo '# nothing there'
mkdir empty && tlm inspect empty; echo "exit $?"
cp set/run_000.avro empty/.run.avro.partial && tlm inspect empty; echo "exit $?"
tlm inspect none.avro set/run_000.avro; echo "exit $?"
