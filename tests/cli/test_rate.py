#!/usr/bin/python3
"""--rate-limit: everything comes through, signals are answered while rows wait; with CHECK_LONG=1
the rate itself."""

import fcntl
import os
import signal
import sys
import termios
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from outside import (LONG, Live, Skip, check, finish, no_partials, parts, rows, run_all, same,
                     start, tlm, values, wait_until)


def make(name, count):
    with open(name, "w", encoding="ascii") as out:
        out.write(rows(0, count))
    return os.path.getsize(name)


def test_all_rows_come():
    make("in.jsonl", 3000)
    for limit in ("5MB/s", "100kB/s", "3krows/s", "1Grows/s"):
        for threads in (1, 4):
            tlm("-t", "ts", "--rate-limit", limit, "-j", threads, "-f", "-o", "out.avro",
                "in.jsonl").ended(0)
            same(values("out.avro"), list(range(3000)), limit)


def test_a_row_larger_than_a_second():
    with open("in.csv", "w", encoding="ascii") as out:
        out.write("ts,text\n1700000000,\"" + "x\n" * 500 + "\"\n1700000001,last\n")
    done = tlm("--rate-limit", "900/s", "-o", "out.avro", "in.csv").ended(0)
    check("2 rows" in done.err or "2 points" in done.err, done.err)
    same(values("out.avro", "text"), ["x\n" * 500, "last"], "cells")


def test_stop_while_rows_wait():
    make("in.jsonl", 20000)
    process = start("-t", "ts", "--rate-limit", "10rows/s", "--flush-interval", "20ms", "-o",
                    "out.avro", "in.jsonl")
    wait_until(lambda: os.path.exists(".out.avro.partial") and
               os.path.getsize(".out.avro.partial") > 1000, "a flush while rows wait")
    process.send_signal(signal.SIGTERM)
    finish(process).ended(-signal.SIGTERM)
    got = values("out.avro")
    same(got, list(range(len(got))), "a prefix of the rows")
    check(len(got) >= 10, len(got), "rows")
    no_partials()


def test_what_was_read_is_kept():
    with Live("-t", "ts", "--rate-limit", "1rows/s", "--rotate-points", 1000000, "-o",
              "out.avro") as live:
        live.send(rows(0, 500))
        wait_until(lambda: os.path.exists(".out_000.avro.partial"), "the writer")
        pipe = live.process.stdin.fileno()
        wait_until(lambda: fcntl.ioctl(pipe, termios.FIONREAD, b"\0" * 4) == b"\0" * 4,
                   "the writer to read")
        live.signal(signal.SIGHUP)
        wait_until(parts, "the part that HUP asked for")
        live.signal(signal.SIGTERM)
        live.end().ended(-signal.SIGTERM)
    got = [value for name in parts() for value in values(name)]
    same(got, list(range(len(got))), "a prefix of the rows")
    same(len(got), 500, "rows")


def measured(limit, of_each, piece):
    """Rows come for 20 s; returns how much a second passed after the first one's worth."""
    with Live("-t", "ts", "--rate-limit", limit, "--summary", "none", "-o", "/dev/null") as live:
        begun, sent, marks = time.monotonic(), 0, []
        while time.monotonic() - begun < 25:
            live.send(rows(sent, sent + piece))
            sent += piece
            marks.append((time.monotonic(), sent))
        live.process.kill()
    first = next(mark for mark in marks if mark[0] - begun > 4)
    last = marks[-1]
    return (last[1] - first[1]) * of_each / (last[0] - first[0])


def test_rate():
    if not LONG:
        raise Skip("CHECK_LONG=1 measures for a minute")
    row = len(rows(100000, 100001))
    for limit, wanted, each, piece in (("1MB/s", 1e6, row, 400), ("20000rows/s", 20000, 1, 400)):
        got = measured(limit, each, piece)
        print(f"{limit}: {got:.0f} a second")
        check(0.97 < got / wanted < 1.03, limit, got)


def test_refused():
    make("in.jsonl", 3)
    for text in ("5MB", "0/s", "fast", "5MB/m"):
        tlm("--rate-limit", text, "-o", "out.avro", "in.jsonl").ended(2).said("--rate-limit", text)
    same(parts(), [], "files")


if __name__ == "__main__":
    run_all("rate", globals())
