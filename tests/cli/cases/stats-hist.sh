# How often which value occurs, in Unicode and in ASCII, of numbers and of texts.
awk 'BEGIN { for (i = 0; i < 1000; i++)
    printf "{\"ts\":%d,\"v\":%s,\"n\":%d,\"mode\":\"%s\"}\n", 1709294400 + i,
        i % 100 == 99 ? "NaN" : (i * i % 97 - 30) / 10, i * i % 7, i % 3 ? "run" : "idle" }' >in.jsonl
tlm write -q -t ts -T s -o run.avro in.jsonl
LC_ALL=C.UTF-8 tlm stats --hist v run.avro
tlm stats --hist v --bins 4 --width 60 run.avro
tlm stats --hist v --log run.avro
LC_ALL=C.UTF-8 tlm stats --hist n run.avro
tlm stats --hist n --bins 3 --json run.avro
tlm stats --hist mode run.avro
tlm stats --hist mode --color always run.avro | tr '\033' E
tlm stats --hist none run.avro
tlm stats --hist v --memory 1k - <run.avro
cat run.avro | tlm stats --hist v --memory 1k -
