# Rows taken in columns give the bytes that rows taken one by one give: series in the same order,
# limits at the same points, whatever gaps the columns have.
TLM_SYNC_MARKER=000102030405060708090a0b0c0d0e0f
export TLM_SYNC_MARKER

# Values begin late and in another order than the columns, with rows of nothing and gaps in time.
awk 'BEGIN {
    for (i = 0; i < 3000; i++) {
        a = i > 60 && i % 7 < 3 ? "\"text, " i % 13 "\"" : "null"
        b = i > 55 && int(i / 40) % 3 ? i / 8 : "null"
        c = i > 70 && i % 5 == 0 ? i : i > 900 && i % 11 == 0 ? "true" : "null"
        d = int(i / 500) % 2 ? "null" : "\"\\u00e9\""
        printf "{\"ts\":%d,\"car\":\"%d\",\"d\":%s,\"a\":%s,\"b\":%s,\"c\":%s}\n",
            1700000000 + i + int(i / 97) * 150, i / 200 % 3, i < 40 ? "null" : d, a, b, c
    }
}' >in.jsonl
sed -e 's/[^:]*:\([^,]*\),"car":"\(.\)","d":/\1,\2,/' -e 's/,"[abc]":/,/g' -e 's/}$//' \
    -e 's/null//g' -e 's/text, /text /g' -e 's/"//g' -e 's/\\u00e9/é/' -e '1i ts,car,d,a,b,c' \
    in.jsonl >in.csv

# write LANE FILE OPTION...: the sum of all parts and their names
write()
{
    lane=$1 file=$2
    shift 2
    rm -rf out && mkdir out
    TLM_CPU=$lane tlm write -q --summary none --fsync none -t ts "$@" -o "out/{index}-%H%M%S.avro" "$file" ||
        return
    ls out | cat - out/* | cksum
}

# compare FILE OPTION...
compare()
{
    wanted=$(write rowwise "$@")
    for lane in auto avx2 portable; do
        [ "$(write $lane "$@")" = "$wanted" ] || echo "$lane differs: $*"
    done
    echo "compared $*: $(find out -name '*.avro' | wc -l) parts"
}

for file in in.jsonl in.csv; do
    compare $file
    compare $file --tag-field car=car
    compare $file --rotate-span 9s
    compare $file --rotate-span 100s --tag-field car=car
    compare $file --rotate-points 333
    compare $file --rotate-points 100 --rotate-span 100s
    compare $file --rotate-points 50 --batch-points 7 --int-as long
    compare $file --bool-as string --int-as double --exclude d
done
