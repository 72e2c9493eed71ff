#!/usr/bin/python3
"""Files that are damaged or meant to do harm: a flip at every byte, a cut at every length, and
headers and blocks that claim what is not there, through every command that reads.

Each must end soon, with a line that names the file and the byte, or with what the file held.
CHECK_LONG=1: every bit, and all codecs.
"""

import json
import os
import re
import subprocess
import sys
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "support")]

# pylint: disable=wrong-import-position
import outside  # noqa: E402
import test_cat as made  # noqa: E402
from outside import LONG, check, same, tlm  # noqa: E402

ROWS = "".join(f'{{"ts":{1700000000 + i},"a":{i / 3},"b":{i},"c":"text {i}","d":[1.5,{i}.0]}}\n'
               for i in range(12))
CODECS = ("snappy", "null", "deflate", "zstandard") if LONG else ("snappy",)
READERS = (["inspect"], ["inspect", "--json", "--full"], ["inspect", "--timeline"], ["cat"],
           ["cat", "--csv"], ["verify"], ["verify", "--full"], ["checksum"], ["count"])
PEAK = 400 << 10  # KiB


class Ended:
    """What a command said, and that it did no harm."""

    def __init__(self, *command, stdin=None):
        begin = time.monotonic()
        # pylint: disable=consider-using-with
        process = subprocess.Popen([outside.TLM, *command], stdin=stdin or subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   env=outside.environment())
        out, err = process.communicate(timeout=300)
        self.out, self.err = out, err.decode("utf-8", "replace")
        self.status, self.took = process.returncode, time.monotonic() - begin
        check("Sanitizer" not in self.err and "runtime error" not in self.err, self.err[:3000])
        check(self.status in (0, 1, 3), f"{command[:2]}: status {self.status}: {self.err[:500]}")

    def files(self):
        """{file: what was said of it}"""
        found = {}
        for line in self.err.splitlines():
            if ": note: " in line:
                continue
            match = re.search(r"([-\w]+\.avro)(?::|\b)(.*)", line)
            check(match, line)
            found.setdefault(match.group(1), match.group(2))
        return found


def save_all(pairs):
    for name, data in pairs:
        made.save(name, data)
    return [name for name, _ in pairs]


def flips(data):
    return [(f"flip-{at:05}-{bit}.avro", bytes(data[:at]) + bytes([data[at] ^ 1 << bit]) +
             bytes(data[at + 1:]))
            for at in range(len(data)) for bit in (range(8) if LONG else [at % 8])]


def sample(codec):
    tlm("-q", "-f", "-t", "ts", "--codec", codec, "--batch-points", 24, "-o", "good.avro", "-",
        feed=ROWS.encode()).ended(0)
    with open("good.avro", "rb") as stream:
        return stream.read()


def in_groups(names, size=400):
    return (names[i:i + size] for i in range(0, len(names), size))


def read_by_all(files):
    """{file: what verify --full said}; the other commands only have to end well."""
    bad = {}
    for command in READERS:
        for group in in_groups(files):
            done = Ended(*command, *group)
            if command == ["verify", "--full"]:
                bad.update(done.files())
                named = {line for line in done.out.decode().splitlines() if line}
                same(named, set(done.files()), "files named by verify")
    return bad


def test_a_flip_at_every_byte():
    for codec in CODECS:
        data = sample(codec)
        files = save_all(flips(data))
        bad = read_by_all(files)
        for name, said in bad.items():
            check(re.search(r"byte \d+|schema|codec|figure|header", said), name, said)
        if codec in ("snappy", "zstandard"):  # without a checksum another value is as good
            check_unnoticed([name for name in files if name not in bad], codec)
        for name in files:
            os.unlink(name)


def check_unnoticed(files, codec):
    """What verify does not notice has the same points, or is no telemetry by its schema. (Snappy
    makes the same of some copies.)"""
    wanted = Ended("checksum", "--total", "good.avro").out
    for name in files if LONG else files[::5]:
        done = Ended("checksum", "--total", name)
        check(done.out == wanted or done.status, f"{codec}: {name}: {done.out} {done.err}")


def test_a_cut_at_every_length():
    for codec in CODECS:
        data = sample(codec)
        files = save_all([(f"cut-{n:05}.avro", data[:n]) for n in range(len(data))])
        bad = read_by_all(files)
        same(sorted(bad), sorted(files), f"{codec}: files that verify refuses")
        for name, said in bad.items():
            check("byte " in said, name, said)
        done = Ended("cat", *files)
        same((done.status, sorted(done.files())), (1, sorted(files)), "files that cat refuses")
        for name in files:
            os.unlink(name)


def test_recover_takes_any():
    """Each file for itself: what is saved is whole, or there is nothing."""
    data = sample("snappy")
    mutants = flips(data)[::1 if LONG else 9] + [
        (f"cut-{n:05}.avro", data[:n]) for n in range(0, len(data), 1 if LONG else 17)]
    for name, damaged in mutants:
        made.save(name, damaged)
        done = Ended("recover", "-q", "-f", name, "-o", "saved.avro")
        if done.status == 1:
            check(name in done.err, name, done.err)
        else:
            same(Ended("verify", "--full", "saved.avro").status, 0, name)
        os.unlink(name)


# ---- what claims too much ------------------------------------------------------------------------


def file_of(schema, body, count=1, size=None, **more):
    """One block, whatever it holds."""
    raw = isinstance(schema, str) and schema[0] in "[{"
    data = made.container([], schema if raw else json.dumps(schema), **more)
    size = len(body) if size is None else size
    return data + made.varint(count) + made.varint(size) + body + made.SYNC


NESTED = "[" * 5000 + '"null"' + "]" * 5000
LIST_OF_NULL = {"type": "array", "items": "null"}
LIST_OF_RECORDS = {"type": "array", "items": {"type": "record", "name": "r", "fields": []}}
ENUM = {"type": "enum", "name": "e", "symbols": ["A", "B"]}
TREE = {"type": "record", "name": "t", "fields": [{"name": "t", "type": ["null", "t"]}]}
LOOP = {"type": "record", "name": "t", "fields": [{"name": "t", "type": "t"}]}
V = made.varint
CLAIMS = {
    "fixed of size -2": (file_of({"type": "fixed", "name": "f", "size": -2}, b""), "size"),
    "fixed of 2^60": (file_of({"type": "fixed", "name": "f", "size": 2**60}, b"x"), "size"),
    "a schema 5000 deep": (file_of('{"type":"array","items":' * 5000 + '"null"' + "}" * 5000, b""),
                           "deep"),
    "unions in unions": (file_of(NESTED, b""), "schema"),
    "a record in itself": (file_of(LOOP, b""), ""),
    "data 5000 deep": (file_of(TREE, V(1) * 5000 + V(0)), "deep"),
    "2^40 nulls": (file_of(LIST_OF_NULL, V(2**40) + V(0)), "byte"),
    "2^62 nulls in a sized block": (file_of(LIST_OF_NULL, V(-2**62) + V(0) + V(0)), "byte"),
    "2^40 records of nothing": (file_of(LIST_OF_RECORDS, V(2**40) + V(0)), "byte"),
    "2^40 records in a block": (file_of("null", b"", count=2**40), "byte"),
    "an array of 2^40 longs": (file_of({"type": "array", "items": "long"}, V(2**40) + V(0)),
                               "byte"),
    "a string of 2^40 bytes": (file_of("string", V(2**40)), "byte"),
    "a string of -1 bytes": (file_of("string", V(-1)), "byte"),
    "an enum index": (file_of(ENUM, V(2)), "byte"),
    "an enum index below": (file_of(ENUM, V(-1)), "byte"),
    "a union branch": (file_of(["null", "long"], V(7)), "byte"),
    "a boolean of 2": (file_of("boolean", b"\2"), "byte"),
    "an int beyond 32 bits": (file_of("int", V(2**31)), "byte"),
    "a varint without end": (file_of("long", b"\xff" * 20), "byte"),
    "bytes behind the records": (file_of("long", V(1) + V(2)), "byte"),
    "records of half a block": (file_of("long", V(1), count=2), "byte"),
    "a block larger than the file": (file_of("long", V(1), size=2**50), "byte"),
    "a block of -1 bytes": (file_of("long", b"", size=-1), "byte"),
    "a block of -1 records": (file_of("long", V(1), count=-1), "byte"),
    "a block cut in its count": (made.container([], '"long"') + b"\xff", "byte"),
    "another sync marker": (file_of("long", V(1))[:-1] + b"?", "byte"),
    "records in the header's figures": (
        made.container([[made.record("a", [(1, ("long", 1))])]], tlm_points="2".rjust(20, "0"),
                       tlm_records="2".rjust(20, "0"), tlm_first_ns="1".rjust(20, "0"),
                       tlm_last_ns="1".rjust(20, "0")), "header"),
    "times without values": (
        made.container([[made.text("a") + made.array([V(1), V(2)]) +
                         made.array([made.value_bytes("long", 1)]) + made.array([])]]), "byte"),
}
# Full of what may be left out: fine, if it takes no time.
HARMLESS = {
    "blocks of nothing": made.container([], '"long"') + (V(0) + V(0) + made.SYNC) * 20000 +
                         V(1) + V(1) + V(7) + made.SYNC,
    "a million nulls": file_of("null", b"", count=10**6),
}


def bombs():
    """Blocks that become far more than they are."""
    import bz2  # pylint: disable=import-outside-toplevel
    import lzma  # pylint: disable=import-outside-toplevel
    import zlib  # pylint: disable=import-outside-toplevel
    zeros = bytes(1 << 20)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    deflated = b"".join(packer.compress(zeros) for _ in range(3000)) + packer.flush()
    packer = lzma.LZMACompressor()
    xz = b"".join(packer.compress(zeros) for _ in range(3000)) + packer.flush()
    packer = bz2.BZ2Compressor()
    bzip = b"".join(packer.compress(zeros) for _ in range(3000)) + packer.flush()
    snappy = b"\xff\xff\xff\xff\x0f" + b"\0\0" + bytes(4)  # says 4 GiB
    for codec, body in (("deflate", deflated), ("xz", xz), ("bzip2", bzip), ("snappy", snappy)):
        data = made.container([], '"bytes"').replace(
            made.text("avro.codec") + made.text("null"), made.text("avro.codec") + made.text(codec))
        yield codec, data + V(1) + V(len(body)) + body + made.SYNC


def peak_of(*command):
    """KiB"""
    # pylint: disable=consider-using-with
    process = subprocess.Popen([outside.TLM, *command], stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    return usage.ru_maxrss


def refused(name, said):
    for command in ["cat"], ["verify", "--full"], ["inspect", "--full"], ["checksum"]:
        if command == ["checksum"] and b"AvroStream" not in open(name, "rb").read():
            continue
        done = Ended(*command, name)
        what = f"{command} of {name}: {done.status}: {done.err}"
        if command[0] != "inspect":  # it looks no further than it has to
            same(done.status, 1, what)
            check(name in done.err and said in done.err, what)
        check(done.took < 60, what)
    check(Ended("recover", "--report", name).took < 60, name)


def test_claims():
    for what, (data, said) in CLAIMS.items():
        name = re.sub(r"\W", "-", what) + ".avro"
        made.save(name, data)
        refused(name, said)
        with open(name, "rb") as stream:
            done = Ended("cat", "-", stdin=stream)
            same(done.status, 1, f"{what}, from standard input")
        if not outside.is_sanitized():
            check(peak_of("cat", name) < PEAK, what)


def test_what_is_left_out_takes_no_time():
    for what, data in HARMLESS.items():
        made.save("harmless.avro", data)
        for command in ["cat"], ["verify", "--full"], ["inspect"]:
            done = Ended(*command, "harmless.avro")
            same((done.status, done.err), (0, ""), f"{what}: {command}")
            check(done.took < 60, what)


def test_bombs():
    for codec, data in bombs():
        made.save("bomb.avro", data)
        for command in ["cat"], ["verify", "--full"]:
            done = Ended(*command, "bomb.avro")
            same(done.status, 1, f"{codec}: {done.err}")
            check("bomb.avro: byte " in done.err, done.err)
        if not outside.is_sanitized():
            check(peak_of("cat", "bomb.avro") < 2 << 20, codec)


if __name__ == "__main__":
    outside.run_all("hostile", globals())
