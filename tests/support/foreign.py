"""Telemetry files as other writers make them: any schema text, any codec, arrays in any blocks.

Points are those of readback.py: (series, ns, value), series being (channel, sorted tags).
"""

import json
import struct
import sys
import zlib

import avro.codecs

SYNC = bytes(range(100, 116))

SCHEMA = {
    "type": "record", "name": "AvroStream", "namespace": "io.nominal.ingest", "fields": [
        {"name": "channel", "type": "string"},
        {"name": "timestamps", "type": {"type": "array", "items": "long"}},
        {"name": "values", "type": {"type": "array", "items": [
            "double", "string", "long",
            {"type": "record", "name": "DoubleArray", "fields": [
                {"name": "items", "type": {"type": "array", "items": "double"}}]},
            {"type": "record", "name": "StringArray", "fields": [
                {"name": "items", "type": {"type": "array", "items": "string"}}]},
            {"type": "record", "name": "JsonStruct", "fields": [
                {"name": "json", "type": "string"}]}]}},
        {"name": "tags", "type": {"type": "map", "values": "string"}, "default": {}}]}


def schema_texts():
    """The same schema as different texts."""
    told = {"doc": "what a person wrote", "fields": SCHEMA["fields"], "namespace": "",
            "name": "io.nominal.ingest.AvroStream", "type": "record"}
    del told["namespace"]
    return [json.dumps(SCHEMA, separators=(",", ":")), json.dumps(SCHEMA, indent=3),
            json.dumps(told, sort_keys=True)]


def long(value):
    value = (value << 1) ^ (value >> 63)
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def counted(data):
    return long(len(data)) + data


def text(value):
    return counted(value if isinstance(value, bytes) else value.encode("utf-8"))


def array(items, pieces=1, sized=False):
    """An array of encoded items in so many blocks."""
    out, step = b"", max(1, -(-len(items) // pieces))
    for start in range(0, len(items), step):
        data = b"".join(items[start:start + step])
        count = len(items[start:start + step])
        out += (long(-count) + long(len(data)) if sized else long(count)) + data
    return out + b"\0"


def value(kind, what):
    if kind == "double":
        return b"\0" + struct.pack("<Q", what)
    if kind == "string":
        return b"\2" + text(what)
    if kind == "long":
        return b"\4" + long(what)
    if kind == "doubles":
        return b"\6" + array([struct.pack("<Q", item) for item in what])
    if kind == "strings":
        return b"\10" + array([text(item) for item in what])
    return b"\12" + text(what)


def record(series, points, pieces=1, sized=False):
    """points: [(ns, value)]"""
    channel, tags = series
    return (text(channel) + array([long(ns) for ns, _ in points], pieces, sized)
            + array([value(*one) for _, one in points], pieces, sized)
            + array([text(key) + text(word) for key, word in tags]))


def compress(codec, data):
    if codec == "null":
        return data
    if codec == "deflate":
        packer = zlib.compressobj(6, zlib.DEFLATED, -15)
        return packer.compress(data) + packer.flush()
    packed, size = avro.codecs.get_codec(codec).compress(data)
    return packed[:size]


def header(codec, schema=None, metadata=(), sync=SYNC):
    schema = schema or schema_texts()[0]
    pairs = [("avro.schema", schema), ("avro.codec", codec), *metadata]
    return b"Obj\x01" + array([text(key) + text(word) for key, word in pairs]) + sync


def block(codec, records, sync=SYNC):
    return long(len(records)) + counted(compress(codec, b"".join(records))) + sync


def write(path, blocks, codec="null", **how):
    """blocks: lists of encoded records"""
    sync = how.get("sync", SYNC)
    with open(path, "wb") as out:
        out.write(header(codec, **how))
        for records in blocks:
            out.write(block(codec, records, sync))


def raw_blocks(data):
    """[(records, compressed bytes)] of a file's bytes."""
    import readavro  # pylint: disable=import-outside-toplevel
    file, found = readavro.File(data), []
    body = file.body
    while body.at() < body.size:
        count, size = body.read_long(), body.read_long()
        found.append((count, body.read(size)))
        assert body.read(16) == file.sync
    return found


if __name__ == "__main__":
    sys.exit("a module for tests")
