# Times that cannot be: each is a bad row with its own reason.
t()
{
    printf '{"t":%s,"a":1}\n' "$1" | tlm write --summary none -t t -T "$2" -o a.avro
    echo "    exit $?"
    ls -A
}
t '"2262-04-11T23:47:16.854775808Z"' rfc3339
t '"2024-02-30T00:00:00Z"' rfc3339
t '"12:99"' rfc3339
t 9223372037 s
t null rfc3339
t '"2024-01-01T00:00:00"' rfc3339
t true s
t '"31/13/2024"' 'strptime:%d/%m/%Y'
t 12345 auto
echo '{"a":1}' | tlm write --summary none -t t -T s -o a.avro
echo "    exit $?"
