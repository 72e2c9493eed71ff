#!/usr/bin/python3
"""--memory is a hard budget: peak resident size stays under it plus 64 MiB, whatever comes in.

Sanitizers change memory, so these run the release build: build/tlm, or one of their own.
CHECK_LONG=1 streams 10 GB.
"""

import gzip
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from outside import (LONG, ROOT, TLM, check, environment, is_sanitized, parts, partials, run_all,
                     same)

MIB = 1 << 20
SLACK = 64 * MIB
DEFAULT = 256 * MIB
STREAM = 10000000000 if LONG else 150000000
LINE = 1000000000 if LONG else 200000000
BASE = ("-q", "-t", "ts", "-o", "run.avro")
# Held until the budget says otherwise.
HOLD = ("--batch-points", "100G", "--flush-interval", "0")
TOOLS = {}


# ---- programs ------------------------------------------------------------------------------------


def is_current(program):
    """True for a release build that is newer than every source."""
    if not os.access(program, os.X_OK) or is_sanitized(program):
        return False
    built = os.path.getmtime(program)
    return all(os.path.getmtime(os.path.join(folder, name)) <= built
               for room in ("lib", "cli") for folder, _, files in os.walk(os.path.join(ROOT, room))
               for name in files)


def another_builds():
    """scripts/check makes the release build in a step that may run right now."""
    step = os.path.join(ROOT, "build-asan", "check", "install")
    return "BUILD" in os.environ and os.path.exists(step + ".log") and \
        not os.path.exists(step + ".count")


def tools_folder():
    if "folder" not in TOOLS:
        TOOLS["folder"] = tempfile.mkdtemp(prefix="tlm-release-")
    return TOOLS["folder"]


def release():
    """Path of a release build of the program."""
    if "tlm" in TOOLS:
        return TOOLS["tlm"]
    check("failed" not in TOOLS, "there is no release build")
    if not is_sanitized():
        TOOLS["tlm"] = TLM
        return TLM
    TOOLS["failed"] = True
    folder = tools_folder()
    program = os.path.join(ROOT, "build", "tlm")
    end = time.monotonic() + 180
    while not is_current(program) and another_builds() and time.monotonic() < end:
        time.sleep(0.2)
    if not is_current(program):
        program = os.path.join(folder, "build", "tlm")
        subprocess.run(["make", "-s", f"-j{os.cpu_count()}", "BUILD=" + os.path.dirname(program),
                        program], cwd=ROOT, check=True,
                       stdout=subprocess.DEVNULL, env=environment(MAKEFLAGS=""))
    shutil.copy(program, os.path.join(folder, "tlm"))
    TOOLS["tlm"] = os.path.join(folder, "tlm")
    del TOOLS["failed"]
    return TOOLS["tlm"]


def generator():
    """Path of tests/support/gen, optimized."""
    if "gen" not in TOOLS:
        TOOLS["gen"] = os.path.join(tools_folder(), "gen")
        subprocess.run([os.environ.get("CC", "cc"), "-std=c11", "-D_GNU_SOURCE", "-O2", "-o",
                        TOOLS["gen"], os.path.join(ROOT, "tests", "support", "gen.c")], check=True)
    return TOOLS["gen"]


# ---- measuring -----------------------------------------------------------------------------------


# A process begins with the peak of the one that forked it, so a small one stands in between.
MEASURE = """
import os, sys
null = [(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)]
process = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=null)
os.close(0)
_, status, usage = os.wait4(process, 0)
print(os.waitstatus_to_exitcode(status), usage.ru_maxrss)
"""


class Run:
    """A run that reads what `feed` writes into its pipe, or what a program prints."""

    def __init__(self, *args, feed=None, command=None):
        program = release()
        feeder = None
        if command:
            feeder = subprocess.Popen([generator(), *map(str, command)], stdout=subprocess.PIPE)
        process = subprocess.Popen([sys.executable, "-I", "-S", "-c", MEASURE, program, "write",
                                    *map(str, args), "-"],
                                   stdin=feeder.stdout if feeder else subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   env=environment())
        if feeder:
            feeder.stdout.close()
        else:
            writer = threading.Thread(target=write_all, args=(process.stdin, feed))
            writer.start()
        self.err = process.stderr.read().decode("utf-8", "replace")
        status, peak = process.stdout.read().split()
        process.stderr.close()
        process.stdout.close()
        process.wait()
        if feeder:
            feeder.wait()
        else:
            writer.join()
        self.status = int(status)
        self.peak = int(peak) * 1024

    def held(self, budget, status=0):
        if os.environ.get("OUTSIDE_TIMES"):
            print(f"    peak {self.peak / MIB:.1f} MiB of {(budget + SLACK) / MIB:.0f}")
        same(self.status, status, f"exit status ({self.err})")
        check(self.peak <= budget + SLACK, f"peak {self.peak / MIB:.1f} MiB with a budget of"
              f" {budget / MIB:.0f} MiB")
        return self


def write_all(pipe, pieces):
    try:
        for piece in pieces:
            pipe.write(piece)
        pipe.close()
    except BrokenPipeError:
        pass


def figure(name):
    """A figure of all finished parts together, from their headers."""
    total = 0
    for part in parts():
        with open(part, "rb") as stream:
            head = stream.read(4096)
        total += int(re.search(b"tlm\\." + name.encode() + b"\\x28([0-9]{20})", head).group(1))
    return total


def clear():
    for name in parts() + partials():
        os.unlink(name)


# ---- many rows -----------------------------------------------------------------------------------


def test_stream():
    """The generator's rows through a pipe, as anybody would run it."""
    Run(*BASE, "--rotate-size", "1GiB", command=("jsonl", 0, "--bytes", STREAM)).held(DEFAULT)
    check(figure("points") > STREAM / 25, "points are missing")


def test_stream_csv():
    Run(*BASE, command=("csv", 0, "--bytes", min(STREAM, 1000000000), "--text")).held(DEFAULT)


def test_budget_is_used_up():
    """Nothing but the budget makes it flush."""
    for budget in (DEFAULT, 64 * MIB, 8 * MIB):
        run = Run(*BASE, *HOLD, "--memory", budget, "--stats-file", "stats.json",
                  command=("jsonl", 0, "--bytes", STREAM // 2)).held(budget)
        with open("stats.json", encoding="utf-8") as stream:
            pressed = int(re.search(r'"pressure_flushes": *(\d+)', stream.read()).group(1))
        check(pressed or STREAM // 2 < budget, "the budget was never reached", run.err)
        clear()


def test_wide_numbers():
    """5,000 columns of numbers."""
    for budget in (DEFAULT, 64 * MIB):
        Run(*BASE, *HOLD, "--memory", budget,
            command=("csv", 0, "--cols", 5000, "--bytes", STREAM // 2)).held(budget)
        clear()


# ---- long values ---------------------------------------------------------------------------------


def long_texts(size, total):
    value = ("x" * (size - 8)).encode()
    for i in range(total // size):
        yield b'{"ts":%d,"n":%d,"s":"%08d%s"}\n' % (1700000000000000000 + i, i, i, value)


def test_long_texts():
    total = STREAM // 2 if not LONG else STREAM // 10
    for size in (1000, 100000, 1500000):
        for budget in (DEFAULT, 64 * MIB):
            for more in ((), HOLD) if LONG else (HOLD,):
                Run(*BASE, *more, "--memory", budget, feed=long_texts(size, total)).held(budget)
                same(figure("points"), total // size * 2, f"points with texts of {size} bytes")
                clear()


def test_long_arrays():
    """A million numbers in one value."""
    row = b',"v":[' + b",".join(b"%d.5" % i for i in range(300000)) + b"]}\n"
    count = 20
    for budget in (DEFAULT, 128 * MIB):
        Run(*BASE, "--memory", budget,
            feed=(b'{"ts":%d' % (1700000000000000000 + i) + row for i in range(count))).held(budget)
        same(figure("points"), count, "points")
        clear()


def test_dense_line():
    """Lines of a few bytes a value: what is parsed is larger than its text."""
    for tail in (b',"v":[' + b"0," * 1900000 + b"0]}\n",
                 b',"v":[' + b'"",' * 1200000 + b'""]}\n', b',"v":[' + b"[]," * 1200000 + b"0]}\n"):
        for budget in (DEFAULT, 64 * MIB):
            feed = (b'{"ts":%d' % (1700000000000000000 + i) + tail for i in range(8))
            Run(*BASE, "--memory", budget, feed=feed).held(budget)
            clear()


def holds_or_says_so(feed, budget, *more):
    """Either it is written, or an error about the memory comes in time."""
    run = Run(*BASE, "--memory", budget, *more, feed=feed)
    if run.status == 1:
        check("memory" in run.err and run.err.count("\n") <= 2, run.err)
    run.held(budget, run.status if run.status in (0, 1, 3) else 0)
    clear()


def test_many_keys_in_a_line():
    """A row's channels are all new: they are counted before they are held."""
    for keys, budget in ((300000, 64 * MIB), (1500000, DEFAULT)):
        row = b"".join(b',"%x":1' % i for i in range(keys)) + b"}\n"
        holds_or_says_so((b'{"ts":%d' % (1700000000000000000 + i) + row for i in range(2)), budget)


# ---- many channels -------------------------------------------------------------------------------


def test_columns():
    """100,000 columns in a CSV file."""
    rows = 100 if LONG else 12
    for more, budget in (((), DEFAULT), (HOLD, DEFAULT)):
        Run(*BASE, *more, command=("csv", rows, "--cols", 100000, "--digits", 3)).held(budget)
        same(figure("points"), rows * 100000, "points")
        clear()


def test_long_rows():
    """100,000 channels, one in a row."""
    rows = 20000000 if LONG else 600000
    for form in ("jsonl", "csv"):
        for more, budget in (((), DEFAULT), (HOLD, DEFAULT)):
            Run("-q", "-o", "run.avro", *more,
                command=(form, rows, "--channels-long", 100000)).held(budget)
            same(figure("points"), rows, "points")
            clear()


def test_channels_without_end():
    """A new channel in each row: an error that says so comes before the memory is gone."""
    count = 3000000 if LONG else 700000
    for budget in (64 * MIB, 8 * MIB):
        holds_or_says_so((b'{"channel":"channel-%08d","timestamp":%d,"value":1}\n'
                          % (i, 1700000000000000000 + i) for i in range(count)), budget,
                         "-t", "timestamp")


def test_tags_without_end():
    """A new tag set in each row."""
    count = 3000000 if LONG else 500000
    for budget in (64 * MIB, 8 * MIB):
        holds_or_says_so((b'{"ts":%d,"k":"tag-%08d","v":1}\n' % (1700000000000000000 + i, i)
                          for i in range(count)), budget, "--tag-field", "k=k")


# ---- a line that does not end --------------------------------------------------------------------


def endless(start, piece, end=b""):
    yield start
    for _ in range(LINE // len(piece)):
        yield piece
    yield end


GOOD = b'{"ts":1700000000000000000,"n":1}\n'


def test_endless_line():
    """One bad row, with bounded memory; the rows before and behind it are written."""
    piece = b"x" * MIB
    cases = [
        (endless(GOOD + b'{"ts":1,"a":"', piece, b"\n" + GOOD), 2),
        (endless(GOOD, b"[" * MIB, b"\n" + GOOD), 2),
        (endless(GOOD, piece), 1),
        (endless(b"ts,n\n1700000000000000000,1\n", piece, b"\n1700000000000000001,2\n"), 2),
        (endless(b"ts,n\n1700000000000000000,1\n", b"," * MIB, b"\n1700000000000000001,2\n"), 2),
    ]
    for number, (feed, points) in enumerate(cases):
        run = Run(*BASE, "--bad-rows", "reject", feed=feed)
        try:
            run.held(DEFAULT, 3)
            same(figure("points"), points, "points")
        except AssertionError as error:
            raise AssertionError(f"line {number}: {error}") from error
        clear()


def test_endless_quote():
    """A quoted cell that is never closed."""
    run = Run(*BASE, feed=endless(b'ts,n\n1700000000000000000,1\n1700000000000000001,"',
                                  b"x" * MIB)).held(DEFAULT, 3)
    same(figure("points"), 1, f"points ({run.err})")


def test_endless_first_line():
    """It is all there is, so even the format cannot be told from it."""
    for piece in (b"x" * MIB, b"[" * MIB, b" " * MIB, b"1," * (MIB // 2), b"\0" * MIB):
        run = Run(*BASE, feed=endless(b"", piece))
        run.held(DEFAULT, run.status if run.status in (0, 1, 2, 3) else 1)
        check(run.err or run.status == 0, "nothing was said", run.status)
        same(parts(), [], "parts")
        clear()


def test_generous_max_line():
    """--max-line beyond the budget does not widen the budget."""
    run = Run(*BASE, "--max-line", "1GiB", "--memory", "64MiB",
              feed=endless(GOOD + b'{"ts":1,"a":"', b"x" * MIB, b"\n" + GOOD))
    run.held(64 * MIB, 3)
    same(figure("points"), 2, "points")


def test_packed_line():
    """The same out of a few kilobytes of gzip."""
    packer = gzip.GzipFile("packed", "wb", compresslevel=1)
    packer.write(GOOD)
    for _ in range(LINE // MIB):
        packer.write(b"x" * MIB)
    packer.write(b"\n" + GOOD)
    packer.close()
    with open("packed", "rb") as stream:
        Run(*BASE, feed=[stream.read()]).held(DEFAULT, 3)
    same(figure("points"), 2, "points")


def test_rejects_of_a_long_line():
    """What --rejects keeps of such a line is bounded too."""
    Run(*BASE, "--rejects", "bad", feed=endless(GOOD, b"x" * MIB, b"\n" + GOOD)).held(DEFAULT, 3)
    check(os.path.getsize("bad") <= 17 * MIB, os.path.getsize("bad"))


if __name__ == "__main__":
    try:
        run_all("test_memory", globals())
    finally:
        if "folder" in TOOLS:
            shutil.rmtree(TOOLS["folder"], ignore_errors=True)
