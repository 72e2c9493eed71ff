# tlm stats --phases: bars of where the time went, from what write and bench leave.
export COLUMNS=80
cat >two.json <<'END'
{"threads":2,"wall_ns":81924107,"read_ns":10179031,"parse_ns":43503963,"batch_ns":9296664,"encode_ns":8225747,"compress_ns":74235249,"write_ns":9518901,"sync_ns":36889,"wait_input_ns":0,"bytes_in":32313772,"rows":400000,"rejected":2,"points":3200000,"records":920,"blocks":115,"parts":1,"series":8,"flushes":13,"pressure_flushes":0,"bytes_raw":57614720,"bytes_out":16710927,"bytes_held":5801856,"bytes_held_max":5801856,"int_changes":0}
END
cat >bench.json <<'END'
{"tlm": "0.1.0", "results": [
  {"name": "double, noisy", "threads": 1, "points": 100000, "bytes_in": 0, "bytes_raw": 1800600,
   "bytes": 999234, "parts": 1, "phases_ns": {"read": 0, "parse": 0, "batch": 1071675,
   "encode": 982767, "compress": 1255588, "write": 869676, "sync": 42499, "wait_for_input": 0,
   "wall": 4352802}},
  {"name": "a\u001b[31mred", "threads": 4, "points": 100000, "bytes_in": 0, "bytes_raw": 1800600,
   "bytes": 999234, "parts": 3, "phases_ns": {"read": 0, "parse": 0, "batch": 0, "encode": 1000,
   "compress": 0, "write": 0, "sync": 0, "wait_for_input": 3000, "wall": 1000000}}]}
END

tlm stats --phases two.json
echo "-- wide"
COLUMNS=120 tlm stats --phases two.json | tail -n 11
echo "-- as wide as bars get"
COLUMNS=300 tlm stats --phases two.json | sed -n 9p
echo "-- narrow, ASCII"
tlm stats --phases two.json --ascii --width 50 | tail -n 11
echo "-- colours"
tlm stats --phases two.json --color always --ascii --width 50 | sed -n '1p;5p;10p;14p'
echo "-- JSON"
tlm stats --phases two.json --json
echo "-- of tlm bench"
tlm stats --phases bench.json
echo "-- of tlm bench, JSON"
tlm stats --phases bench.json --json
echo "-- among other lines, on standard input"
{ echo "tlm write: done"; cat two.json; echo "more {"; } | tlm stats --phases - | tail -n 1
echo "-- what tlm write says is said again"
tlm write -q --stats --stats-file made.json -o x.avro "$TESTS/cli/samples/flight.csv" 2>said
tail -n 1 said >want
tlm stats --phases made.json | grep bound | cmp - want && echo "the same bound"
