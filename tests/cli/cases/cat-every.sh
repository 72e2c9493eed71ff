# One value for each span of time.
cat >in.csv <<'END'
time,n,x,mode
2024-01-01T00:00:00.1Z,1,0.1,a
2024-01-01T00:00:00.9Z,4,0.2,b
2024-01-01T00:00:02Z,7,NaN,c
2024-01-01T00:00:00.5Z,2,0.6,d
2024-01-01T00:00:02.9Z,9,-1.5,e
END
tlm write -q in.csv
for how in mean min max last; do
    echo "--agg $how"
    tlm cat --every 1s --agg $how in.avro 2>&1
done
tlm cat --every 2s --wide --csv -c '[nx]' in.avro
