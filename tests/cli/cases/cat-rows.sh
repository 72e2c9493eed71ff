# Long rows in every form.
cat >in.jsonl <<'END'
{"channel":"rpm","tags":{"car":"7","site":"a,b"},"timestamp":"2024-01-01T00:00:00.25Z","value":900}
{"channel":"rpm","tags":{"car":"7","site":"a,b"},"timestamp":"2024-01-01T00:00:01Z","value":9007199254740993}
{"channel":"temp","tags":{},"timestamp":"2024-01-01T00:00:00.123456Z","value":1.0}
{"channel":"temp","tags":{},"timestamp":"1999-12-31T23:59:59.999999999Z","value":-0.0}
{"channel":"temp","tags":{},"timestamp":"2024-02-29T12:00:00Z","value":1e300}
{"channel":"temp","tags":{},"timestamp":"2024-02-29T12:00:00Z","value":-Infinity}
{"channel":"temp","tags":{},"timestamp":"2024-02-29T12:00:00Z","value":NaN}
{"channel":"mode","tags":{},"timestamp":"2024-01-01T00:00:02Z","value":"12"}
{"channel":"mode","tags":{},"timestamp":"2024-01-01T00:00:02Z","value":"say \"a,b\"\n\tæ"}
{"channel":"mode","tags":{},"timestamp":"2024-01-01T00:00:02Z","value":""}
{"channel":"list","tags":{},"timestamp":"2024-01-01T00:00:03Z","value":[1,2.5,NaN]}
{"channel":"list","tags":{},"timestamp":"2024-01-01T00:00:03Z","value":[]}
{"channel":"list","tags":{},"timestamp":"2024-01-01T00:00:03Z","value":["a","b\"c"]}
{"channel":"gps","tags":{},"timestamp":"2024-01-01T00:00:04Z","value":{"lat":59.90,"tags":["x",null]}}
{"channel":"gps","tags":{},"timestamp":"2024-01-01T00:00:04Z","value":[1,"a"]}
END
tlm write -q in.jsonl
tlm cat in.avro
echo '--csv'
tlm cat --csv in.avro
echo '--tsv'
tlm cat --tsv -c mode in.avro
for form in s ms us ns; do
    echo "-T $form"
    tlm cat -c temp --head 2 -T $form in.avro
done
echo '--int64 string'
tlm cat -c rpm --int64 string in.avro
echo '--tail 1, from a pipe'
tlm cat --tail 1 --csv <in.avro
