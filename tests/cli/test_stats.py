#!/usr/bin/python3
"""tlm stats: every figure is that of tests/support/exact_stats.py, for adversarial series, for real
files, however the points are spread over records, blocks and parts, and on any number of threads."""

import csv
import glob
import io
import json
import math
import os
import random
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
# pylint: disable=wrong-import-position
import exact_stats  # noqa: E402
from outside import TLM, LONG, Skip, check, environment, run_all, same  # noqa: E402

START = 1700000000000000000
STEP = 1000000
EXACT = 4096  # numbers of which percentiles are exact


def run(*arguments, status=0, feed=None):
    done = subprocess.run([TLM, *map(str, arguments)], input=feed, capture_output=True, check=False,
                          env=environment())
    check(done.returncode == status, *arguments, "exited with", done.returncode,
          done.stderr.decode())
    return done.stdout.decode()


def number(value):
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
    return repr(value) if isinstance(value, (int, float)) else json.dumps(value)


def write(path, series, *more, times=None):
    """series: {channel: values}; a row for each place, channels that have ended left out."""
    rows = []
    for i in range(max(map(len, series.values()))):
        row = [f'"ts":{times[i] if times else START + i * STEP}']
        row += [f'"{name}":{number(values[i])}' for name, values in series.items()
                if i < len(values) and values[i] is not None]
        rows.append("{" + ",".join(row) + "}\n")
    run("write", "-q", "-t", "ts", "-T", "ns", "-o", path, *more, "-", feed="".join(rows).encode())


def value_of(value):
    return {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}.get(value, value)


def read_lines(text):
    """{(channel, tags): figures} of --json."""
    found = {}
    for line in text.splitlines():
        out = json.loads(line)
        key = out.pop("channel", None), tuple(sorted(out.pop("tags", {}).items()))
        check(key not in found, "twice:", key)
        found[key] = {name: value_of(value) if name in ("min", "max", "p1", "p50", "p99") else value
                      for name, value in out.items()}
    return found


def is_near(got, wanted):
    return got == wanted or abs(got - wanted) <= max(1e-12 * abs(wanted), 1e-323)


def rank_of(values, value):
    """How many are below, and how many up to it."""
    return (sum(other < value for other in values), sum(other <= value for other in values))


def check_percentiles(got, line, key):
    error = got["quantile_error"] * len(line.numbers)
    for percent in 1, 50, 99:
        wanted, value = len(line.numbers) * percent / 100, got.pop(f"p{percent}")
        below, up_to = rank_of(line.numbers, value)
        check(below - error <= wanted <= up_to + error + 1, key, f"p{percent}: {value} has ranks",
              below, up_to, "wanted", wanted, "within", error)
    check(got.pop("quantile_error") <= 0.0075, key, "quantile_error", error)


def check_intervals(got, line, key):
    """Median and jitter of more intervals than are exact. Returns the median."""
    steps = [step for step, _ in line.steps]
    median, jitter = (round(got[name] * 1e9) for name in ("interval_median_s", "jitter_s"))
    apart = [abs(step - median) for step in steps]
    for values, value in (steps, median), (apart, jitter):
        below, up_to = rank_of(values, value)
        error = 0.01 * len(steps)
        check(below - error <= len(steps) / 2 <= up_to + error, key, value, below, up_to)
    return median


def compare(got, line, gap, key):
    many = len(line.steps) > EXACT
    wanted = line.figures(gap, check_intervals(got, line, key) if many else None)
    if many:
        got.pop("jitter_s"), wanted.pop("jitter_s")
    if "std" in wanted:
        check(is_near(got.pop("std"), wanted.pop("std")), key, "std")
    if got.get("quantile_error"):
        check(len(line.numbers) > EXACT, key, "percentiles should be exact")
        check_percentiles(got, line, key)
        for name in "p1", "p50", "p99", "quantile_error":
            wanted.pop(name)
    for name in {**got, **wanted}:
        same(got.get(name), wanted.get(name), f"{key}: {name}")


def check_files(paths, *flags, by="series", gap=3.0):
    """The figures of these files, in this order, are right; returns the JSON."""
    lines = exact_stats.read(paths, by)
    text = run("stats", "--json", "--by", by, *flags, *paths)
    got = read_lines(text)
    same(sorted(got, key=repr), sorted(lines, key=repr), "lines")
    for key, line in lines.items():
        compare(got[key], line, gap, key)
    return text


def check_threads(paths, *flags):
    for form in "--json", "--csv":
        texts = [run("stats", form, "-j", threads, *flags, *paths) for threads in (1, 2, 8)]
        check(texts[0] == texts[1] == texts[2], form, "depends on the number of threads")


# ---- adversarial numbers ------------------------------------------------------------------------


def adversarial(n):
    draw = random.Random(n)
    signs = [1e300, 1e-300, -1e300, 3.0]
    walk, at = [], 0.0
    for _ in range(n):
        at += draw.random() - 0.5
        walk.append(at)
    return {
        "huge and tiny": [signs[i % 4] for i in range(n)],
        "overflow": [1e308] * n,
        "both ends": [1.7976931348623157e308 * (-1) ** i for i in range(n)],
        "offset": [1e9 + 1e-3 * draw.gauss(0, 1) for _ in range(n)],
        "denormals": [5e-324 * draw.randrange(1, 1000) for _ in range(n)],
        "least normal": [2.2250738585072014e-308 * draw.random() for _ in range(n)],
        "nan": [math.nan if i % 3 == 1 else draw.gauss(0, 1) for i in range(n)],
        "only nan": [math.nan] * n,
        "infinite": [(math.inf, -math.inf, math.nan, 1.5)[draw.randrange(4)] for i in range(n)],
        "one inf": [math.inf if i == n // 2 else 0.25 for i in range(n)],
        "longs": [draw.randrange(2**63 - 10**6, 2**63) * draw.choice((1, -1)) for _ in range(n)],
        "ends of longs": [draw.choice((-2**63, 2**63 - 1)) for _ in range(n)],
        "small longs": [draw.randrange(-3, 4) for _ in range(n)],
        "mixed": [draw.choice((draw.randrange(2**60), 0.5 * draw.randrange(2**52)))
                  for _ in range(n)],
        "near": [draw.choice((2**53 + 1, float(2**53), 2**53 + 3)) for _ in range(n)],
        "one": [42.125],
        "one long": [-7],
        "equal": [0.1] * n,
        "zeros": [draw.choice((0.0, -0.0)) for _ in range(n)],
        "tenths": [draw.randrange(-10**4, 10**4) / 10 for _ in range(n)],
        "walk": walk,
        "decades": [10 ** draw.uniform(-300, 300) * draw.choice((1, -1)) for _ in range(n)],
        "outlier": [1e300 if i == 5 else draw.gauss(0, 1) for i in range(n)],
        "ulps": [1 + 2.0**-52 * draw.randrange(3) for _ in range(n)],
    }


def test_numbers():
    for n in 1, 2, 3, 31, 100, 1023, 1024, 2500, 4096:
        write("run.avro", adversarial(n), "-f", "--int-as", "long")
        check_files(["run.avro"])


def test_many_numbers():
    write("run.avro", adversarial(20000), "--int-as", "long")
    check_files(["run.avro"])
    check_threads(["run.avro"])


def test_small_records_and_parts():
    series = adversarial(3000)
    for batch in 24, 500, 20000:
        write("run.avro", series, "-f", "--int-as", "long", "--batch-points", batch,
              "--rotate-points", 20000)
        parts = sorted(glob.glob("run_*.avro"))
        check(len(parts) > 2, len(parts), "parts")
        random.Random(batch).shuffle(parts)
        check_files(parts)
        check_threads(parts)
        for part in parts:
            os.unlink(part)


# ---- times --------------------------------------------------------------------------------------


def jittered(n, draw, odd=0.02):
    times, at = [], START
    for _ in range(n):
        at += int(STEP * draw.gauss(1, 0.05))
        if draw.random() < odd:
            at += draw.randrange(20) * STEP
        times.append(at - draw.randrange(5) * STEP if draw.random() < odd else at)
    return times


def test_times():
    draw = random.Random(7)
    for n in 1, 2, 50, 2000, 5000:
        for times in (jittered(n, draw), [START] * n, [START - i for i in range(n)],
                      [START + i * STEP for i in range(n)],
                      [draw.randrange(-2**62, 2**62) for _ in range(n)]):
            for batch in 7, 10**6:
                write("run.avro", {"a": [float(i) for i in range(n)], "b": [1.5] * (n // 2 + 1)},
                      "-f", "--batch-points", batch, times=times)
                for flags, gap in ((), 3.0), (("--gap", "1.5x"), 1.5), (("--gap", "2ms"), 2 * STEP):
                    check_files(["run.avro"], *flags, gap=gap)


def test_ends_of_time():
    write("run.avro", {"a": [1.0, 2.0, 3.0]}, times=[-2**63, 2**63 - 1, 0])
    check_files(["run.avro"])


def test_more_gaps_than_are_kept():
    """Then the files are read once more; a pipe cannot be."""
    draw = random.Random(3)
    at, times = START, []
    for i in range(6000):
        at += STEP if i < 4000 else 5 * STEP + draw.randrange(10**6)
        times.append(at)
    write("run.avro", {"a": [1.0] * 6000}, times=times)
    check_files(["run.avro"])
    with open("run.avro", "rb") as stream:
        out = json.loads(run("stats", "--json", feed=stream.read()))
    check(out["gaps"]["count"] >= 256 and not out["gaps"]["exact"], out["gaps"])


def test_late_parts():
    draw = random.Random(11)
    write("run.avro", {"a": [float(i) for i in range(4000)], "b": list(range(3000))},
          "--rotate-points", 700, "--batch-points", 90, times=jittered(4000, draw))
    parts = glob.glob("run_*.avro")
    for seed in range(5):
        random.Random(seed).shuffle(parts)
        check_files(parts)
        check_threads(parts)


# ---- texts, arrays, groups ----------------------------------------------------------------------


def test_texts_and_arrays():
    draw = random.Random(5)
    words = [f"word {i}" for i in range(50)] + ["", "ünïcode", 'quo"te', "tab\t"]
    write("run.avro", {
        "state": [draw.choice(words) for _ in range(5000)],
        "id": [f"id-{i:06}" for i in range(5000)],
        "same": ["x"] * 5000,
        "list": [[0.5] * draw.randrange(9) for _ in range(500)],
        "names": [["a"] * draw.randrange(4) for _ in range(500)],
        "object": [{"k": i % 5, "m": [1, "x"]} for i in range(300)],
        "any": [draw.choice((1.5, "x", None, [1.5, 2.5], {"k": None})) for _ in range(900)],
    }, "--batch-points", 3000)
    check_files(["run.avro"])
    check_threads(["run.avro"])


def test_more_texts_than_are_counted():
    write("run.avro", {"id": [f"id-{i % 12000:06}" for i in range(30000)]})
    out = json.loads(run("stats", "--json", "run.avro"))
    same((out["distinct"], out["distinct_exact"]), (10000, False), "distinct")
    same(out["top"][0], {"value": "id-000000", "count": 3}, "the first one")


def tagged(path):
    draw = random.Random(2)
    rows = "".join(f'{{"ts":{START + i * STEP},"x":{draw.random()},"y":{i},"car":"{i % 3}",'
                   f'"place":"{"ab"[i % 2]}"}}\n' for i in range(3000))
    run("write", "-q", "-t", "ts", "-T", "ns", "-o", path, "--tag-field", "car=car",
        "--tag-field", "place=place", "--batch-points", 700, "-", feed=rows.encode())


def test_groups():
    tagged("run.avro")
    write("plain.avro", {"x": [1.5, 2.5]})
    for by in "series", "channel", "tag.car", "tag.place", "tag.none":
        check_files(["run.avro", "plain.avro"], by=by)


def test_selection():
    tagged("run.avro")
    out = read_lines(run("stats", "--json", "run.avro", "-c", "x", "--tag", "car=1", "--from",
                         START + 1000 * STEP, "--to", START + 2000 * STEP))
    same(sorted(tags for _, tags in out), [(("car", "1"), ("place", "a")),
                                           (("car", "1"), ("place", "b"))], "series")
    same(sum(line["points"] for line in out.values()), 334, "points")


def test_rows_that_are_not_converted():
    """Rows have the figures of the file that is made of them, also from a pipe; a bad row is left
    out, and said."""
    rows = "".join(f'{{"ts":{1700000000 + i},"x":{i * 37 % 101}.5,"s":"text {i % 7}"}}\n'
                   for i in range(3000))
    with open("in.jsonl", "w", encoding="ascii") as out:
        out.write(rows)
    run("write", "-q", "-t", "ts", "-T", "s", "-o", "in.avro", "in.jsonl")
    options = ("--json", "-q", "-t", "ts", "-T", "s", "--from", "+100s")
    wanted = read_lines(run("stats", "--json", "--from", "+100s", "in.avro"))
    for got in (run("stats", *options, "in.jsonl"),
                run("stats", "--json", "-q", "-t", "ts", "-T", "s", "--from", "1700000100000000000",
                    "-", feed=rows.encode())):
        found = read_lines(got)
        for figures in (*found.values(), *wanted.values()):
            figures.pop("bytes_disk", None)
            figures.pop("bytes_raw", None)
        same(found, wanted, "figures of rows")
    with open("bad.jsonl", "w", encoding="ascii") as out:
        out.write(rows + '{"ts":"never"}\n')
    run("stats", "-q", "-t", "ts", "-T", "s", "bad.jsonl", status=3)
    run("stats", "-q", "-T", "nonsense", "in.jsonl", status=2)
    run("stats", "-q", "-t", "ts", "-T", "s", "in.avro", "--compare", "in.jsonl")


def test_csv_says_the_same():
    write("run.avro", adversarial(500), "--int-as", "long")
    rows = list(csv.DictReader(io.StringIO(run("stats", "--csv", "run.avro"))))
    lines = [json.loads(line) for line in run("stats", "--json", "run.avro").splitlines()]
    same(len(rows), len(lines), "rows")
    for row, line in zip(rows, lines):
        flat = {"tags": "", "types": "+".join(line.pop("types")), "top": ""}
        line.pop("tags")
        for name, value in line.items():
            inner = value.items() if isinstance(value, dict) else [("", value)]
            flat.update({f"{name}_{key}" if key else name: one for key, one in inner})
        for name, cell in row.items():
            wanted = flat.get(name, "")
            if isinstance(wanted, float):
                cell = float(cell)
            same(cell, str(wanted).lower() if isinstance(wanted, bool) else
                 wanted if isinstance(wanted, (str, float)) else str(wanted), name)


def test_order_and_top():
    write("run.avro", {"a": [1.5] * 10, "b": [3.5] * 30, "c": [math.nan] * 20})
    for order, wanted in (("name", "abc"), ("points", "bca"), ("mean", "bac"), ("bytes", "bca")):
        out = [json.loads(line)["channel"]
               for line in run("stats", "--json", "--sort", order, "run.avro").splitlines()]
        same("".join(out), wanted, order)
    same(len(run("stats", "--json", "--sort", "points", "--top", 2, "run.avro").splitlines()), 2,
         "lines of --top 2")


# ---- memory -------------------------------------------------------------------------------------


def test_little_memory():
    """Then percentiles are less exact, as they say, and nothing else."""
    draw = random.Random(1)
    channels = {f"c{i}": [draw.gauss(0, 1) for _ in range(3000)] for i in range(40)}
    write("run.avro", channels, "--batch-points", 20000)
    lines = exact_stats.read(["run.avro"])
    out = read_lines(run("stats", "--json", "--memory", "512KiB", "run.avro"))
    for key, line in lines.items():
        got, wanted = out[key], line.figures(3.0)
        check(got["quantile_error"] > 0, key, "has exact percentiles")
        check(got["quantile_error"] < 0.2, key, got["quantile_error"])
        for percent in 1, 50, 99:
            rank, (below, up_to) = 30 * percent, rank_of(line.numbers, got[f"p{percent}"])
            error = 3000 * got["quantile_error"]
            check(below - error <= rank <= up_to + error + 1, key, percent, below, up_to, error)
        same(got["mean"], wanted["mean"], "mean")
    check_threads(["run.avro"], "--memory", "512KiB")


def test_large_texts():
    """Only so many are kept, the most frequent ones first."""
    texts = [chr(97 + i % 26) * 20000 + str(i) if i % 2 else "often" for i in range(2000)]
    write("run.avro", {"s": texts, "x": [0.5] * 2000})
    out = read_lines(run("stats", "--json", "--memory", "2MiB", "run.avro"))[("s", ())]
    check(not out["distinct_exact"] and 2 <= out["distinct"] <= 1001, out["distinct"])
    same(out["top"][0], {"value": "often", "count": 1000}, "the first one")


# ---- real files ---------------------------------------------------------------------------------


def test_real_files():
    folder = os.environ.get("TLM_TEST_DATA")
    if not folder:
        raise Skip("TLM_TEST_DATA names no folder of data files")
    import test_data  # pylint: disable=import-outside-toplevel
    for name, (flags, _) in sorted(test_data.FILES.items()):
        run("write", "-q", "-f", *flags, "-o", "run.avro", os.path.join(folder, name))
        check_files(["run.avro"])
        check_files(["run.avro"], by="channel")
        if LONG:
            check_threads(["run.avro"])


if __name__ == "__main__":
    run_all("test_stats", globals())
