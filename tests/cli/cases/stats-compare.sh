# What changed between two sets of files, and how much of it is tolerated.
try()
{
    echo "\$ tlm stats $*"
    tlm stats "$@"
    echo "exit $?"
}
row()
{
    seq 1 "$1" | sed "s/.*/{\"ts\":&,$2}/"
}
row 100 '"same":1.5,"gone":1,"kind":1,"drift":&,"n":&,"bad":&' | tlm write -q -t ts -T s -o a.avro -
mkdir b
{
    row 50 '"same":1.5,"new":1,"kind":"1","drift":&.25,"n":&,"bad":&'
    row 95 '"same":1.5,"new":1,"kind":"1","drift":&.25,"bad":NaN' | sed 1,60d
    row 100 '"same":1.5,"drift":&.25' | sed 1,95d
} | tlm write -q -t ts -T s -o b/b.avro -
try a.avro --compare a.avro
try a.avro --compare b
try a.avro --compare 'b/*.avro' --tolerance 20%
try a.avro --compare b -c same --tolerance 100
try a.avro --compare b -c same --tolerance 99.9%
try a.avro --compare b --json
try a.avro --compare b --top 1 -c n -c drift
try a.avro --compare b --by channel -c drift
echo '# a side without points, a file that is not there, wrong words'
try a.avro --compare b -c none
try a.avro --compare none.avro
try a.avro --compare b --csv
try a.avro --compare b --tolerance much
try a.avro --compare b --tolerance -1%
