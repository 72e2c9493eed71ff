#!/usr/bin/python3
"""kill -9: at random moments, and before each system call that changes what is on the disk."""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from outside import (LONG, TLM, Live, Skip, check, digests, environment, index_of, names,
                     no_partials, partials, parts, read, rows, run_all, same, start, tlm,
                     wait_until)

MOMENTS = 50 if LONG else 10
ROWS = 40000 if LONG else 12000
PER_PART = 1501  # two channels a row: every part cuts a row in two


def two_channels(first, end):
    return rows(first, end).replace("}", ',"m":-1.5}')


def check_prefix(files):
    """What the parts hold together is how the input begins."""
    points = [point for name in files for point in read(name)]
    counts = [value for channel, _, value in points if channel == "n"]
    others = [at for channel, at, _ in points if channel == "m"]
    same(counts, list(range(len(counts))), "channel n")
    same(others, [1700000000000000000 + i * 1000000 for i in range(len(others))], "channel m")
    check(len(counts) - len(others) in (0, 1), len(counts), len(others))
    return len(points)


def check_after_kill():
    """Returns the finished parts: whole, numbered without a gap, a prefix of the input."""
    files = parts()
    same([index_of(name) for name in files], list(range(len(files))), "indexes")
    points = check_prefix(files)
    check(points in (len(files) * PER_PART, 2 * ROWS), points, "points in", len(files), "parts")
    for name in partials():
        check(re.fullmatch(r"\.run_\d{3}\.avro\.partial", name), "unknown file", name)
    return files


def check_restart(program=TLM):
    """Goes on after what a dead writer left; nothing of it may be lost or changed."""
    before, left = digests(), partials()
    kept = {name: os.path.getsize(name) for name in left if os.path.getsize(name)}
    done = tlm("-t", "ts", "-o", "run.avro", "--rotate-points", PER_PART, "--continue",
               "--summary", "none", feed=two_channels(0, 2000).encode(), program=program).ended(0)
    after = digests()
    for name, value in before.items():
        same(after.get(name), value, f"{name} after the restart")
    new = [name for name in parts() if name not in before]
    same([index_of(name) for name in parts()], list(range(len(after))), "indexes")
    same(check_prefix(new), 4000, "points of the second run")
    for name, size in kept.items():
        done.said(f"found {name}", f"{name}.1")
        same(os.path.getsize(name + ".1"), size, f"size of {name}.1")
    same(partials(), sorted(name + ".1" for name in kept), "partials after the restart")


def clear():
    for name in names():
        if name != "in.jsonl":
            os.unlink(name)


def arguments(source, *more):
    return ("-q", "-t", "ts", "-o", "run.avro", "--rotate-points", PER_PART, "--batch-points",
            "700", *more, source)


def kill_from_file(moment, more):
    process = start(*arguments("in.jsonl", *more))
    time.sleep(moment)
    process.kill()
    process.communicate()


def kill_from_pipe(moment, more):
    with open("in.jsonl", "rb") as stream:
        feeder = subprocess.Popen(["cat"], stdin=stream, stdout=subprocess.PIPE)
        process = start(*arguments("-", *more), stdin=feeder.stdout)
        feeder.stdout.close()
        time.sleep(moment)
        process.kill()
        process.communicate()
        feeder.wait()


def random_moments(kill, more):
    with open("in.jsonl", "w", encoding="ascii") as stream:
        stream.write(two_channels(0, ROWS))
    began = time.monotonic()
    tlm(*arguments("in.jsonl", *more)).ended(0)
    whole = time.monotonic() - began
    seed = int.from_bytes(os.urandom(4), "big")
    chance = random.Random(seed)
    caught = 0
    for done in range(20 * MOMENTS):
        if done >= MOMENTS and caught:
            break
        clear()
        moment = chance.random() * whole
        kill(moment, more)
        try:
            finished = check_after_kill()
            caught += 0 < len(finished) and bool(partials())
            check_restart()
        except AssertionError as error:
            raise AssertionError(f"seed {seed}, killed after {moment:.4f} s: {error}") from error
    check(caught, "no kill met the writer between two parts")


def test_random_moments_file():
    random_moments(kill_from_file, ())


def test_random_moments_pipe():
    random_moments(kill_from_pipe, ())


def test_random_moments_fsync_none():
    random_moments(kill_from_file, ("--fsync", "none"))


def test_before_each_system_call():
    """Deterministic: strace kills at the N-th call of each kind, until the run comes through."""
    if not shutil.which("strace"):
        raise Skip("strace is not installed")
    with open("in.jsonl", "w", encoding="ascii") as stream:
        stream.write(two_channels(0, 2300))
    calls = ["openat", "flock", "write", "pwrite64", "fsync", "renameat2", "close"]
    for call in calls:
        stride = 1 if LONG or call in ("renameat2", "fsync") else 3
        for count in range(1, 1000, stride):
            clear()
            command = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e",
                       f"inject={call}:signal=KILL:when={count}", TLM, "write",
                       *map(str, arguments("in.jsonl"))]
            done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True,
                                  check=False, env=environment(ASAN_OPTIONS="detect_leaks=0"))
            if done.returncode == 0:
                break
            if b"ptrace" in done.stderr:
                raise Skip(done.stderr.decode().strip())
            same(done.returncode, -signal.SIGKILL, f"{call} {count}: {done.stderr}")
            try:
                files = parts()
                same([index_of(name) for name in files], list(range(len(files))), "indexes")
                check_prefix(files)
                if call != "openat" or count % 5 == 0:
                    check_restart()
            except AssertionError as error:
                raise AssertionError(f"killed at {call} {count}: {error}") from error
        check(count > 1, call, "is never called")


def test_single_name():
    """Without rotation a name appears once all is done, or not at all."""
    for moment in (0.0, 0.01, 0.05):
        with Live("-q", "-t", "ts", "-o", "one.avro", "--batch-points", 100) as live:
            live.send(two_channels(0, 1000))
            time.sleep(moment)
            live.process.kill()
            live.process.wait()
        same(parts(), [], "parts after the kill")
    left = [name for name in partials() if os.path.getsize(name)]
    tlm("-q", "-t", "ts", "-o", "one.avro", feed=two_channels(0, 10).encode()).ended(0)
    same(check_prefix(["one.avro"]), 20, "points")
    check(len(partials()) >= len(left), "a leftover was lost")


def test_leftovers_add_up():
    """A third writer sets aside what the second left beside what the first left."""
    for count in (1, 2, 3):
        with Live("-q", "-t", "ts", "-o", "one.avro", "--batch-points", 10) as live:
            live.send(two_channels(0, 100))
            # The last leftover is moved out of the way before the new partial grows.
            wait_until(lambda seen=count: len(partials()) == seen, f"{count} partials")
            wait_until(lambda: os.path.getsize(".one.avro.partial") > 1000, "a block")
            live.process.kill()
    same(partials(), [".one.avro.partial", ".one.avro.partial.1", ".one.avro.partial.2"], "left")


def test_cut_part_is_known():
    """In what a dead writer left, the header figures are still the placeholders."""
    with Live("-q", "-t", "ts", "-o", "one.avro", "--batch-points", 10) as live:
        live.send(two_channels(0, 100))
        wait_until(lambda: partials() and os.path.getsize(".one.avro.partial") > 1000, "a block")
        live.process.kill()
    try:
        read(".one.avro.partial")
    except (AssertionError, ValueError):
        return
    raise AssertionError("a cut file claims to be whole")


def test_empty_leftover():
    """A writer that died before its first block leaves an empty partial: taken over, unsaid."""
    with open(".one.avro.partial", "wb"):
        pass
    done = tlm("-t", "ts", "-T", "s", "-o", "one.avro", "--summary", "none",
               feed=b'{"ts":1700000000,"n":0}\n').ended(0)
    same(done.err, "tlm write: <stdin>: JSON lines, wide rows, time from \"ts\"\n"
         if "wide rows" in done.err else "", "messages")
    no_partials()


if __name__ == "__main__":
    run_all("test_kill", globals())
