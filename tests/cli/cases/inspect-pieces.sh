# --schema, --meta, --blocks, --head, --json; and files of another schema.
# pick EXPRESSION: of o, each object on standard input.
pick()
{
    /usr/bin/python3 -c 'import json, sys
for line in sys.stdin:
    o = json.loads(line)
    print(json.dumps(eval(sys.argv[1])))' "$1"
}
seq 1700000000 1700000249 | sed 's/.*/{"ts":&,"a":1.5,"b":"x"}/' >in.jsonl
tlm write -q -t ts --batch-points 100 --metadata empty= --metadata key=value -o run.avro in.jsonl
tlm inspect --schema run.avro
tlm inspect --meta run.avro
tlm inspect --meta=key run.avro
tlm inspect --meta=empty run.avro
tlm inspect --meta=none run.avro; echo "exit $?"
tlm inspect --blocks run.avro
tlm inspect --head 2 run.avro | cut -c -120
tlm inspect --head 0 run.avro
tlm inspect --head 1000 run.avro | wc -l
tlm inspect --json --blocks --head 1 --sort points run.avro >run.json
for key in points records series first last first_ns telemetry estimated; do
    pick "o['$key']" <run.json
done
pick "o['metadata']['key'], json.loads(o['schema'])['name'], len(o['block_list']), len(o['head'])" <run.json
pick "[[c.get(k) for k in ('name', 'types', 'points', 'last_ns', 'rate_hz', 'min', 'max')] for c in o['channels']]" <run.json
echo '# another schema'
data=$TESTS/data/containers
tlm inspect "$data/python-deflate.avro" | sed "s|$data/||"
tlm inspect --head 1 "$data/xz.avro"
tlm inspect --blocks "$data/python-bzip2.avro" | head -n 2
tlm inspect --json "$data/python-null.avro" | pick "[o['telemetry'], o['records'], 'points' in o]"
echo '# usage'
for options in '--schema --blocks' '--meta --head 1' '--timeline --json --blocks' '--blocks -c x' \
    '--head 1 --from 0' '--from yesterday' '--from 2 --to 1' '--from -1m --to -2m' '--sort size' '- -'; do
    # shellcheck disable=SC2086
    tlm inspect $options run.avro 2>&1 | head -n 1
done
echo '# standard input: a pipe, a file'
cat run.avro | tlm inspect --json --blocks 2>&1 | head -n 1
cat run.avro | tlm inspect --timeline; echo "exit $?"
tlm inspect --json --blocks <run.avro | pick "len(o['block_list'])"
tlm inspect --timeline <run.avro | grep channels
