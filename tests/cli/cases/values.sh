# What each kind of JSON value becomes.
printf '%s\n' '{"ts":"2024-01-01T00:00:00.123456789Z","rpm":1,"temp":20.5,"mode":"idle","gps":{"lat":1.5},"v":[1,2,null],"none":null}' |
    tlm write -t ts -o - 2>said | readavro -
