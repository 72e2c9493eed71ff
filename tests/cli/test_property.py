#!/usr/bin/python3
"""Random rows under random options: what `tlm write` writes is what the reference says.

usage: test_property.py [--seed N] [--cases N] [--only SEED]

Each case is made from its seed, written by TLM (without it, build/tlm), read back from all parts
with python3-avro, and with avro-c where that knows the codec, and compared with
tests/support/reference.py: the points of each series in order, which points are in which part, the
bad rows with their place, reason and text, the counts of --summary json, the exit status.
A case that fails is made smaller before it is shown. CHECK_LONG=1 runs more cases, from a seed that
changes.
"""

import argparse
import collections
import dataclasses
import glob
import json
import os
import re
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "support"))

# pylint: disable=wrong-import-position
import readback  # noqa: E402
from random_rows import make_case  # noqa: E402
from reference import convert  # noqa: E402

TLM = os.environ.get("TLM") or os.path.join(HERE, "..", "..", "build", "tlm")
LONG = os.environ.get("CHECK_LONG") == "1"
CASES = 1000
MAX_SHOWN = 5
REJECT = re.compile(rb"# (.*?):(\d+): row (\d+), byte (\d+): ([a-z0-9-]+): ([^\n]*)\n")
SPAN_NS = {"1s": 10**9, "1m": 60 * 10**9, "1h": 3600 * 10**9, "365d": 365 * 86400 * 10**9}


class Wrong(Exception):
    """What tlm did is not what it should have done."""


def need(condition, what):
    if not condition:
        raise Wrong(what)


def same(found, wanted, what):
    if found != wanted:
        raise Wrong(f"{what}: found {found!r}, want {wanted!r}")


class Run:
    """One run of tlm in a folder of its own."""

    def __init__(self, case, folder):
        self.case, self.folder = case, folder
        self.data = [b"".join(chunks) for chunks in case.chunks]
        for name, data in zip(case.names, self.data):
            with open(os.path.join(folder, name), "wb") as stream:
                stream.write(data)
        self.arguments = [*case.flags, *case.limits, "--codec", case.codec, "--summary", "json",
                          "--rejects", "rejects", "-o", "out.avro", *case.names]
        self.done = subprocess.run([TLM, "write", *self.arguments], cwd=folder, check=False,
                                   capture_output=True, timeout=120)
        self.said = self.done.stderr.decode("utf-8", "replace")

    def rejects(self):
        """What is in the rejects file."""
        path = os.path.join(self.folder, "rejects")
        data = b""
        if os.path.exists(path):
            with open(path, "rb") as stream:
                data = stream.read()
        return data

    def parts(self):
        paths = glob.glob(os.path.join(self.folder, "out*.avro"))
        return sorted(paths, key=lambda path: (len(path), path))

    def partials(self):
        return glob.glob(os.path.join(self.folder, ".out*.partial"))


def check_rejects(run, wanted):
    """Compares the rejects file with the reference; returns how often each code came."""
    data, at, codes = run.rejects(), 0, collections.Counter()
    for reject in wanted:
        found = REJECT.match(data, at)
        need(found, f"the rejects file has no {reject}, but {data[at:at + 200]!r}")
        source, line, row, byte, code, _ = found.groups()
        place = source.decode(), int(line), int(row), int(byte)
        same(place, (reject.source, reject.line, reject.row, reject.byte),
             f"place of the bad row {reject.text[:200]!r} ({found.group().decode()})")
        code = code.decode()
        need(code in reject.codes,
             f"row {reject.row}: refused for {found.group(6).decode()!r} ({code}),"
             f" want {sorted(reject.codes)}: {reject.text[:300]!r}")
        codes[code] += 1
        at = found.end()
        text = reject.text
        if "too-long" in reject.codes:
            text = data[at:data.find(b"\n", at)]
            need(reject.text.startswith(text) and text, "the text of a long row is another")
        same(data[at:at + len(text) + 1], text + b"\n", f"text of bad row {reject.row}")
        at += len(text) + 1
    need(at == len(data), f"a row was refused that is good: {data[at:at + 400]!r}")
    return codes


def check_summary(run, result, codes, parts):
    text = run.done.stdout.decode()
    need(text.startswith("{"), f"no summary: {text!r}")
    summary = json.loads(text)
    same(summary["rows"], result.rows, "rows in the summary")
    same(summary["rejected"], len(result.rejects), "rejected rows in the summary")
    same(summary["rejected_by_reason"], dict(codes), "reasons in the summary")
    same(summary["points"], len(result.points), "points in the summary")
    same(summary["series"], len(result.series()), "series in the summary")
    same([part["points"] for part in summary["parts"]], [len(part.points) for part in parts],
         "points of the parts in the summary")


def cut(case, points):
    """The points of each part, as the limit says; None: it goes by something else."""
    if case.rotate_points:
        limit = case.rotate_points
        return [points[at:at + limit] for at in range(0, len(points), limit)]
    if "--rotate-span" not in case.limits:
        return None
    span, parts = SPAN_NS[case.limits[case.limits.index("--rotate-span") + 1]], []
    for point in points:
        if not parts or point[1] - parts[-1][0][1] >= span:
            parts.append([])
        parts[-1].append(point)
    return parts


def check_parts(case, result, parts):
    """Which points are in which part."""
    wanted = cut(case, result.points)
    if wanted is None:
        return
    same([len(part.points) for part in parts], [len(part) for part in wanted], "points of parts")
    for i, (part, points) in enumerate(zip(parts, wanted)):
        problem = readback.difference(readback.of_series(part.points),
                                      readback.of_series(points))
        need(not problem, f"part {i}: {problem}")


def check_points(run, result, avro_c):
    """All parts together; returns them."""
    case = run.case
    paths = run.parts()
    parts = [readback.Part(path) for path in paths]
    for part in parts:
        part.check_header()
        need(part.points, "an empty part")
    if result.stopped:
        # What was accepted before the stop is in the parts and in the partial that stays.
        parts += [readback.Part(path) for path in run.partials() if os.path.getsize(path)]
    else:
        same(run.partials(), [], "partials left")
    points = [point for part in parts for point in part.points]
    problem = readback.difference(readback.of_series(points), result.series())
    need(not problem, problem)
    if "--memory" not in case.limits:
        same(list(readback.of_series(points)), list(result.series()), "order of series")
    check_parts(case, result, parts)
    if case.codec != "zstandard" and paths:
        whole = [point for part in parts[:len(paths)] for point in part.points]
        need(avro_c.points(paths) == whole, "python3-avro and avro-c read different points")
    return parts


def check_case(case, avro_c):
    with tempfile.TemporaryDirectory(prefix="tlm-property.") as folder:
        run = Run(case, folder)
        options = case.options
        result = convert(list(zip(case.names, run.data)), options)
        status = 1 if result.stopped else 3 if result.rejects and options.bad_rows != "skip" else 0
        same(run.done.returncode, status, f"exit status ({run.said[-600:].strip()})")
        codes = check_rejects(run, result.rejects)
        parts = check_points(run, result, avro_c)
        if not result.stopped:
            check_summary(run, result, codes, parts)


def problem_of(case, avro_c):
    try:
        check_case(case, avro_c)
    except (Wrong, AssertionError, subprocess.TimeoutExpired, readback.readavro.Damaged) as error:
        return str(error)
    except Exception as error:  # pylint: disable=broad-except
        return f"{type(error).__name__}: {error}"
    return None


def without(case, source, at, n):
    chunks = [list(one) for one in case.chunks]
    del chunks[source][at:at + n]
    return dataclasses.replace(case, chunks=chunks)


def kind_of(problem):
    return re.sub(r"[0-9]+", "", problem)[:24]


def smaller(case, avro_c, tries=150):
    """The case with as few pieces of text as still fail."""
    kind = kind_of(problem_of(case, avro_c))
    for limits in ([], case.limits):
        plain = dataclasses.replace(case, limits=limits, rotate_points=0 if not limits
                                    else case.rotate_points)
        if kind_of(problem_of(plain, avro_c) or "") == kind:
            case = plain
            break
    step = max((len(chunks) for chunks in case.chunks), default=0)
    while step >= 1 and tries > 0:
        for source in range(len(case.chunks)):
            at = 0
            while at < len(case.chunks[source]) and tries > 0:
                tries -= 1
                less = without(case, source, at, step)
                problem = problem_of(less, avro_c)
                if problem and kind_of(problem) == kind:
                    case = less
                else:
                    at += step
        step //= 2
    return case


def show(case, avro_c, problem):
    print(f"FAILED seed {case.seed}: {problem[:1500]}")
    less = smaller(case, avro_c)
    print(f"  made smaller: {problem_of(less, avro_c)}"[:1500])
    print(f"  tlm write {' '.join(map(repr, less.flags + less.limits))} {less.names}")
    for name, chunks in zip(less.names, less.chunks):
        print(f"  {name}: {b''.join(chunks)!r}"[:3000])
    sys.stdout.flush()


def main():
    parser = argparse.ArgumentParser()
    seed = int(time.time()) * 100000 if LONG else 1
    parser.add_argument("--seed", type=int, default=seed)
    parser.add_argument("--cases", type=int, default=CASES * (20 if LONG else 1))
    parser.add_argument("--only", type=int)
    options = parser.parse_args()
    seeds = range(options.seed, options.seed + options.cases)
    if options.only is not None:
        seeds = [options.only]
    print(f"property: seeds {seeds[0]} to {seeds[-1]} (again with --only SEED)")
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="tlm-property.") as scratch:
        avro_c = readback.AvroC(scratch)
        for seed in seeds:
            case = make_case(seed)
            problem = problem_of(case, avro_c)
            if problem is None:
                passed += 1
                continue
            failed += 1
            if failed <= MAX_SHOWN:
                show(case, avro_c, problem)
    print(f"property: {passed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
