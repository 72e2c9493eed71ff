#!/usr/bin/python3
"""tlm rotate within --memory: much more data than that, and very many files.

Sanitizers change memory, so these run the release build, as test_memory.py does.
"""

import os
import random
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
# pylint: disable=wrong-import-position
import foreign  # noqa: E402
from outside import LONG, check, environment, no_partials, run_all, same  # noqa: E402
from readback import Part  # noqa: E402
from recutting import START, make  # noqa: E402
from test_memory import MEASURE, MIB, SLACK, release  # noqa: E402

POINTS = 3000000 if LONG else 500000
FILES = 10000 if LONG else 2000


def measured(*arguments, budget):
    """Peak memory stays under the budget and what a process has anyway; returns stdout."""
    program = release()
    done = subprocess.run([sys.executable, "-I", "-S", "-c", MEASURE, program,
                           *map(str, arguments)], stdin=subprocess.PIPE, capture_output=True,
                          check=False, env=environment())
    status, peak = map(int, done.stdout.split())
    if os.environ.get("OUTSIDE_TIMES"):
        print(f"    peak {peak / 1024:.1f} MiB of {(budget + SLACK) / MIB:.0f}")
    same(status, 0, f"exit status ({done.stderr.decode()})")
    check(peak * 1024 <= budget + SLACK, f"peak {peak / 1024:.1f} MiB with {budget / MIB} MiB")


def told(command, *arguments):
    return subprocess.run([release(), command, *arguments], check=True, capture_output=True,
                          env=environment()).stdout


def rows(times):
    return b"".join(b"%d,%d,%d.5,t%d\n" % (START + i, i, i, i % 1000) for i in times)


def shuffled():
    """Rows of three channels in 20 files; a file holds times from everywhere, some of them twice.
    Returns the paths and how many rows are there twice."""
    count, names, twice = POINTS // 3, [], 0
    times = list(range(count))
    random.Random(7).shuffle(times)
    step = -(-count // 20)
    for start in range(0, count, step):
        mine = times[start:start + step]
        if names:
            mine += times[:1000]
            twice += 1000
        names.append(f"in{len(names)}.avro")
        subprocess.run([release(), "write", "-q", "-t", "ts", "-T", "ns", "-i", "csv", "-o",
                        names[-1]], input=b"ts,n,x,s\n" + rows(mine), check=True,
                       env=environment())
    return names, twice




def check_order(parts):
    """Times of each series ascend, and say that all are there."""
    found = {}
    for path in parts:
        for series, ns, _ in Part(path).points:
            check(series not in found or found[series][0] < ns, series, "at", ns)
            found[series] = ns, found.get(series, (0, 0))[1] + 1
    return {series[0]: count for series, (_, count) in found.items()}


def test_sort_and_dedupe():
    names, twice = shuffled()
    wanted = told("checksum", "--total", *names).split()[0]
    for budget in (16 * MIB, 64 * MIB):
        measured("rotate", "-q", "-j2", "--sort", "time", "--memory", budget, "-f", "-o",
                 "sorted.avro", *names, budget=budget)
        same(told("checksum", "--total", "sorted.avro").split()[0], wanted, "checksum")
        for kind in ("exact", "first", "last"):
            measured("rotate", "-q", "-j2", f"--dedupe={kind}", "--memory", budget, "-f",
                     "-o", "once.avro", *names, budget=budget)
            if kind == "exact":
                once = told("checksum", "--total", "once.avro")
            same(told("checksum", "--total", "once.avro"), once, "what is there once")
    same(check_order(["once.avro"]), dict.fromkeys("nxs", POINTS // 3), "points")
    check(once.split()[0] != wanted, "nothing was there twice")
    check(twice, "no row was written twice")


def test_plain_cut():
    names, _ = shuffled()
    for more in (("--coalesce",), ("--rotate-points", POINTS // 7), ("--split-by", "channel"),
                 ("--rotate-span", f"{POINTS // 9}ns")):
        measured("rotate", "-q", "-j2", "--memory", 16 * MIB, "-f", "-o", "out/run.avro", *more,
                 *names, budget=16 * MIB)
        parts = ["out/" + name for name in os.listdir("out")]
        same(told("checksum", "--total", *parts).split()[0],
             told("checksum", "--total", *names).split()[0], f"checksum with {more}")
        for path in parts:
            os.unlink(path)


def texts(at_once):
    """Values of a megabyte in 40 series; so many of them at a time."""
    for i in range(8):
        foreign.write(f"in{i}.avro", [[foreign.record((f"c{k}", ()), [
            (START + (40 * i + k) // at_once, ("string", chr(97 + i) * MIB))])]
            for k in range(40)], codec="snappy")
    return [f"in{i}.avro" for i in range(8)]


def test_long_texts():
    names = texts(1)
    for more in (("-j2",), ("--sort", "time"), ("--coalesce",), ("--dedupe",)):
        measured("rotate", "-q", "--memory", 64 * MIB, "-f", "-o", "out.avro", *more, *names,
                 budget=64 * MIB)
        same(told("checksum", "--total", "out.avro").split()[0],
             told("checksum", "--total", *names).split()[0], f"checksum with {more}")


def test_one_instant():
    """What cannot be put in order within the budget is told."""
    names = texts(40)
    measured("rotate", "-q", "--memory", 64 * MIB, "-f", "-o", "out.avro", *names,
             budget=64 * MIB)
    done = subprocess.run([release(), "rotate", "--sort", "time", "--memory", "64MiB", "-o",
                           "new.avro", *names], capture_output=True, check=False,
                          env=environment())
    same((done.returncode, done.stderr.decode()), (1, "tlm rotate: the points of one instant do not"
         " fit the memory budget of 67108864 bytes\n"), "the end")
    no_partials()
    check(not os.path.exists("new.avro"), "a file was made")


def test_many_files():
    """Small files become records as large as those of the writer."""
    os.mkdir("in")
    for i in range(FILES):
        make(f"in/{i}.avro", 50 * i, 50 * (i + 1))
    for more in ((), ("--sort", "time"), ("--dedupe",), ("--split-by", "channel")):
        measured("rotate", "-q", "--coalesce", "-o", "out/run.avro", *more, "in", budget=256 * MIB)
        parts = ["out/" + name for name in os.listdir("out")]
        records = sum(int(Part(path).meta["tlm.records"]) for path in parts)
        check(FILES * 100 / records > 3000, records, "records with", more)
        same(told("checksum", "--total", *parts).split()[0],
             told("checksum", "--total", "in").split()[0], f"checksum with {more}")
        for path in parts:
            os.unlink(path)


if __name__ == "__main__":
    run_all("test_rotate_memory", globals())
