#!/usr/bin/python3
"""Writes the container files of tests/data/containers anew.

usage: make_containers.py FOLDER

python3-avro writes python-CODEC.avro for the codecs it has; xz.avro and map-blocks.avro are put
together by hand, the first with Python's lzma, the second with its metadata in three map blocks,
two of which tell their size. All hold 300 records {n: long, text: string}: 0 and "row 0", and so on.
"""

import io
import lzma
import os
import sys

import avro.datafile
import avro.io
import avro.schema

ROWS = 300
SCHEMA = ('{"type": "record", "name": "row", "fields": '
          '[{"name": "n", "type": "long"}, {"name": "text", "type": "string"}]}')
SYNC = bytes(range(100, 116))


def rows():
    return [{"n": i, "text": f"row {i}"} for i in range(ROWS)]


def by_python(path, codec):
    with open(path, "wb") as out:
        writer = avro.datafile.DataFileWriter(
            out, avro.io.DatumWriter(), avro.schema.parse(SCHEMA), codec=codec)
        writer.set_meta("origin", b"python3-avro \xff\x00 binary")
        for i, row in enumerate(rows()):
            writer.append(row)
            if i % 70 == 69:
                writer.sync()
        writer.close()


def long(value):
    out = io.BytesIO()
    avro.io.BinaryEncoder(out).write_long(value)
    return out.getvalue()


def counted(data):
    return long(len(data)) + data


def pair(key, value):
    return counted(key.encode()) + counted(value)


def encoded(part):
    out = io.BytesIO()
    writer = avro.io.DatumWriter(avro.schema.parse(SCHEMA))
    for row in part:
        writer.write(row, avro.io.BinaryEncoder(out))
    return out.getvalue()


def by_hand(path, metadata, compress):
    with open(path, "wb") as out:
        out.write(b"Obj\x01" + metadata + long(0) + SYNC)
        for start in range(0, ROWS, 70):
            part = rows()[start:start + 70]
            out.write(long(len(part)) + counted(compress(encoded(part))) + SYNC)
            out.write(long(0) + counted(compress(b"")) + SYNC)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__.splitlines()[2])
    folder = sys.argv[1]
    for codec in ("null", "deflate", "snappy", "zstandard", "bzip2"):
        by_python(os.path.join(folder, f"python-{codec}.avro"), codec)
    by_hand(os.path.join(folder, "xz.avro"),
            long(2) + pair("avro.schema", SCHEMA.encode()) + pair("avro.codec", b"xz"),
            lzma.compress)
    first = pair("other", b"") + pair("avro.codec", b"xz")
    second = pair("avro.codec", b"null")
    by_hand(os.path.join(folder, "map-blocks.avro"),
            long(-2) + long(len(first)) + first + long(-1) + long(len(second)) + second
            + long(1) + pair("avro.schema", SCHEMA.encode()),
            lambda data: data)


if __name__ == "__main__":
    main()
