# Records of other schemas are JSON lines, too; what concerns points is refused.
try() { tlm cat "$@"; echo "    exit $?"; }
printf 'Obj\001\002\026avro.schema\014"long"\000ssssssssssssssss\006\006\002\004\006ssssssssssssssss' >x.avro
try x.avro
try --head 2 x.avro
try --tail 1 x.avro
try --csv x.avro
try -c a x.avro
try --wide x.avro
echo 'no avro' >text
try text
: >empty
try empty
mkdir folder
try folder
