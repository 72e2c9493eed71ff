printf 'ts,a,mode,gps\n2024-01-01T00:00:00Z,1,idle,1.5\n2024-01-01T00:00:01.5Z,2.5,run,\n' >in.csv
plan() { tlm write --dry-run "$@" 2>&1 | sed -E 's/ +[0-9.]+ (B|KiB)\b| \([0-9.]+ (B|KiB)\)| in [0-9.]+ (us|ms|s)$//g'; }
plan in.csv
echo
plan --rotate-points 2 -o 'out/run.avro' in.csv
ls -A
