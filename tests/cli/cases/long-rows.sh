printf '%s\n' '{"channel":"a","timestamp":1700000000,"value":1.5}' '{"channel":"b","timestamp":1700000001,"value":"x"}' \
    '{"channel":"a","timestamp":1700000002,"value":2.5,"tags":{"car":"7"}}' '{"channel":"","timestamp":1700000003,"value":1}' \
    '{"channel":"c","timestamp":1700000004}' '{"channel":"c","timestamp":1700000005,"value":null}' >in.jsonl
tlm write --summary none -o auto.avro in.jsonl
echo "exit $?"
readavro auto.avro
printf 'sig,when,val,unit\na,1700000000,1.5,V\nb,1700000001,2,A\n' >in.csv
tlm write -q --shape long --channel-field sig --value-field val --tag-field unit=unit -t when -o long.avro in.csv &&
    readavro long.avro
tlm write -q --shape wide -t timestamp -o wide.avro in.jsonl
readavro --records wide.avro
