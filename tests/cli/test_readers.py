#!/usr/bin/python3
"""Files by `tlm write`, read by python3-avro, avro-c and avsc (Node): all three find the points
that an independent parse of the input (tests/support/reference.py) has, in the same order.

avsc and snappyjs have to be in build/npm, where scripts/install-deps puts them; without them, or
without node, the test of avsc is skipped, unless CHECK_STRICT is set: then it fails.
"""

import glob
import json
import os
import random
import shutil
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "support"))

# pylint: disable=wrong-import-position
import outside  # noqa: E402
import readback  # noqa: E402
from outside import check, same  # noqa: E402
from reference import Options, convert  # noqa: E402

MODULES = os.path.join(outside.ROOT, "build", "npm", "node_modules")
CODECS = ["null", "snappy", "deflate"]
START = 1700000000000000000
NODE_ENV = "NODE_PATH"


class Avsc(readback.AvroC):
    """avsc prints what dump_avro_c.c does."""

    def __init__(self, folder):  # pylint: disable=super-init-not-called
        self.program = os.path.join(folder, "read_avsc")
        script = os.path.join(readback.SUPPORT, "read_avsc.js")
        with open(self.program, "w", encoding="utf-8") as stream:
            stream.write(f'#!/bin/sh\n{NODE_ENV}="{MODULES}" exec node "{script}" "$@"\n')
        os.chmod(self.program, 0o755)


def missing():
    """What avsc lacks here, or None."""
    if not shutil.which("node"):
        return "no node"
    for name in ("avsc", "snappyjs"):
        if not os.path.isdir(os.path.join(MODULES, name)):
            return f"no {name} in build/npm: run scripts/install-deps test"
    return None


def programs():
    """Readers that print lines, by name."""
    found = {"avro-c": readback.AvroC(os.getcwd())}
    if not missing():
        found["avsc"] = Avsc(os.getcwd())
    return found


def parts_of(folder):
    return sorted(glob.glob(os.path.join(folder, "*.avro")), key=lambda path: (len(path), path))


def read_back(paths, readers, wanted, what):
    by_python = []
    for path in paths:
        part = readback.Part(path)
        part.check_header()
        by_python += part.points
    problem = readback.difference(readback.of_series(by_python), wanted)
    check(not problem, f"{what} by python3-avro: {problem}")
    for name, reader in readers.items():
        check(reader.points(paths) == by_python, f"{what}: {name} differs from python3-avro")


def round_trip(text, options, flags=(), ways=((),)):
    """Writes text with every codec and in every one of the ways, and reads it by all readers."""
    kind = options.input
    name = f"in.{kind}"
    with open(name, "wb") as stream:
        stream.write(text.encode())
    result = convert([(name, text.encode())], options)
    same(result.rejects, [], "rows that the reference refuses")
    check(len(result.points) > 0, "no points")
    readers, wanted = programs(), result.series()
    for codec in CODECS:
        for i, way in enumerate(ways):
            folder = f"{codec}{i}"
            os.mkdir(folder)
            done = outside.tlm("-q", "--codec", codec, "-i", kind, *flags, *way, "-o",
                               os.path.join(folder, "out.avro"), name).ended(0)
            same(done.err, "", "what was said")
            read_back(parts_of(folder), readers, wanted, f"{codec} {' '.join(way)}")


def json_lines(rows):
    return "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n"
                   for row in rows)


SOME_WAYS = (("-j", "1"), ("-j", "2", "--batch-points", "1000"),
             ("-j", "2", "--rotate-points", "1777", "--batch-points", "5000"))


# ---- every type of value -----------------------------------------------------------------------


def types_row(i, draw):
    """One of everything; what varies does so with i."""
    row = {"ts": START + i * 1000000 + i % 3}
    row["double"] = draw.uniform(-1, 1) * 10.0 ** draw.randint(-300, 300)
    row["odd"] = [0.0, -0.0, 5e-324, 1.7976931348623157e308, 0.1, float("nan"), float("inf"),
                  -float("inf")][i % 8]
    row["long"] = [0, -1, 2**63 - 1, -2**63, 127, 128, draw.randint(-2**63, 2**63 - 1)][i % 7]
    row["word"] = ["", "a", "é", "\U0001f600 \u0001\n\"\\", "idle", "x" * 300][i % 6]
    row["flag"] = i % 2 == 0
    row["doubles"] = [draw.gauss(0, 1) for _ in range(i % 5)]
    row["strings"] = ["é" * k for k in range(i % 4 + 1)]
    row["struct"] = {"lat": draw.uniform(-90, 90), "n": {"k": [i, None, "x"]}}
    if i % 4:
        row["some"] = i / 4
    return row


def test_every_type():
    draw = random.Random(1)
    rows = json_lines(types_row(i, draw) for i in range(1500))
    round_trip(rows, Options(), ways=SOME_WAYS)


def test_every_type_in_tiny_batches():
    draw = random.Random(2)
    rows = json_lines(types_row(i, draw) for i in range(40))
    round_trip(rows, Options(), ways=(("--batch-points", "1"), ("--batch-points", "7"),
                                      ("--rotate-points", "13"), ("--rotate-size", "4KiB")))


def test_long_strings():
    draw = random.Random(3)
    texts = ["".join(chr(draw.randint(32, 126)) for _ in range(70000)), "ab" * 100000, "",
             "é" * 40000, "short"]
    rows = json_lines({"ts": START + i, "text": texts[i % 5], "other": texts[(i + 1) % 5][:100],
                       "json": {"t": texts[i % 5][:5000]}} for i in range(40))
    round_trip(rows, Options(), ways=SOME_WAYS[:2])


# ---- wide rows of doubles ----------------------------------------------------------------------


def walks(columns, rows, decimals, draw):
    """Rows of random walks, as texts."""
    at = [draw.uniform(-500, 500) for _ in range(columns)]
    for _ in range(rows):
        at = [value + draw.gauss(0, 0.1) for value in at]
        yield [f"{value:.{decimals}f}" if decimals else repr(value) for value in at]


def regular(columns, rows):
    for i in range(rows):
        yield [f"{(i + 7 * c) % 50 * 0.5}" for c in range(columns)]


def wide(kind, table, step=lambda i: i * 1000000):
    lines = []
    for i, cells in enumerate(table):
        if kind == "csv":
            lines += [",".join(["ts"] + [f"c{c}" for c in range(len(cells))])] if i == 0 else []
            lines.append(",".join([str(START + step(i)), *cells]))
        else:
            cells = "".join(f',"c{c}":{cell}' for c, cell in enumerate(cells))
            lines.append(f'{{"ts":{START + step(i)}{cells}}}')
    return "\n".join(lines) + "\n"


def wide_trip(table, **how):
    table = list(table)
    for kind in ("jsonl", "csv"):
        os.makedirs(kind)
        os.chdir(kind)
        round_trip(wide(kind, table, **how), Options(input=kind), ways=SOME_WAYS)
        os.chdir("..")


def test_noisy_doubles():
    wide_trip(walks(10, 1200, 6, random.Random(4)))


def test_doubles_of_17_digits():
    wide_trip(walks(5, 1200, None, random.Random(5)))


def test_regular_doubles():
    wide_trip(regular(10, 1200))


def test_irregular_times():
    draw = random.Random(6)
    wide_trip(walks(3, 1500, 6, random.Random(7)), step=lambda i: draw.randint(-10**17, 10**17))


def test_many_columns():
    wide_trip(walks(300, 30, 6, random.Random(8)))


# ---- tags and long rows ------------------------------------------------------------------------


def test_tags():
    draw = random.Random(9)
    tags = [{}, {"car": "7"}, {"car": "8", "é": "x y"}, {"b": "1", "a": "2"}]
    rows = json_lines({"channel": f"c{draw.randint(0, 40)}", "timestamp": START + i,
                       "value": draw.choice([i * 0.5, i, f"s{i % 9}"]), "tags": draw.choice(tags)}
                      for i in range(4000))
    round_trip(rows, Options(time_field="timestamp"), ways=SOME_WAYS)


def test_tag_columns():
    rows = "ts,where,a,b\n" + "".join(
        f"{START + i},{'xyz'[i % 3]},{i * 0.25},{i}\n" for i in range(3000))
    round_trip(rows, Options(input="csv", tags={"run": "5"}, tag_fields={"place": "where"}),
               flags=("--tag", "run=5", "--tag-field", "place=where"), ways=SOME_WAYS)


# ---- avsc --------------------------------------------------------------------------------------


def test_avsc_was_there():
    if missing() and os.environ.get("CHECK_STRICT"):
        raise AssertionError(f"avsc cannot read: {missing()}")
    if missing():
        raise outside.Skip(missing())


if __name__ == "__main__":
    outside.run_all("readers", globals())
