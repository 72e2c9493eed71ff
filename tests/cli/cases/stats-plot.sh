# Channels over time in characters, in Unicode and in ASCII, and what is wrong with a command line.
awk 'BEGIN { for (i = 0; i < 300; i++)
    printf "{\"ts\":%d,\"temp\":%.2f,\"mode\":\"%s\"}\n", 1709294400 + i,
        i == 200 ? 9 : i % 100 / 20, i < 120 ? "idle" : "run" }' >in.jsonl
tlm write -q -t ts -T s --tag host=a -o run.avro in.jsonl
LC_ALL=C.UTF-8 tlm stats --plot temp --height 12 run.avro
tlm stats --plot temp,mode --width 60 run.avro
tlm stats --plot temp --height 8 --color always --from +100s --to +150s run.avro | tr '\033' E
tlm stats --plot tmep run.avro
tlm stats --plot temp --hist temp run.avro
tlm stats --plot temp --svg - --height 300 run.avro | sed -n '1,8p; s/ d="M.*"/ d="..."/; $p'
