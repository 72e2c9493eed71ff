# What counts as the same value, and what does not.
digest() { printf '%s\n' "$@" | tlm write -q -t ts -T s | tlm checksum --total -; }
digest '{"ts":1,"a":NaN}'
printf 'ts,a\n1,-nan\n' | tlm write -q -t ts -T s | tlm checksum --total -
digest '{"ts":1,"a":0.0}'
digest '{"ts":1,"a":-0.0}'
digest '{"ts":1,"a":0}'
digest '{"ts":1,"a":"0"}'
digest '{"ts":1,"a":[]}'
digest '{"ts":1,"a":{}}'
digest '{"ts":1,"b":0}'
# Names that could break a line.
printf '{"ts":1,"a\\nb\\u0001":1,"c d":2}\n' | tlm write -q -t ts -T s | tlm checksum -
printf '{"channel":"a","timestamp":1,"value":2,"tags":{"y":"2","x":"1"}}\n' | tlm write -q -T s |
    tlm checksum -
