# One file on one screen, at several widths, whatever it holds.
awk 'BEGIN { for (i = 0; i < 3000; i++)
    printf "{\"ts\":%d.%d,\"engine.temperature.left\":%.3f,\"rpm\":%d%s}\n", 1772366400 + int(i / 10),
        i % 10, 20 + (i % 500) / 100, 1000 + i % 7, i % 100 ? "" : ",\"mode\":\"auto\"" }' >in.jsonl
tlm write -q -t ts --tag host=a --metadata unit=7 -o run.avro in.jsonl
for width in 40 80 120 200; do
    echo "# $width"
    COLUMNS=$width tlm inspect run.avro
done
echo '# ascii, colour'
tlm inspect --ascii --color always --sort points run.avro | tr '\033' E
echo '# selected'
tlm inspect -c 'r*' --from +10s --to -4m run.avro
tlm inspect -c 'none' run.avro
tlm inspect --tag host=b run.avro
echo '# from a pipe'
tlm inspect - <run.avro | head -n 7
tlm inspect <run.avro | sed -n 1p
echo '# values'
cat >values.jsonl <<'END'
{"ts":1,"nan":NaN,"inf":-Infinity,"int":9223372036854775807,"mixed":1,"list":[1,2],"esc\u001b[31m\u202e":1}
{"ts":2,"nan":1.5,"inf":1,"int":-9223372036854775808,"mixed":"x","list":["a"]}
END
tlm write -q -t ts -T s values.jsonl
tlm inspect values.avro | sed -n '/^channel/,$p'
