# tlm stats --phases: files that hold no statistics, and options that make no sense with it.
whole='"wall_ns":9,"read_ns":1,"batch_ns":1,"encode_ns":1,"compress_ns":1,"write_ns":1,"sync_ns":1'
try()
{
    printf '%s' "$1" >s.json
    tlm stats --phases s.json
    echo "exit $?"
}
try ''
try '{"threads":1,"wall_ns":'
try '{"a":1}'
try '[1]'
try "{\"threads\":1,$whole}"
try "{\"threads\":1,$whole,\"parse_ns\":1.5}"
try "{\"threads\":1,$whole,\"parse_ns\":-1}"
try "{\"threads\":0,$whole}"
try "{\"threads\":5000000000,$whole}"
try "{$whole}"
try '{"results":[]}'
try '{"results":[{"threads":1}]}'
try '{"results":[7]}'
try '{"results":[{"threads":1,"phases_ns":{"wall":1}}]}'
try "$(printf 'x\033[31m')"
head -c 17000000 /dev/zero >s.json
tlm stats --phases s.json
echo "exit $?"
tlm stats --phases absent.json
echo "exit $?"
tlm stats --phases .
echo "exit $?"
tlm stats --phases s.json run.avro
echo "exit $?"
tlm stats --phases s.json --csv
echo "exit $?"
