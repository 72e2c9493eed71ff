"""Reads what `tlm write` wrote with two readers that are not ours, as reference.py has points.

Both give [(series, ns, value), ...] in the order of the file: python3-avro (readavro.py), and
avro-c through dump_avro_c.c, which is compiled on first use.
"""

import os
import shlex
import struct
import subprocess
import sys

SUPPORT = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, SUPPORT)

# pylint: disable=wrong-import-position
import readavro  # noqa: E402

BRANCHES = ["double", "string", "long", "doubles", "strings", "json"]


def bits(value):
    return struct.unpack("<Q", struct.pack("<d", value))[0]


def plain(kind, value):
    if kind == "double":
        return "double", bits(value)
    if kind == "DoubleArray":
        return "doubles", tuple(bits(item) for item in value["items"])
    if kind == "StringArray":
        return "strings", tuple(value["items"])
    if kind == "JsonStruct":
        return "json", value["json"]
    return kind, value


class Part:
    """A file as python3-avro reads it."""

    def __init__(self, path):
        self.file = readavro.File(readavro.read(path))
        self.meta = self.file.meta
        self.points, self.records = [], 0
        for _, _, record in self.file.records():
            self.records += 1
            series = record["channel"], tuple(sorted(record["tags"].items()))
            for ns, (kind, value) in zip(record["timestamps"], record["values"]):
                self.points.append((series, ns, plain(kind, value)))

    def check_header(self):
        """The figures of a finished part's header are those of its content."""
        times = [ns for _, ns, _ in self.points]
        found = [len(times), self.records, min(times, default=0), max(times, default=0)]
        names = ["tlm.points", "tlm.records", "tlm.first_ns", "tlm.last_ns"]
        said = [int(self.meta[name]) for name in names]
        assert said == found, f"the header says {said}, the file holds {found}"


def of_series(points):
    """{series: [(ns, value), ...]}, in order of first appearance."""
    found = {}
    for series, ns, value in points:
        found.setdefault(series, []).append((ns, value))
    return found


class AvroC:
    """avro-c, in a program of its own."""

    def __init__(self, folder):
        self.program = os.path.join(folder, "dump_avro_c")
        flags = subprocess.run(["pkg-config", "--cflags", "--libs", "avro-c"], check=True,
                               capture_output=True, text=True).stdout.split()
        compiler = shlex.split(os.environ.get("CC") or "cc")
        subprocess.run([*compiler, "-std=c11", "-D_GNU_SOURCE", "-O1", "-o", self.program,
                        os.path.join(SUPPORT, "dump_avro_c.c"), *flags], check=True)

    @staticmethod
    def text(field):
        return "" if field == "-" else bytes.fromhex(field).decode("utf-8")

    def value(self, branch, payload):
        kind = BRANCHES[int(branch)]
        if kind == "double":
            return kind, int(payload, 16)
        if kind == "long":
            return kind, int(payload)
        items = payload.split(",") if payload else []
        if kind == "doubles":
            return kind, tuple(int(item, 16) for item in items)
        if kind == "strings":
            return kind, tuple(self.text(item) for item in items)
        return kind, self.text(payload)

    def points(self, paths):
        done = subprocess.run([self.program, *paths], capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"avro-c: {done.stderr.strip()}"
        points, series = [], None
        for line in done.stdout.splitlines():
            fields = line.split(" ")
            if fields[0] == "R":
                texts = [self.text(field) for field in fields[1:]]
                series = texts[0], tuple(sorted(zip(texts[1::2], texts[2::2])))
            else:
                points.append((series, int(fields[0]), self.value(fields[1], fields[2])))
        return points


def difference(found, wanted):
    """The first difference of two {series: [(ns, value), ...]} as a text, or None."""
    for series in wanted:
        if series not in found:
            return f"series {series} is missing; there are {list(found)[:20]}"
    for series, points in found.items():
        if series not in wanted:
            return f"series {series} should not be there: {points[:3]}"
        for i, (one, other) in enumerate(zip(points, wanted[series])):
            if one != other:
                return f"series {series}, point {i}: found {one}, want {other}"
        if len(points) != len(wanted[series]):
            return f"series {series}: found {len(points)} points, want {len(wanted[series])}"
    return None
