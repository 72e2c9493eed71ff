#!/usr/bin/python3
"""tlm stats --plot and --hist from outside: what is on the terminal and in SVG and PNG files, and
that no point is left out."""

import collections
import json
import math
import os
import random
import re
import struct
import subprocess
import sys
import unicodedata
import xml.etree.ElementTree
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "support"))
sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
from outside import TLM, check, environment, is_sanitized, names, run_all, same, tlm  # noqa: E402

START = 1709294400000000000
SECOND = 1000000000
WIDTHS = (40, 80, 120, 200)
SVG = "{http://www.w3.org/2000/svg}"
CURVE, BAR, NOTICE = (0x1d, 0x4e, 0xd8), (0x3b, 0x82, 0xf6), (0xdc, 0x26, 0x26)


# ---- files and runs ----------------------------------------------------------------------------


def write(path, points):
    """points: (channel, ns, value) or (channel, ns, value, tags)."""
    lines = []
    for channel, ns, value, *tags in points:
        lines.append(json.dumps({"channel": channel, "timestamp": ns, "value": value,
                                 "tags": tags[0] if tags else {}}))
    tlm("-q", "-f", "-o", path, "-T", "ns", feed="\n".join(lines).encode() + b"\n").ended(0)


def stats(*args, status=0, unicode=True, feed=None, **env):
    done = subprocess.run([TLM, "stats", *map(str, args)], input=feed,
                          stdin=None if feed is not None else subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
                          env=environment(LC_ALL="C.UTF-8" if unicode else "C", **env))
    err = done.stderr.decode()
    same(done.returncode, status, f"exit status of stats {args}; said: {err}")
    check("Sanitizer" not in err and "runtime error" not in err, err)
    return done.stdout, err


def lines_of(*args, **how):
    return stats(*args, **how)[0].decode().splitlines()


def columns(line):
    """Cells of a terminal that a line takes."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF"
               else 1 for c in line)


def spike_points(n=20000, at=13333):
    return [("v", START + i * SECOND, 100.0 if i == at else math.sin(i / 500)) for i in range(n)]


# ---- pictures ----------------------------------------------------------------------------------


class Png:
    """Pixels of a PNG file with eight bits of red, green and blue."""

    def __init__(self, data):
        same(data[:8], b"\x89PNG\r\n\x1a\n", "signature")
        at, packed = 8, b""
        while at < len(data):
            size, kind = struct.unpack(">I4s", data[at:at + 8])
            body = data[at + 8:at + 8 + size]
            crc, = struct.unpack(">I", data[at + 8 + size:at + 12 + size])
            same(zlib.crc32(kind + body), crc, f"checksum of {kind}")
            if kind == b"IHDR":
                self.width, self.height, bits, color = struct.unpack(">IIBB", body[:10])
                same((bits, color), (8, 2), "bits and kind of colour")
            packed += body if kind == b"IDAT" else b""
            at += 12 + size
        self._unfilter(zlib.decompress(packed))

    def _unfilter(self, raw):
        stride = 3 * self.width
        same(len(raw), (stride + 1) * self.height, "bytes of all rows")
        above, self.rows = bytearray(stride), []
        for y in range(self.height):
            kind, row = raw[y * (stride + 1)], bytearray(raw[y * (stride + 1) + 1:][:stride])
            for i in range(stride):
                left = row[i - 3] if i >= 3 else 0
                corner = above[i - 3] if i >= 3 else 0
                guess = left + above[i] - corner
                paeth = min((left, above[i], corner), key=lambda near, g=guess: abs(g - near))
                row[i] = (row[i] + (0, left, above[i], (left + above[i]) // 2, paeth)[kind]) & 255
            self.rows.append(row)
            above = row

    def pixel(self, x, y):
        return tuple(self.rows[y][3 * x:3 * x + 3])

    def where(self, color, off=0):
        """All places of this colour, give or take."""
        return [(x, y) for y in range(self.height) for x in range(self.width)
                if max(abs(a - b) for a, b in zip(self.pixel(x, y), color)) <= off]


def read(path):
    with open(path, "rb") as stream:
        return stream.read()


def svg_of(data):
    root = xml.etree.ElementTree.fromstring(data)
    same(root.tag, SVG + "svg", "root")
    check(root.get("viewBox"), "viewBox")
    return root


def svg_texts(root):
    return ["".join(text.itertext()) for text in root.iter(SVG + "text")]


def svg_vertices(root):
    return [tuple(map(float, pair.split())) for path in root.iter(SVG + "path")
            for pair in re.findall(r"[-\d.]+ [-\d.]+", path.get("d"))]


# ---- plots on the terminal ---------------------------------------------------------------------


def test_no_line_is_wider_than_the_terminal():
    write("a.avro", spike_points(3000, 2000)
          + [("state", START + i * SECOND, ("idle", "running at full speed", "\u6e29\u5ea6")[i % 3])
             for i in range(300)]
          + [("a channel with quite a long name \u6e29\u5ea6 \u00e9", START + i * SECOND, i * 1e9,
              {"site": "north", "id": str(i % 2)}) for i in range(300)])
    for width in WIDTHS:
        for unicode in (True, False):
            for what in (("--plot", "*"), ("--hist", "v"), ("--hist", "state"), ("--hist", "*")):
                lines = lines_of(*what, "a.avro", unicode=unicode, COLUMNS=str(width))
                check(max(map(columns, lines)) <= width, width, what, lines)
                check(max(map(columns, lines)) > width // 2, width, what, lines)
    check(max(map(columns, lines_of("--plot", "v", "a.avro"))) <= 80, "80 without a terminal")


def test_ascii():
    write("a.avro", spike_points(3000, 2000))
    for what in (("--plot", "v"), ("--hist", "v")):
        plain = stats(*what, "a.avro", unicode=False)[0]
        check(all(byte < 128 for byte in plain), plain)
        same(stats(*what, "--ascii", "a.avro")[0], plain, "--ascii")
        check(any(byte >= 128 for byte in stats(*what, "a.avro")[0]), "drawn in Unicode")


def test_a_spike_is_on_the_terminal():
    write("a.avro", spike_points())
    for width in WIDTHS:
        lines = lines_of("--plot", "v", "--width", width, "a.avro")
        check("max 100" in lines[0], lines[0])
        top = next(line for line in lines if line.lstrip().startswith("100\u2524"))
        ink = [i for i, c in enumerate(top) if ord(c) > 0x2800]
        same(len(ink), 1, f"the spike's cells in {top!r}")
        wanted = 4 + (width - 4) * 13333 / 20000
        check(abs(ink[0] - wanted) <= 1.5, ink, wanted)


def test_few_points():
    write("one.avro", [("v", START, 5)])
    write("two.avro", [("v", START, 5), ("v", START + SECOND, 7)])
    write("same.avro", [("v", START + i * SECOND, 3.25) for i in range(1000)])
    for name, says, mark in (("one", "1 point  min 5  max 5", "5"),
                             ("two", "2 points  min 5  max 7", "7"),
                             ("same", "1,000 points  min 3.25  max 3.25", "3.")):
        lines = lines_of("--plot", "v", "--height", 12, f"{name}.avro")
        check(says in lines[0], lines)
        check(any(line.lstrip().startswith(mark) and "\u2524" in line for line in lines), lines)
        check(any(0x2800 < ord(c) < 0x2900 for line in lines for c in line), lines)
        same(len(lines), 12, "lines")
        stats("--plot", "v", "--width", 400, "--height", 200, "--png", "x.png", "--svg", "x.svg",
              f"{name}.avro")
        check(Png(read("x.png")).where(CURVE, 60), "something is drawn")
        root = svg_of(read("x.svg"))
        check(list(root.iter(SVG + "circle")) or svg_vertices(root), "something is drawn")


def test_points_that_are_no_numbers():
    nan = float("nan")
    write("a.avro", [("v", START + i * SECOND, nan if i == 500 else math.inf if i == 600 else 1.0)
                     for i in range(1000)]
          + [("none", START + i * SECOND, nan) for i in range(10)])
    lines = lines_of("--plot", "v", "--width", 200, "a.avro")
    check("2 not finite" in lines[0], lines[0])
    axis = next(line for line in lines if "\u2514" in line)
    same(axis.count("!"), 2, "notices")
    check("10 points  10 not finite" in lines_of("--plot", "none", "a.avro")[0], "only NaN")
    stats("--plot", "v", "--svg", "x.svg", "--png", "x.png", "--width", 500, "--height", 200,
          "a.avro")
    root = svg_of(read("x.svg"))
    same(len(list(root.iter(SVG + "path"))), 3, "pieces of the line")
    check(Png(read("x.png")).where(NOTICE), "notices")
    stats("--plot", "none", "--svg", "x.svg", "--png", "x.png", "a.avro")


def test_channels_are_panels():
    points = [("b", START + i * SECOND, i * 1e6) for i in range(100)]
    points += [("a", START + i * SECOND, i * 1e-6) for i in range(50)]
    points += [("s", START + i * SECOND, "on" if i > 70 else "off") for i in range(100)]
    write("a.avro", points)
    lines = lines_of("--plot", "s,b,a", "a.avro")
    titles = [line for line in lines if " points  " in line]
    same([title.split()[0] for title in titles], ["s", "b", "a"], "panels in the order asked for")
    check("2 states" in titles[0] and "max 4.9e-05" in titles[2],
          titles)
    check(any(line.startswith("off\u2524") or "off\u2524" in line for line in lines), lines)
    same(sum("12:00:00" in line for line in lines), 2, "one axis with times, and the last line")
    titles = [line.split()[0] for line in lines_of("--plot", "*", "a.avro") if " points  " in line]
    same(titles, ["a", "b", "s"], "by name")
    same(lines_of("--plot", "*", "-c", "b", "a.avro")[0].split()[0], "b", "-c chooses")


def test_series_are_panels():
    write("a.avro", [("v", START + i * SECOND, k, {"id": str(k)}) for i in range(5)
                     for k in range(20)])
    out, err = stats("--plot", "v", "a.avro")
    labels = re.findall(r"^v\{id=(\d+)\}  5 points", out.decode(), re.M)
    same(labels, [str(k) for k in range(16)], "panels")
    check("16 series are drawn, 4 more are not" in err, err)
    out, err = stats("--plot", "v", "--tag", "id=19", "a.avro")
    same((out.decode().count("points"), err), (1, ""), "one series")
    hist = json.loads(stats("--hist", "v", "--json", "a.avro")[0])
    same((hist["series"], hist["numbers"]), (20, 100), "one histogram")


def test_selection_of_time():
    write("a.avro", spike_points(1000, 500))
    lines = lines_of("--plot", "v", "--from", "+600s", "--to", "+700s", "a.avro")
    check("100 points" in lines[0] and "max 100" not in lines[0], lines[0])
    check("12:10:00.000 \u2192 2024-03-01 12:11:39.000" in lines[-1], lines[-1])
    same(json.loads(stats("--hist", "v", "--json", "--from", "+600s", "a.avro")[0])["points"], 400,
         "points of the histogram")


def test_no_such_channel():
    write("a.avro", [("engine.rpm", START, 1), ("temp", START, 2)])
    for what in ("--plot", "--hist"):
        out, err = stats(what, "engine.rmp", "a.avro", status=1)
        same(out, b"", "output")
        check('no points of a channel "engine.rmp" are selected; did you mean "engine.rpm"?' in err,
              err)
        check("did you mean" not in stats(what, "xyz*", "a.avro", status=1)[1], what)
        check("did you mean" not in stats(what, "temp", "--from", "+5s", "a.avro", status=1)[1],
              what)
    err = stats("--plot", "temp,tmep", "--svg", "x.svg", "a.avro", status=1)[1]
    check('"tmep"' in err and names() == ["a.avro"], err)


def test_a_name_that_looks_like_a_pattern():
    write("a.avro", [("v[1]", START, 1), ("v1", START, 2), ("a,b", START, 3)])
    check(lines_of("--plot", "v[1]", "a.avro")[0].startswith("v1  "), "both match, by name")
    same(json.loads(stats("--hist", "v[1]", "--json", "a.avro")[0])["points"], 2, "both")
    same(json.loads(stats("--hist", "v\\[1]", "--json", "a.avro")[0])["points"], 1, "one")


def test_a_pipe_will_do():
    write("a.avro", spike_points(3000, 100))
    for what in (("--plot", "v"), ("--hist", "v"), ("--hist", "v", "--log", "--json"),
                 ("--plot", "v", "--svg", "-"), ("--plot", "v", "--png", "-")):
        same(stats(*what, "-", feed=read("a.avro"))[0], stats(*what, "a.avro")[0], what)
    err = stats("--hist", "v", "--memory", "4k", "-", feed=read("a.avro"), status=1)[1]
    check("a pipe cannot be read twice" in err, err)
    for count in ("--json", "--ascii"):
        same(stats("--hist", "v", count, "--memory", "4k", "a.avro")[0],
             stats("--hist", "v", count, "a.avro")[0], "read twice")


def test_threads_change_nothing():
    write("a.avro", spike_points(30000) + [("s", START + i, str(i % 7)) for i in range(3000)])
    for what in (("--plot", "*"), ("--hist", "v"), ("--hist", "s")):
        same(stats(*what, "-j", 1, "a.avro")[0], stats(*what, "-j", 4, "a.avro")[0], what)


def test_colour():
    write("a.avro", spike_points(300, 100))
    for what in (("--plot", "v"), ("--hist", "v")):
        colored = stats(*what, "--color", "always", "a.avro")[0].decode()
        check("\033[32m" in colored, what)
        same(re.sub(r"\033\[[\d;]*m", "", colored), stats(*what, "a.avro")[0].decode(), what)


def test_damage_is_drawn_as_far_as_it_goes():
    write("a.avro", spike_points(100000, 100))
    data = read("a.avro")
    with open("cut.avro", "wb") as stream:
        stream.write(data[:len(data) * 2 // 3])
    for what in (("--plot", "v"), ("--hist", "v"), ("--plot", "v", "--svg", "x.svg")):
        err = stats(*what, "cut.avro", "a.avro", status=1)[1]
        same(err.count("cut.avro: byte"), 1, "messages")
    same(stats("--plot", "v", "none.avro", status=1)[1].count("No such file"), 1, "messages")


# ---- files -------------------------------------------------------------------------------------


def test_a_spike_is_in_the_files():
    write("a.avro", spike_points())
    stats("--plot", "v", "--svg", "x.svg", "--png", "x.png", "a.avro")
    same(names(), ["a.avro", "x.png", "x.svg"], "files")
    highest = min(svg_vertices(svg_of(read("x.svg"))), key=lambda vertex: vertex[1])
    image = Png(read("x.png"))
    same((image.width, image.height), (1200, 508), "size")
    ink = image.where(CURVE)
    top = min(y for _, y in ink)
    same({x for x, y in ink if y == top}, {int(highest[0])}, "the spike's column in both")
    check(abs(top - highest[1]) < 2, top, highest)
    # the area of the curve is from 80 to 1176: the spike is at two thirds of it
    left = min(x for x, _ in ink)
    check(abs(highest[0] - left - (1176 - left) * 13333 / 20000) < 2, highest, left)


def test_both_show_the_same():
    write("a.avro", spike_points(500, 20) + [("w", START, 1)])
    stats("--plot", "*", "--svg", "x.svg", "--png", "x.png", "--width", 700, "--height", 400,
          "a.avro")
    root, image = svg_of(read("x.svg")), Png(read("x.png"))
    same((root.get("width"), root.get("height")), ("700", "400"), "size of the SVG")
    same((image.width, image.height), (700, 400), "size of the PNG")
    texts = svg_texts(root)
    check("v" in texts and "w" in texts and "100" in texts, texts)
    check(any("UTC" in text for text in texts), texts)
    for x, y in svg_vertices(root)[::50]:
        near = [image.pixel(int(x) + i, int(y) + j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
        check(CURVE in near or min(p[0] for p in near) < 0x60, "no ink at", x, y, near)


def test_texts_are_escaped():
    label = 'a<b>&"c" \u6e29 '
    write("a.avro", [(label, START + i, i, {"k": "<&>"}) for i in range(10)]
          + [("esc\x1b\x01\u202e", START, "<state>&")])
    stats("--plot", "*", "--svg", "x.svg", "--png", "x.png", "a.avro")
    texts = svg_texts(svg_of(read("x.svg")))
    check(label + "{k=<&>}" in texts and "<state>&" in texts and "esc???" in texts, texts)
    stats("--hist", "esc*", "--svg", "x.svg", "a.avro")
    check("<state>&" in svg_texts(svg_of(read("x.svg"))), "a text")


def test_many_panels_and_little_room():
    write("a.avro", [(f"channel.number.{k}", START + i, i * k, {"site": "a" * 60})
                     for i in range(50) for k in range(16)])
    for width, height in ((200, 200), (200, 5000), (3000, 300), (5000, 5000)):
        if width == 5000 and is_sanitized():
            continue
        stats("--plot", "*", "--width", width, "--height", height, "--svg", "x.svg", "--png",
              "x.png", "a.avro")
        root = svg_of(read("x.svg"))
        same(root.get("width"), str(width), "width")
        high = int(root.get("height"))
        check(high >= height, high)
        for x, y in svg_vertices(root):
            check(0 <= x <= width and 0 <= y <= high, "outside:", x, y)


def test_files_are_replaced_when_whole():
    write("a.avro", spike_points(100, 5))
    with open("x.svg", "w", encoding="ascii") as stream:
        stream.write("old")
    os.chmod("x.svg", 0o644)
    stats("--plot", "nothing", "--svg", "x.svg", "a.avro", status=1)
    same(read("x.svg"), b"old", "untouched")
    stats("--plot", "v", "--svg", "x.svg", "a.avro")
    svg_of(read("x.svg"))
    err = stats("--plot", "v", "--svg", "no/x.svg", "a.avro", status=1)[1]
    check("no/x.svg: No such file" in err, err)
    check("Is a directory" in stats("--plot", "v", "--png", ".", "a.avro", status=1)[1], "folder")
    same(names(), ["a.avro", "x.svg"], "nothing else is left")
    err = stats("--plot", "v", "--svg", "/dev/full", "a.avro", status=1)[1]
    check("No space left" in err, err)


def test_usage():
    write("a.avro", [("v", START, 1)])
    for args, says in (
            (("--plot", "v", "--hist", "v"), "exclude each other"),
            (("--plot", "v", "--bins", "3"), "want --hist"),
            (("--bins", "3"), "want --hist"),
            (("--log",), "want --hist"),
            (("--hist", "v", "--bins", "0"), "1 to 1000"),
            (("--svg", "x.svg"), "want --plot or --hist"),
            (("--plot", "v", "--json"), "--json prints the bins"),
            (("--hist", "v", "--csv"), "not CSV"),
            (("--plot", "v", "--svg", "x", "--png", "x"), "the same file"),
            (("--plot", "v", "--width", "5"), "30 to 1000 characters"),
            (("--plot", "v", "--png", "x", "--width", "20000"), "200 to 5000 pixels"),
            (("--plot", "v", "--height", "20000"), "at most 1000 lines")):
        err = stats(*args, "a.avro", status=2)[1]
        check(says in err, args, err)
    same(names(), ["a.avro"], "files")


# ---- histograms --------------------------------------------------------------------------------


def count_exactly(values, bins, mirrored):
    counts = []
    for i, one in enumerate(bins):
        low, high, last = one["from"], one["to"], i + 1 == len(bins)
        if low == high:
            counts.append(sum(v == low for v in values))
        elif mirrored and low < 0:
            counts.append(sum(low < v <= high for v in values))
        else:
            counts.append(sum(low <= v < high or (last and v == high) for v in values))
    return counts


def test_counts_are_exact():
    random.seed(3)
    sets = {
        "tenths": [random.randrange(-50, 51) / 10 for _ in range(3000)],
        "normal": [random.gauss(0, 1e-3) for _ in range(3000)],
        "sizes": [random.choice((-1, 1)) * 10 ** random.uniform(-9, 9) for _ in range(3000)]
                 + [0.0, -0.0],
        "whole": [random.randrange(0, 12) for _ in range(3000)],
        "large": [10**15 + random.randrange(100) for _ in range(3000)],
        "one": [0.1],
    }
    write("a.avro", [(name, START + i, value) for name, values in sets.items()
                     for i, value in enumerate(values)])
    for name, values in sets.items():
        for args in ((), ("--bins", 7), ("--bins", 100), ("--log",), ("--log", "--bins", 6)):
            hist = json.loads(stats("--hist", name, "--json", *args, "a.avro")[0])
            bins = hist["bins"]
            same([one["count"] for one in bins], count_exactly(values, bins, "--log" in args),
                 f"{name} {args}")
            same(sum(one["count"] for one in bins), len(values), f"{name} {args}: all of them")
            same((hist["min"], hist["max"]), (min(values), max(values)), name)
            if args[:1] == ("--bins",):
                same(len(bins), args[1], f"{name}: bins")
            for one, other in zip(bins, bins[1:]):
                check(one["to"] <= other["from"] and one["from"] <= one["to"], name, one, other)


def test_edges_are_round():
    write("a.avro", [("v", START + i, i / 100) for i in range(101)])
    for args, step in (((), 0.05), (("--bins", 10), 0.1), (("--bins", 4), 0.25)):
        bins = json.loads(stats("--hist", "v", "--json", *args, "a.avro")[0])["bins"]
        same([one["from"] for one in bins], [round(i * step, 2) for i in range(len(bins))], args)
        same(bins[-1]["to"], 1.0, args)
    lines = lines_of("--hist", "v", "--bins", 10, "a.avro")
    check(re.match(r" 0\.3  0\.4 +10 +9\.9 %", lines[5]), lines)


def test_nothing_is_left_out():
    nan, inf = float("nan"), float("inf")
    values = [1.5, 2, nan, nan, inf, -inf, -inf, -inf, "a", "b", "a", "", [1.0, nan, 3.0],
              ["x"], {"k": 1}]
    write("a.avro", [("v", START + i, value) for i, value in enumerate(values)])
    hist = json.loads(stats("--hist", "v", "--json", "a.avro")[0])
    same((hist["points"], hist["numbers"], hist["nan"], hist["infinity"],
          hist["negative_infinity"], hist["text_arrays"]), (15, 4, 3, 1, 3, 1), "counts")
    same([(one["text"], one["count"]) for one in hist["texts"]],
         [("a", 2), ("", 1), ("b", 1), ('{"k":1}', 1)], "texts")
    lines = lines_of("--hist", "v", "a.avro")
    for wanted in (r"NaN +3 ", r"Infinity +1 ", r"-Infinity +3 ", r"\(empty\) +1 ", r"a +2 ",
                   r"arrays of texts +1 "):
        check(any(re.match(wanted, line) for line in lines), wanted, lines)
    shares = sum(float(share) for line in lines for share in re.findall(r"([\d.]+) %", line))
    check(abs(shares - 100) < 1, shares)


def test_many_texts():
    random.seed(4)
    values = [f"t{int(random.expovariate(0.05))}" for _ in range(5000)]
    write("a.avro", [("v", START + i, value) for i, value in enumerate(values)])
    counts = collections.Counter(values)
    hist = json.loads(stats("--hist", "v", "--json", "--bins", 5, "a.avro")[0])
    same([one["count"] for one in hist["texts"]],
         sorted(counts.values(), reverse=True)[:5], "the most frequent")
    same(hist["other_texts"], 5000 - sum(one["count"] for one in hist["texts"]), "others")
    lines = lines_of("--hist", "v", "a.avro")
    check(lines[-1].startswith("(other texts)"), lines)
    stats("--hist", "v", "--svg", "x.svg", "--png", "x.png", "a.avro")
    check("(other texts)" in svg_texts(svg_of(read("x.svg"))), "others")


def test_bars_are_as_long_as_their_counts():
    write("a.avro", [("v", START + i, 0 if i < 80 else 1 if i < 120 else 2) for i in range(121)])
    lines = lines_of("--hist", "v", "--ascii", "a.avro")
    bars = [line.count("#") for line in lines[2:]]
    same((bars[1] * 2 // bars[0], "." in lines[4][20:]), (1, True), f"bars in {lines}")
    stats("--hist", "v", "--svg", "x.svg", "--png", "x.png", "--width", 500, "a.avro")
    rects = [rect for rect in svg_of(read("x.svg")).iter(SVG + "rect")
             if rect.get("fill") == "#3b82f6"]
    heights = [float(rect.get("height")) for rect in rects]
    check(abs(heights[0] / heights[1] - 2) < 0.02 and heights[2] >= 1, heights)
    image = Png(read("x.png"))
    ink = collections.Counter(x for x, _ in image.where(BAR))
    first = ink[int(float(rects[0].get("x"))) + 3]
    check(abs(first - heights[0]) <= 1, first, heights)


def test_height():
    write("a.avro", [("v", START + i, i / 7) for i in range(1000)])
    for height in (6, 10, 24, 50):
        check(len(lines_of("--hist", "v", "--height", height, "a.avro")) <= height, height)
        same(len(lines_of("--plot", "v", "--height", height, "a.avro")), height, height)


def test_ten_million_points():
    if is_sanitized():
        return
    n, at = 10000000, 7654321
    rows = subprocess.Popen(  # pylint: disable=consider-using-with
        ["awk", f"BEGIN {{ print \"ts,v\"; for (i = 0; i < {n}; i++) "
                f"printf \"%d%09d,%s\\n\", 1709294400 + int(i / 1000), i % 1000 * 1000000, "
                f"i == {at} ? 50 : i % 10 / 10 }}"], stdout=subprocess.PIPE)
    tlm("-q", "--input", "csv", "-t", "ts", "-T", "ns", "-o", "a.avro", "-",
        stdin=rows.stdout).ended(0)
    rows.wait()
    lines = lines_of("--plot", "v", "a.avro")
    check("10,000,000 points  min 0  max 50" in lines[0], lines[0])
    ink = [i for i, c in enumerate(lines[1] + lines[2]) if 0x2800 < ord(c) < 0x2900]
    check(ink, lines)
    stats("--plot", "v", "--svg", "x.svg", "a.avro")
    vertices = svg_vertices(svg_of(read("x.svg")))
    highest = min(vertices, key=lambda vertex: vertex[1])
    left, right = vertices[0][0], vertices[-1][0]
    check(abs((highest[0] - left) / (right - left) - at / n) < 0.002, highest)
    hist = json.loads(stats("--hist", "v", "--bins", 5, "--json", "a.avro")[0])
    same([one["count"] for one in hist["bins"]], [n - 1, 0, 0, 0, 1], "counts")


if __name__ == "__main__":
    run_all("test_plot", globals())
