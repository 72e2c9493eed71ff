#!/usr/bin/python3
"""Prints what is inside AvroStream files, as JSON lines: the second opinion of the tests.

usage: readavro.py [--records | --meta] [--sort] FILE...      ("-" is standard input)

  (default)   one line for each point:
              {"channel":"rpm","tags":{"car":"7"},"timestamp":1704067200123456789,
              "type":"long","value":1}
              type is double, string, long, DoubleArray, StringArray or JsonStruct (value: its
              text); numbers that JSON lacks are the strings "NaN", "Infinity", "-Infinity"
  --records   one line for each record instead: block (from 0), channel, tags, points, bytes
              (encoded), first and last timestamp as stored, types (points of each)
  --meta      one line for each file: the header's metadata without the schema
  --sort      sorts the lines of all files together

Decodes with Debian's python3-avro (and python3-snappy, python3-zstandard) and shares nothing with
the code under test. Stricter than python3-avro on its own: sync markers, block sizes, array block
sizes, checksums and 64-bit ranges are all verified.

Exit: 0 read to the end, 1 damaged or unreadable (one line on stderr; the lines before the damage
are printed), 2 usage, or a Python module is missing.
"""

import argparse
import collections
import io
import json
import signal
import sys
import zlib

try:
    import avro.codecs
    import avro.datafile
    import avro.io
except ImportError as missing:
    print(f"readavro.py: {missing} (python3-avro, with /usr/bin/python3)", file=sys.stderr)
    sys.exit(2)

SYNC_BYTES = 16
FIELDS = ["channel", "timestamps", "values", "tags"]
to_json = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


class Damaged(Exception):
    """The file is not what it should be."""


class NoCodec(Exception):
    """The Python module for a codec is not there."""


class Decoder(avro.io.BinaryDecoder):
    """python3-avro's, with limits."""

    def __init__(self, data):
        super().__init__(io.BytesIO(data))
        self.size = len(data)

    def read_long(self):
        value = super().read_long()
        if not -(1 << 63) <= value < 1 << 63:
            raise Damaged(f"integer {value} is outside 64 bits")
        return value

    def at(self):
        return self.reader.tell()


class Reader(avro.io.DatumReader):
    """python3-avro's, with the name of each value's union branch, and array block sizes checked."""

    def read_union(self, writers_schema, readers_schema, decoder):
        branch = decoder.read_long()
        if not 0 <= branch < len(writers_schema.schemas):
            raise Damaged(f"union branch {branch} does not exist")
        schema = writers_schema.schemas[branch]
        name = getattr(schema, "name", schema.type)
        return name, self.read_data(schema, schema, decoder)

    def read_array(self, writers_schema, readers_schema, decoder):
        items = []
        while True:
            count, size = decoder.read_long(), None
            if count == 0:
                return items
            if count < 0:
                count, size = -count, decoder.read_long()
            start = decoder.at()
            if count > decoder.size - start:
                raise Damaged(f"an array block of {count} items in {decoder.size - start} bytes")
            for _ in range(count):
                items.append(self.read_data(writers_schema.items, readers_schema.items, decoder))
            if size is not None and size != decoder.at() - start:
                raise Damaged(f"an array block of {decoder.at() - start} bytes says {size}")


def whole_stream(stream, data, codec):
    """Decompresses data, which must be exactly one stream."""
    raw = stream.decompress(data)
    if not stream.eof or stream.unused_data:
        raise Damaged(f"the {codec} stream does not end where its block ends")
    return raw


def decompress(codec, data):
    if codec == "null":
        return data
    if codec == "deflate":
        return whole_stream(zlib.decompressobj(-15), data, codec)
    if codec not in avro.codecs.KNOWN_CODECS:
        raise NoCodec(f"codec {codec}: no Python module for it (python3-snappy, python3-zstandard)")
    if codec == "zstandard":
        zstandard = avro.codecs.zstd
        return whole_stream(zstandard.ZstdDecompressor().decompressobj(), data, codec)
    # python3-avro's codecs take a decoder that stands before the block's size.
    sized = io.BytesIO()
    avro.io.BinaryEncoder(sized).write_bytes(data)
    sized.seek(0)
    return avro.codecs.get_codec(codec).decompress(avro.io.BinaryDecoder(sized)).reader.read()


class File:
    """An object container file in memory."""

    def __init__(self, data):
        if data[:4] != b"Obj\x01":
            raise Damaged("not an Avro file")
        self.reader = Reader()
        header = avro.datafile.DataFileReader(io.BytesIO(data), self.reader)
        self.sync = header.sync_marker
        self.codec = header.codec
        self.meta = {key: value.decode("utf-8", "backslashreplace")
                     for key, value in header.meta.items() if key != "avro.schema"}
        schema = self.reader.writers_schema
        if [field.name for field in getattr(schema, "fields", [])] != FIELDS:
            raise Damaged(f"the schema is not AvroStream but {schema}")
        self.body = Decoder(data)
        self.body.reader.seek(header.reader.tell())

    def blocks(self):
        """Yields the number of records and the raw bytes of each block."""
        while self.body.at() < self.body.size:
            start = self.body.at()
            count, size = self.body.read_long(), self.body.read_long()
            if count < 0 or not 0 <= size <= self.body.size - self.body.at() - SYNC_BYTES:
                raise Damaged(f"the block at byte {start} is cut short"
                              f" ({count} records, {size} bytes)")
            data = self.body.read(size)
            if self.body.read(SYNC_BYTES) != self.sync:
                raise Damaged(f"the block at byte {start} does not end in the sync marker")
            yield count, decompress(self.codec, data)

    def records(self):
        """Yields block number, encoded size and fields of each record."""
        for number, (count, raw) in enumerate(self.blocks()):
            decoder = Decoder(raw)
            for _ in range(count):
                start = decoder.at()
                record = self.reader.read(decoder)
                if len(record["timestamps"]) != len(record["values"]):
                    raise Damaged(f"{len(record['timestamps'])} timestamps but"
                                  f" {len(record['values'])} values in {record['channel']}")
                yield number, decoder.at() - start, record
            if decoder.at() != len(raw):
                raise Damaged(f"block {number} has {len(raw) - decoder.at()} bytes too many")


def number(value):
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    return value


def plain(kind, value):
    """A value as JSON has it."""
    if kind == "double":
        return number(value)
    if kind == "DoubleArray":
        return [number(item) for item in value["items"]]
    if kind == "StringArray":
        return value["items"]
    if kind == "JsonStruct":
        return value["json"]
    return value


def point_lines(file):
    for _, _, record in file.records():
        line = {"channel": record["channel"], "tags": record["tags"]}
        for time, (kind, value) in zip(record["timestamps"], record["values"]):
            line["timestamp"], line["type"], line["value"] = time, kind, plain(kind, value)
            yield to_json(line)


def record_lines(file):
    for block, size, record in file.records():
        times = record["timestamps"]
        yield to_json({
            "block": block, "channel": record["channel"], "tags": record["tags"],
            "points": len(times), "bytes": size,
            "first": times[0] if times else None, "last": times[-1] if times else None,
            "types": collections.Counter(kind for kind, _ in record["values"])})


def meta_lines(file):
    yield to_json(file.meta)


def read(name):
    if name == "-":
        return sys.stdin.buffer.read()
    with open(name, "rb") as stream:
        return stream.read()


def parse_arguments():
    parser = argparse.ArgumentParser(usage="readavro.py [--records | --meta] [--sort] FILE...")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--records", dest="lines", action="store_const", const=record_lines)
    what.add_argument("--meta", dest="lines", action="store_const", const=meta_lines)
    parser.add_argument("--sort", action="store_true")
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.set_defaults(lines=point_lines)
    return parser.parse_args()


def main():
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    options = parse_arguments()
    held, status = [], 0
    for name in options.files:
        try:
            for line in options.lines(File(read(name))):
                if options.sort:
                    held.append(line)
                else:
                    sys.stdout.write(line + "\n")
        except OSError as error:
            print(f"readavro.py: {name}: {error.strerror}", file=sys.stderr)
            status = 1
            break
        except NoCodec as error:
            print(f"readavro.py: {name}: {error}", file=sys.stderr)
            return 2
        # Damage surfaces in the decoders as any kind of error.
        except Exception as error:  # pylint: disable=broad-except
            reason = " ".join(str(error).split()) or type(error).__name__
            print(f"readavro.py: {name}: {reason}", file=sys.stderr)
            status = 1
            break
    sys.stdout.writelines(line + "\n" for line in sorted(held))
    return status


if __name__ == "__main__":
    sys.exit(main())
