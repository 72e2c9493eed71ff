#!/usr/bin/python3
"""`tlm cat` from outside: every point of files made here and of real ones, in every form of row,
compared with what python3-avro reads; there and back through `tlm write`; damage, full disks and
closed pipes.

TLM_TEST_DATA names a folder of real files (see test_data.py); without it that test is skipped.
"""

import bisect
import collections
import contextlib
import csv
import datetime
import errno
import io
import json
import math
import os
import random
import resource
import signal
import struct
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "support"))
sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
import outside  # noqa: E402
import readback  # noqa: E402
from outside import Skip, check, names, same, tlm  # noqa: E402

START = 1700000000000000000
SECOND = 1000000000
SYNC = bytes(range(16))
MAX, MIN = 2**63 - 1, -2**63
SCHEMA = json.dumps({
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
        {"name": "tags", "type": {"type": "map", "values": "string"}, "default": {}}]})


# ---- making files ------------------------------------------------------------------------------


def varint(number):
    number = (number << 1) ^ (number >> 63)
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def text(value):
    data = value if isinstance(value, bytes) else value.encode("utf-8")
    return varint(len(data)) + data


def array(items):
    return (varint(len(items)) + b"".join(items) if items else b"") + varint(0)


def value_bytes(kind, value):
    branch = varint(readback.BRANCHES.index(kind))
    if kind == "double":
        return branch + struct.pack("<d", value)
    if kind == "long":
        return branch + varint(value)
    if kind == "doubles":
        return branch + array([struct.pack("<d", item) for item in value])
    if kind == "strings":
        return branch + array([text(item) for item in value])
    return branch + text(value)


def record(channel, points, tags=()):
    """points: [(ns, (kind, value))]"""
    return (text(channel) + array([varint(ns) for ns, _ in points]) +
            array([value_bytes(*value) for _, value in points]) +
            array([text(key) + text(item) for key, item in tags]))


def container(blocks, schema=SCHEMA, **meta):
    """blocks: lists of encoded records"""
    pairs = [text("avro.schema") + text(schema), text("avro.codec") + text("null")]
    pairs += [text(key.replace("_", ".", 1)) + text(item) for key, item in meta.items()]
    data = b"Obj\x01" + array(pairs) + SYNC
    for records in blocks:
        body = b"".join(records)
        data += varint(len(records)) + varint(len(body)) + body + SYNC
    return data


def save(path, data):
    with open(path, "wb") as stream:
        stream.write(data)
    return path


def series_file(path, series):
    """One block a record; series: [(channel, tags, points)]"""
    return save(path, container([[record(channel, points, tags)]
                                 for channel, tags, points in series]))


# ---- running -----------------------------------------------------------------------------------


class Done:
    def __init__(self, process, feed=None):
        out, err = process.communicate(feed, timeout=300)
        self.status, self.out, self.err = process.returncode, out, err.decode("utf-8", "replace")
        check("Sanitizer" not in self.err and "runtime error" not in self.err, self.err)

    def ended(self, status, *said):
        check(self.status == status, f"exit status {self.status}, wanted {status}: {self.err}")
        for what in said:
            check(what in self.err, f"{what!r} was not said, but: {self.err}")
        check(said or not self.err, self.err)
        return self


def start(*args, **how):
    how = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **how}
    # pylint: disable=consider-using-with
    return subprocess.Popen([outside.TLM, "cat", *map(str, args)], env=outside.environment(), **how)


def cat(*args, feed=None, **how):
    if feed is not None:
        how["stdin"] = subprocess.PIPE
    return Done(start(*args, **how), feed)


def lines(*args, **how):
    return [json.loads(line) for line in cat(*args, **how).ended(0).out.splitlines()]


def table(*args, delimiter=","):
    out = cat(*args).ended(0).out.decode("utf-8")
    return list(csv.reader(io.StringIO(out, newline=""), delimiter=delimiter, strict=True))


# ---- what rows mean ----------------------------------------------------------------------------


def nanoseconds(stamp):
    """Of RFC 3339 as cat writes it."""
    check(stamp.endswith("Z"), stamp)
    whole, _, fraction = stamp[:-1].partition(".")
    check(len(fraction) in (0, 3, 6, 9) and (not fraction or int(fraction)), stamp)
    past = datetime.datetime.fromisoformat(whole) - datetime.datetime(1970, 1, 1)
    seconds = past.days * 86400 + past.seconds
    return seconds * SECOND + int(fraction.ljust(9, "0"))


def typed(value, kind):
    """What `tlm write` takes a JSON value for, unless a type is given."""
    if kind == "json" or isinstance(value, dict):
        return "json", value
    if kind == "long" or (isinstance(value, int) and kind is None):
        return "long", int(value)
    if isinstance(value, float):
        return "double", readback.bits(value)
    if isinstance(value, str):
        return "string", value
    if kind == "string array" or (value and all(isinstance(item, str) for item in value)):
        return "strings", tuple(value)
    if all(isinstance(item, float) for item in value):
        return "doubles", tuple(readback.bits(item) for item in value)
    return "json", value


def points_of(rows):
    found = []
    for row in rows:
        check(set(row) - {"type"} == {"channel", "tags", "timestamp", "value"}, row)
        series = row["channel"], tuple(sorted(row["tags"].items()))
        found.append((series, nanoseconds(row["timestamp"]), typed(row["value"], row.get("type"))))
    return found


def wanted_points(series):
    return [((channel, tuple(sorted(tags))), ns, parsed(*value))
            for channel, tags, points in series for ns, value in points]


def parsed(kind, value):
    if kind == "json":
        return kind, json.loads(value)
    if kind == "double":
        return kind, readback.bits(value)
    if kind == "doubles":
        return kind, tuple(readback.bits(item) for item in value)
    return (kind, tuple(value)) if kind == "strings" else (kind, value)


TYPES = {"double": "double", "long": "long", "string": "string", "json": "json",
         "doubles": "double array", "strings": "string array"}


def some_doubles(rng, n):
    out = [0.0, -0.0, 1.0, 0.1, 1e22, 1e23, 5e-324, 1.7976931348623157e308, math.inf, -math.inf,
           math.nan, 9007199254740993.0, 123456789.125]
    while len(out) < n:
        value = struct.unpack("<d", rng.randbytes(8))[0]
        out.append(value if value == value else math.nan)
    return out


TEXTS = ["", " ", "12", "true", "NaN", "null", "a,b", "a\tb", 'say "no"', "two\nlines", "\r", "\0",
         "\x1f\x7f", "\\", "æøå", "\u2028\U0001f680", " blanks ", "x" * 5000]
JSONS = ["{}", '{"a":[1,{"b":null}]}', "[]", "[1.0]", "[1,2]", '["a"]', '[null,"a"]', "[true]",
         "[[1]]", "[{}]", "5", "-0.5e+3", '"text"', "true", "null", '{"\\u0041\\"":"\\n"}',
         "[18446744073709551616]", '{"big":18446744073709551616}']


def every_kind(rng):
    tags = [("site", "north"), ("vessel", 'a "b"')]
    times = iter(range(START, START + 10**15, 1234567891))
    column = lambda kind, values: [(next(times), (kind, value)) for value in values]
    return [
        ("reals", [], column("double", some_doubles(rng, 3000))),
        ("integers", [], column("long", [0, 1, -1, 9, 10, 99, 100, 2**53 + 1, MAX, MIN] + [
            rng.randrange(MIN, MAX) >> rng.randrange(63) for _ in range(900)])),
        ("texts", tags, column("string", TEXTS)),
        ('odd "name",\n', [("", "")], column("long", [7])),
        ("json", tags, column("json", JSONS)),
        ("arrays", [], column("doubles", [(), (1.0,), tuple(some_doubles(rng, 40))])),
        ("lists", [], column("strings", [(), ("",), tuple(TEXTS)])),
        ("all", [], column("long", [1]) + column("string", ["a"]) + column("double", [2.5]) +
         column("long", [3]) + column("json", ["{}"]) + column("strings", [("a",)])),
        ("times", [], [(ns, ("long", 1)) for ns in
                       (0, -1, 1, 999, 1000, -1000000, 10**9, -10**9, MAX, MIN, 951868800 * SECOND,
                        951782400 * SECOND, -2203891200 * SECOND, 4107542400 * SECOND)]),
        ("", [], column("double", [1.0])),
    ]


# ---- long rows ---------------------------------------------------------------------------------


def test_every_value_as_json():
    series = every_kind(random.Random(1))
    path = series_file("all.avro", series)
    same(points_of(lines(path)), wanted_points(series), "points")
    same(cat(path, "-j1").out, cat(path, "-j4").out, "with one thread and four")
    with open(path, "rb") as stream:
        same(cat("-", feed=stream.read()).out, cat(path).out, "from a pipe")


def test_many_times():
    rng = random.Random(2)
    units = 1, 1000, 10**6, SECOND, 86400 * SECOND
    times = [rng.randrange(MIN, MAX) // unit * unit for unit in units for _ in range(3000)]
    points = [(max(ns, MIN), ("long", i)) for i, ns in enumerate(times)]
    path = series_file("times.avro", [("t", [], points)])
    same([nanoseconds(row["timestamp"]) for row in lines(path)], [ns for ns, _ in points], "times")
    for unit, name in ((SECOND, "s"), (10**6, "ms"), (1000, "us"), (1, "ns")):
        rows = [line.split(b'"timestamp":')[1].split(b",")[0].decode()
                for line in cat(path, "-T", name).ended(0).out.splitlines()]
        for row, (ns, _) in zip(rows, points):
            whole, _, fraction = row.lstrip("-").partition(".")
            digits = len(str(unit)) - 1
            found = int(whole) * unit + int(fraction.ljust(digits, "0") or 0)
            same(-found if row[0] == "-" else found, ns, row)


def test_every_value_as_csv():
    series = every_kind(random.Random(3))
    path = series_file("all.avro", series)
    for flag, delimiter in ("--csv", ","), ("--tsv", "\t"):
        header, *rows = table(path, flag, delimiter=delimiter)
        same(header, ["channel", "tags", "timestamp", "value", "type"], "header")
        wanted = [(channel, dict(tags), ns, value) for channel, tags, points in series
                  for ns, value in points]
        same(len(rows), len(wanted), "rows")
        for row, (channel, pairs, ns, (kind, value)) in zip(rows, wanted):
            name, tags, stamp, cell, type_name = row
            same((name, json.loads(tags or "{}"), nanoseconds(stamp)), (channel, pairs, ns), "row")
            late = name == "all" and value == 3  # behind a double
            same(type_name, "" if kind in ("double", "long") and not late else TYPES[kind], row)
            if kind == "double":
                same(readback.bits(float(cell)), readback.bits(value), cell)
                check(set(cell) & set(".eNI"), cell)
            elif kind in ("doubles", "strings"):
                same(typed(json.loads(cell), None if value else f"{kind[:-1]} array"),
                     parsed(kind, value), cell)
            else:
                same(cell, str(value), "cell")


def test_type_where_it_matters():
    """Integers behind a double of the same series, in whatever record, block or file that was."""
    def one(*values):
        return [(START + i, ("double" if isinstance(value, float) else "long", value))
                for i, value in enumerate(values)]

    first = save("a.avro", container([
        [record("a", one(1, 2)), record("b", one(1))],
        [record("a", one(3, 4.5, 5)), record("a", one(6)), record("a", one(7), [("k", "v")])],
        [record("b", one(8)), record("a", one(9, 10))]]))
    second = save("b.avro", container([[record("a", one(11)), record("b", one(2.0))]]))
    found = [(row["channel"], row["value"]) for row in lines(first, second) if "type" in row]
    same(found, [("a", value) for value in (5, 6, 9, 10, 11)], "rows with a type")
    same(points_of(lines(first, second))[4][2], ("double", readback.bits(4.5)), "a double")
    untyped = [row for row in lines(first, "--int64", "string") if row.get("type") != "long"]
    same([row["value"] for row in untyped], [4.5], "quoted integers have a type")
    cells = [row[0::3] + row[4:] for row in table(first, second, "--csv") if row[4]][1:]
    same(cells, [["a", str(value), "long"] for value in (5, 6, 9, 10, 11)], "cells with a type")


def test_what_is_not_utf8():
    path = save("bad.avro", container([[
        record(b"\xff\xc3", [(START, ("string", b"a\xe2\x82"))]),
        record("j", [(START, ("json", b'{"a":"\xff"}')), (START, ("json", "{ broken"))])]]))
    found = lines(path)
    same([found[0]["channel"], found[0]["value"]], ["\ufffd\ufffd", "a\ufffd"], "texts")
    same([row["type"] for row in found[1:]], ["json", "json"], "types")
    same(found[2]["value"], "{ broken", "no JSON")


def test_json_stays_on_one_line():
    pretty = json.dumps({"a": [1, 2], "b": "x\ny"}, indent=2)
    path = series_file("pretty.avro", [("j", [], [(START, ("json", pretty))])])
    same(len(cat(path).out.splitlines()), 1, "lines")
    same(lines(path)[0]["value"], json.loads(pretty), "value")


def test_deep_json():
    for depth in 1, 98, 99, 100, 5000:
        for value in "[" * depth + "]" * depth, '{"a":' * depth + "1" + "}" * depth:
            path = series_file("deep.avro", [("j", [], [(START, ("json", value))])])
            row = cat(path).ended(0).out
            check(row.endswith(b"}\n") and row.count(b"\n") == 1, depth)


def test_more_text_than_is_held():
    """A block whose rows are far more text than memory is to be used for."""
    name, n = "n" * 100000, 3000
    points = [(START + i, ("long" if i % 2 else "double", i if i % 2 else i + 0.5))
              for i in range(n)]
    path = save("long.avro", container([[record(name, points), record("b", points[:1])]]))
    process = start(path, "--head", n + 5)
    seen, kinds = 0, collections.Counter()
    for line in process.stdout:
        seen += 1
        kinds[line[-15:].split(b":")[-1]] += 1
    _, status, usage = os.wait4(process.pid, 0)
    process.stderr.close()
    same((seen, status), (n + 1, 0), "rows and status")
    same(kinds[b'"long"}\n'], n // 2, "typed rows")
    if not outside.is_sanitized():
        check(usage.ru_maxrss < 200 << 10, f"{usage.ru_maxrss >> 10} MiB")
    tail = cat(path, "--tail", 2).ended(0).out.splitlines()
    same([json.loads(line)["channel"] for line in tail], [name, "b"], "the last rows")


# ---- which rows --------------------------------------------------------------------------------


def test_head_and_tail():
    series = [("a", [], [(START + i, ("string", f"row {i}\n\"{i}\",")) for i in range(1000)]),
              ("b", [], [(START + i, ("long", i)) for i in range(1000)])] * 5
    path = series_file("many.avro", series)
    for flags in [], ["--csv"], ["--tsv"]:
        read = (lambda *args: table(*args, *flags, delimiter="\t" if "--tsv" in flags else ",")[1:]
                ) if flags else lines
        rows = read(path)
        same(len(rows), 10000, "rows")
        for n in 0, 1, 999, 1000, 1001, 9999, 10000, 20000:
            same(read(path, "--head", n), rows[:n], f"--head {n}")
            same(read(path, "--tail", n), rows[10000 - n if n <= 10000 else 0:], f"--tail {n}")
            twice = rows * 2
            same(read("-j1", path, path, "--head", n), twice[:n], f"--head {n} of two files")
            same(read(path, path, "--tail", n), twice[20000 - n:], f"--tail {n} of two files")


def test_selection():
    series = [(f"c{i}", [("k", str(i % 2))],
               [(START + j * SECOND, ("long", i * 100 + j)) for j in range(60)]) for i in range(6)]
    path = series_file("sel.avro", series)
    rows = lines(path)
    pick = lambda test: [row for row in rows if test(row)]
    same(lines(path, "-c", "c[12]"), pick(lambda row: row["channel"] in ("c1", "c2")), "-c")
    same(lines(path, "--exclude", "c0"), pick(lambda row: row["channel"] != "c0"), "--exclude")
    same(lines(path, "--tag", "k=1"), pick(lambda row: row["tags"] == {"k": "1"}), "--tag")
    at = lambda row: nanoseconds(row["timestamp"]) - START
    for flags, test in [
            (["--from", "+10s"], lambda row: at(row) >= 10 * SECOND),
            (["--from", "-10s"], lambda row: at(row) >= 49 * SECOND),
            (["--from", "2023-11-14T22:13:30Z", "--to", START + 20 * SECOND],
             lambda row: 10 * SECOND <= at(row) < 20 * SECOND)]:
        same(lines(path, *flags), pick(test), flags)
    same(lines(path, "-c", "nothing"), [], "no channel")


def test_files_that_cannot_match_are_not_read():
    points = [(START + i, ("long", i)) for i in range(10)]
    figures = {"tlm_points": "10", "tlm_records": "1", "tlm_first_ns": str(START),
               "tlm_last_ns": str(START + 9)}
    good = container([[record("a", points)]], **{key: item.rjust(20) for key, item in
                                                 figures.items()})
    save("broken.avro", good[:-20] + b"x" * 20)
    same(cat("broken.avro", "--from", START + 10).ended(0).out, b"", "later")
    same(cat("broken.avro", "--to", START).ended(0).out, b"", "earlier")
    cat("broken.avro", "--from", START + 9).ended(1, "broken.avro")


# ---- wide rows ---------------------------------------------------------------------------------


def wide_model(series, fill):
    """[(ns, {column: value})] as --wide is described."""
    rows = collections.defaultdict(dict)
    for name, points in series:
        nth = collections.Counter()
        for ns, value in points:
            rows[ns, nth[ns]][name] = value
            nth[ns] += 1
    last, out = {}, []
    for (ns, _), row in sorted(rows.items(), key=lambda item: item[0]):
        last.update(row)
        out.append((ns, dict(last) if fill else row))
    return out


def some_series(rng, n=8, points=300):
    out = []
    for i in range(n):
        times = [START + rng.randrange(400) * 10**7 for _ in range(points)]
        if i % 2:
            times.sort()
        kind = rng.choice(["double", "long", "string", "json"])
        make = {"double": rng.random, "long": lambda: rng.randrange(100),
                "string": lambda: rng.choice(TEXTS), "json": lambda: '{"a":1}'}[kind]
        out.append((f"ch{i}", [], [(ns, (kind, make())) for ns in times]))
    return out


def test_wide():
    rng = random.Random(4)
    for _ in range(5):
        series = some_series(rng)
        halves = [(name, tags, points[:150]) for name, tags, points in series]
        halves += [(name, tags, points[150:]) for name, tags, points in series]
        path = series_file("wide.avro", halves)
        columns = [name for name, _, _ in series]
        for fill in False, True:
            flags = ["--wide", "--fill", "last" if fill else "none"]
            wanted = wide_model([(name, points) for name, _, points in series], fill)
            found = lines(path, *flags)
            times = [nanoseconds(row.pop("timestamp")) for row in found]
            same(times, [ns for ns, _ in wanted], "times")
            for row, (_, cells) in zip(found, wanted):
                same({key: typed(value, "json" if isinstance(value, dict) else None)
                      for key, value in row.items()},
                     {key: parsed(*value) for key, value in cells.items()}, "a row")
            header, *rows = table(path, *flags, "--csv")
            same(header, ["timestamp", *columns], "header")
            same(len(rows), len(wanted), "rows")
            for row, (ns, cells) in zip(rows, wanted):
                want = [cell_text(cells.get(name)) for name in columns]
                same([nanoseconds(row[0]), *row[1:]], [ns, *want], "a row of CSV")


def cell_text(value):
    if value is None:
        return ""
    return repr(value[1]).replace("e-0", "e-") if value[0] == "double" else str(value[1])


def test_wide_names():
    points = [(START, ("long", 1))]
    path = series_file("names.avro", [
        ("a", [("k", "1")], points), ("a", [("k", "2")], points), ("b", [("k", "1")], points),
        ("a", [], points), ("timestamp", [], points), ("x,y", [], points)])
    wanted = ["timestamp", "a{k=1}", "a{k=2}", "b", "a{}", "timestamp{}", "x,y"]
    same(table(path, "--wide", "--csv"), [wanted, ["2023-11-14T22:13:20Z"] + ["1"] * 6], "CSV")
    same(list(lines(path, "--wide")[0]), wanted, "JSON")
    same(table(path, "--wide", "--csv", "-c", "nothing"), [["timestamp"]], "no channel")
    same(table(path, "--wide", "--csv", "--head", 0), [wanted], "no row")


def test_wide_at_the_ends_of_time():
    points = [(ns, ("long", i)) for i, ns in enumerate((MIN, -1, 0, MAX, MAX))]
    path = series_file("ends.avro", [("a", [], points), ("b", [], points[3:4])])
    rows = [(row["a"], row.get("b")) for row in lines(path, "--wide")]
    same(rows, [(0, None), (1, None), (2, None), (3, 3), (4, None)], "rows")
    same(len(lines(path, "-c", "a", "--every", "300d")), 4, "spans")


def test_memory_is_bounded():
    points = [(START + i, ("double", 0.5)) for i in range(100000)]
    path = save("much.avro", container([[record(f"c{i}", points)] for i in range(6)]))
    cat(path, "--wide", "--memory", "8MiB").ended(1, "8 MiB", "--memory", "-c, --from and --to")
    same(cat(path, "--wide", "--memory", "8MiB", "-o", "x").status, 1, "status")
    same(names(), ["much.avro"], "files")
    same(len(lines(path, "--wide", "--memory", "8MiB", "--every", "10us")), 10, "rows")
    cat(path, "--every", "1ns", "--memory", "8MiB").ended(1, "longer spans")


# ---- spans -------------------------------------------------------------------------------------


def test_every():
    rng = random.Random(5)
    for _ in range(4):
        series = some_series(rng, 12)
        path = series_file("every.avro", series)
        for every, flag in (10**8, "100ms"), (7 * 10**7, "70ms"), (SECOND, "1s"):
            for how in "mean", "min", "max", "last":
                run = cat(path, "--every", flag, "--agg", how)
                left_out = any(points[0][1][0] in ("string", "json") for _, _, points in series)
                run.ended(0, *(["left out"] if left_out and how != "last" else []))
                found = points_of(map(json.loads, run.out.splitlines()))
                same(found, every_model(series, every, how), f"--every {flag} --agg {how}")


def every_model(series, every, how):
    found = []
    for name, _, points in series:
        spans = collections.defaultdict(list)
        for ns, value in points:
            if how == "last" or value[0] in ("double", "long"):
                spans[ns // every * every].append((ns, value))
        for ns in sorted(spans):
            values = [value for _, value in spans[ns]]
            if how == "last":
                newest = max(ns for ns, _ in spans[ns])
                value = [value for ns, value in spans[ns] if ns == newest][-1]
            elif how == "mean":
                value = "double", math.fsum(item for _, item in values) / len(values)
            else:
                value = (min if how == "min" else max)(values, key=lambda item: item[1])
            found.append(((name, ()), ns, parsed(*value)))
    return found


def test_every_and_nan():
    nan, inf = math.nan, math.inf
    groups = [[nan], [nan, 1.0, 3.0], [inf, 1.0], [inf, -inf], [0.1] * 10, [1e308, 1e308]]
    points = [(START + i * SECOND + k, ("double", value))
              for i, group in enumerate(groups) for k, value in enumerate(group)]
    path = series_file("nan.avro", [("a", [], points)])
    show = lambda how: [str(row["value"]) for row in lines(path, "--every", "1s", "--agg", how)]
    same(show("mean"), ["nan", "2.0", "inf", "nan", "0.1", "inf"], "mean")
    same(show("min"), ["nan", "1.0", "1.0", "-inf", "0.1", "1e+308"], "min")
    same(show("max"), ["nan", "3.0", "inf", "inf", "0.1", "1e+308"], "max")
    big = series_file("big.avro", [("a", [], [(START + i, ("long", value)) for i, value in
                                              enumerate((2**53 + 1, 2**53, 2**53 + 2))])])
    same([row["value"] for row in lines(big, "--every", "1s", "--agg", "max")], [2**53 + 2], "max")


# ---- there and back ----------------------------------------------------------------------------


def there_and_back(paths, *flags):
    """The points that come back, by python3-avro."""
    rows = cat(*paths, *flags).ended(0).out
    tlm("-q", "-f", "-o", "back.avro", "-", feed=rows).ended(0)
    return readback.of_series(readback.Part("back.avro").points)


EVERY_WAY = ([], ["-j1"], ["-T", "ns"], ["--int64", "string"], ["--csv"], ["--tsv"],
             ["--csv", "-T", "s"], ["--csv", "-j1"])


def come_back(paths, what):
    """The points are the same in every form of rows."""
    wanted = checksum(*paths)
    for flags in EVERY_WAY:
        there_and_back(paths, *flags)
        same(checksum("back.avro"), wanted, f"{what} with {flags}")


def test_every_value_comes_back():
    series = [(channel, [pair for pair in tags if pair[0]], points)
              for channel, tags, points in every_kind(random.Random(6)) if channel]
    late = [one for one in series if one[0] != "times"]  # no number is near 1970: see tlm write -T
    come_back([series_file("late.avro", late)], "every kind of value")
    path = series_file("all.avro", series)
    for flags in [], ["--csv"]:
        there_and_back([path], *flags)
        same(checksum("back.avro"), checksum(path), f"any time with {flags}")
    kinds = {points[0][1][0] for _, _, points in series}
    same(kinds, set(TYPES), "kinds")


def mixed_series(rng):
    """Whatever may follow whatever, also in one series. CSV that begins with a NUL is refused."""
    make = {"double": lambda: rng.choice([math.nan, math.inf, -math.inf, 0.5, 1.0, -0.0, 1e300]),
            "long": lambda: rng.choice([0, 1, -5, 2**53, 2**53 + 1, MAX, MIN]),
            "string": lambda: rng.choice([item for item in TEXTS if "\0" not in item]),
            "json": lambda: rng.choice(JSONS),
            "doubles": lambda: rng.choice([(), (1.0,), (math.nan, -math.inf, 0.1)]),
            "strings": lambda: rng.choice([(), ("",), ("1", "a,b", 'q"'), ("null",)])}
    tags = [], [("k", "1")], [("k", "2")], [("site", 'a "b", c'), ("\n", "\t æ")]
    out = []
    for _ in range(rng.randrange(1, 12)):
        kinds = rng.sample(sorted(make), rng.randrange(1, len(make) + 1))
        column = [(START + rng.randrange(10**12), (kind, make[kind]()))
                  for kind in rng.choices(kinds, k=rng.randrange(1, 60))]
        out.append((rng.choice(["a", "b", 'c "d",', "e\nf"]), rng.choice(tags), column))
    return out


def test_mixed_series_come_back():
    rng = random.Random(7)
    for i in range(60 if outside.LONG else 12):
        first, second = (series_file(f"{name}.avro", mixed_series(rng)) for name in "xy")
        come_back([first, second], f"mixed series {i}")


def test_rows_of_cat_that_are_edited():
    """Types and tags that are none are bad rows, which are named."""
    head = "channel,tags,timestamp,value,type\n"
    good = "a,,2024-01-01T00:00:00Z,1,long\n"
    for row, code, said in [
            ("a,,2024-01-01T00:00:00Z,1,int", "type", 'type "int" is none of double, string,'),
            ("a,,2024-01-01T00:00:00Z,x,long", "type", '"a": x is no number'),
            ("a,,2024-01-01T00:00:00Z,1.5,long", "type", '"a": 1.5 is no integer'),
            ('a,,2024-01-01T00:00:00Z,"[1,x]",json', "type", '"a": [1,x] is not JSON'),
            ("a,,2024-01-01T00:00:00Z,[x],double array", "type", '"a": [x] is no array of numb'),
            ("a,,2024-01-01T00:00:00Z,[1.0],string array", "type", "is no array of texts"),
            ("a,red,2024-01-01T00:00:00Z,1,", "channel", 'tags "red" is not a JSON object'),
            ('a,"[""k""]",2024-01-01T00:00:00Z,1,', "channel", 'tags "["k"]" is not a JSON obj'),
            ('a,"{""k"":[]}",2024-01-01T00:00:00Z,1,', "type", 'tag "k" is an array or object'),
            ('a,"{""k"":1,""k"":2}",2024-01-01T00:00:00Z,1,', "channel", "is not a JSON object")]:
        done = tlm("-f", "-o", "bad.avro", "--rejects", "bad.txt", "-",
                   feed=(head + good + row + "\n" + good).encode())
        check(done.status == 3 and said in done.err, f"{row}: {done.status}: {done.err}")
        with open("bad.txt", encoding="utf-8") as stream:
            check(f": {code}: " in stream.readline(), row)
        same(len(readback.Part("bad.avro").points), 2, "good points")
    row = '{"channel":"a","tags":%s,"timestamp":"2024-01-01T00:00:00Z","value":%s,"type":%s}\n'
    for values, said in [
            (("{}", "1", '"int"'), 'type "int" is none of'), (("{}", "1", "7"), 'type "7" is none'),
            (("{}", '"[1.5]"', '"double array"'), '"a": [1.5] is no array of numbers'),
            (('"{}"', "1", '"long"'), 'tags "{}" is not an object'),
            (("{}", "[1]", '"double"'), '"a": [1] is no number')]:
        done = tlm("-f", "-o", "bad.avro", "-", feed=(row % values).encode())
        check(done.status == 3 and said in done.err, f"{values}: {done.status}: {done.err}")


def test_type_may_mean_something_else():
    """In rows that are not those of cat it is a field like any other."""
    rows = (b'{"time":1700000000,"channel":"a","value":1,"type":"red","unit":"m"}\n',
            b'{"time":1700000000,"sensor":"a","reading":1,"type":"red"}\n',
            b'{"time":1700000000,"channel":"a","value":1,"type":"red"}\n')
    flags = (["--shape", "long"], ["--channel-field", "sensor", "--value-field", "reading"],
             ["--tag-field", "type=type"])
    for row, how in zip(rows, flags):
        tlm("-q", "-f", "-o", "other.avro", *how, "-", feed=row * 3).ended(0)
        tags = (("type", "red"),) if "--tag-field" in how else ()
        series, _, value = readback.Part("other.avro").points[-1]
        same((series, value), (("a", tags), ("long", 1)), row)


def checksum(*paths):
    done = subprocess.run([outside.TLM, "checksum", "--total", *paths], capture_output=True,
                          text=True, check=True)
    return done.stdout


def test_real_files():
    folder = os.environ.get("TLM_TEST_DATA")
    if not folder:
        raise Skip("TLM_TEST_DATA names no folder of data files")
    import test_data  # pylint: disable=import-outside-toplevel
    for name, (flags, _) in test_data.FILES.items():
        source = os.path.join(folder, name)
        tlm("-q", "-f", *flags, "-o", "whole.avro", source).ended(0)
        part = readback.Part("whole.avro")
        wanted = readback.of_series(part.points)
        problem = readback.difference(there_and_back(["whole.avro"]), wanted)
        check(not problem, f"{name}: {problem}")
        same(checksum("back.avro"), checksum("whole.avro"), f"{name}: tlm checksum")
        rows = [(series, ns, parsed(*value) if value[0] == "json" else value)
                for series, ns, value in part.points]
        same(points_of(lines("whole.avro")), rows, f"{name}: rows")
        os.mkdir(f"{name}.d")
        tlm("-q", *flags, "--rotate-points", 5000, "--batch-points", 700, "-o",
            f"{name}.d/p.avro", source).ended(0)
        problem = readback.difference(there_and_back([f"{name}.d"]), wanted)
        check(not problem, f"{name} in parts: {problem}")
        problem = readback.difference(there_and_back(["whole.avro"], "-T", "ns"), wanted)
        check(not problem, f"{name} with times in ns: {problem}")


# ---- where rows go -----------------------------------------------------------------------------


def plenty(path="plenty.avro"):
    points = [(START + i, ("double", i / 7)) for i in range(20000)]
    return save(path, container([[record(f"c{i}", points)] for i in range(20)]))


def test_full_disk():
    path = plenty()
    with open("/dev/full", "wb") as full:
        for flags in [], ["--csv"], ["--wide"], ["--tail", "9"], ["--head", "1"]:
            done = cat(path, *flags, stdout=full)
            done.ended(1, "standard output: " + os.strerror(errno.ENOSPC))
            same(len(done.err.splitlines()), 1, done.err)
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))
    cat(path, "-o", "out", preexec_fn=limit).ended(1, "out: " + os.strerror(errno.EFBIG))
    same(names(), ["plenty.avro"], "files")


def test_closed_pipe():
    path = plenty()
    for ignored, status in (False, -signal.SIGPIPE), (True, 0):
        def prepare(ignored=ignored):
            signal.signal(signal.SIGPIPE, signal.SIG_IGN if ignored else signal.SIG_DFL)
        process = start(path, preexec_fn=prepare, restore_signals=False)
        process.stdout.readline()
        process.stdout.close()
        err = process.stderr.read()
        same((process.wait(), err), (status, b""), "status and what is said")
        process.stderr.close()
    process = start(path, preexec_fn=lambda: os.close(1))
    same(Done(process).ended(1, "standard output").out, b"", "nothing open")


def test_output_is_whole_or_not_there():
    path = plenty()
    cat(path, "-o", "rows.jsonl").ended(0)
    with open("rows.jsonl", "rb") as stream:
        same(stream.read(), cat(path).out, "rows")
    cat(path, "--head", 1, "-o", "rows.jsonl").ended(1, "rows.jsonl exists", "-f")
    cat(path, "--head", 1, "-f", "-o", "rows.jsonl").ended(0)
    same(os.path.getsize("rows.jsonl") < 200, True, "replaced")
    with open(path, "rb") as stream:
        save("cut.avro", stream.read()[:-1000])
    cat("cut.avro", "-f", "-o", "rows.jsonl").ended(1, "cut.avro")
    cat("cut.avro", "-o", "other").ended(1, "cut.avro")
    cat(path, "-o", "no/folder").ended(1, "no/folder")
    same(os.path.getsize("rows.jsonl") < 200, True, "kept")
    same(names(), ["cut.avro", "plenty.avro", "rows.jsonl"], "files")
    same(cat(path, "-o", "/dev/stdout").out, cat(path).out, "a device")


def test_signals_leave_nothing():
    path = plenty()
    for number in signal.SIGTERM, signal.SIGINT, signal.SIGHUP:
        process = start("-", "-o", "out", stdin=subprocess.PIPE)
        with open(path, "rb") as stream:
            process.stdin.write(stream.read(400000))
            process.stdin.flush()
        outside.wait_until(lambda: len(names()) == 2, "a temporary file")
        process.send_signal(number)
        same(Done(process).status, -number, "status")
        same(names(), ["plenty.avro"], "files")


def test_live():
    """What has come through a pipe is printed although it stays open."""
    first = container([[record("a", [(START, ("long", 1))])]])
    process = start("-", stdin=subprocess.PIPE)
    process.stdin.write(first)
    process.stdin.flush()
    same(json.loads(process.stdout.readline())["value"], 1, "the first row")
    process.stdin.write(container([[record("a", [(START, ("long", 2))])]])[len(container([])):])
    process.stdin.flush()
    same(json.loads(process.stdout.readline())["value"], 2, "the second row")
    Done(process).ended(0)


# ---- damage ------------------------------------------------------------------------------------


def test_what_is_whole_is_printed():
    points = [(START + i, ("long", i)) for i in range(50)]
    blocks = [[record(f"c{i}", points)] for i in range(5)]
    data = container(blocks)
    ends = [len(container(blocks[:n])) for n in range(6)]
    whole = cat(save("whole.avro", data)).ended(0).out.splitlines(keepends=True)
    for cut in range(0, len(data), 7):
        path = save("cut.avro", data[:cut])
        n = bisect.bisect_right(ends, cut) - 1
        done = cat(path, "whole.avro")
        if cut in ends:
            done.ended(0)
        else:
            done.ended(1, "cut.avro")
            check(n < 0 or "byte" in done.err or cut == 0, done.err)
        same(done.out, b"".join(whole[:50 * max(n, 0)] + whole), f"rows of {cut} bytes and a file")
    flipped = bytearray(data)
    flipped[ends[2] + 10] ^= 0xff
    done = cat(save("flip.avro", flipped))
    if done.status:
        check(f"{ends[2]}" in done.err, done.err)
        same(done.out, b"".join(whole[:100]), "rows before")
    done = cat("nowhere.avro", "whole.avro").ended(1, "nowhere.avro")
    same(done.out, b"".join(whole), "rows of the other file")
    same(cat("nowhere.avro", "--csv").ended(1, "nowhere.avro").out, b"", "no header of nothing")


def test_other_schemas():
    schema = json.dumps({"type": "record", "name": "row", "fields": [
        {"name": "n", "type": "long"}, {"name": "text", "type": ["null", "string"]}]})
    rows = [varint(i) + (varint(1) + text(f"t{i}") if i % 2 else varint(0)) for i in range(1000)]
    path = save("rows.avro", container([rows[:600], rows[600:]], schema))
    found = lines(path)
    same([row["n"] for row in found], list(range(1000)), "records")
    check("t1" in json.dumps(found[1]), found[1])
    same(lines(path, "--head", 3), found[:3], "the first ones")
    same(lines(path, "--tail", 3), found[-3:], "the last ones")
    for flags in ["-c", "a"], ["--csv"], ["--wide"], ["--every", "1s"], ["--from", "0"]:
        cat(path, *flags).ended(1, "rows.avro: holds no telemetry: its schema is row")
    plain = save("plain.avro", container([[varint(1), varint(2)]], '"long"'))
    same(lines(plain), [1, 2], "a primitive")


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        outside.run_all("cat", globals())
