#!/usr/bin/python3
"""Several writers of one output: the second fails or waits, and nothing is lost or overwritten."""

import os
import re
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from outside import (LONG, Live, check, digest, digests, finish, index_of, names, no_partials,
                     partials, parts, rows, run_all, same, start, tlm, values, wait_until)

BASE = ("-q", "-t", "ts")
WRITERS = 8
RUNS = 12 if LONG else 3


def input_file(name="in.jsonl", first=0, end=5):
    with open(name, "w", encoding="ascii") as stream:
        stream.write(rows(first, end))
    return name


def writer(name="one.avro", *more):
    """A live writer that holds the partial of its output."""
    live = Live(*BASE, "-o", name, "--batch-points", 1, *more)
    live.send(rows(0, 1))
    wait_until(lambda: any(os.path.getsize(left) for left in partials()), "a partial file")
    return live


def test_second_fails():
    source = input_file()
    with writer() as first:
        before = names()
        for more in ((), ("--continue",), ("-f",), ("--wait", "100ms"), ("--rotate-points", 5)):
            if more and more[0] == "--rotate-points":
                continue
            done = tlm(*BASE, *more, "-o", "one.avro", source).ended(1)
            done.one_line("one.avro is being written", ".one.avro.partial",
                          f"process {first.process.pid}")
            same(names(), before, "the folder")
        first.end().ended(0)
    same(values("one.avro"), [0], "what the first writer wrote")
    no_partials()


def test_second_fails_rotated():
    source = input_file()
    with writer("run.avro", "--rotate-points", 2) as first:
        first.send(rows(1, 5))
        wait_until(lambda: len(parts()) == 2, "two parts")
        before = digests()
        for more in (("--continue",), ("--continue", "--wait", "100ms"), ("-f",)):
            done = tlm(*BASE, *more, "--rotate-points", 2, "-o", "run.avro", source).ended(1)
            done.one_line("is being written", f"process {first.process.pid}")
            now = digests()
            same({name: now.get(name) for name in before}, before, f"parts after {more}")
        first.end().ended(0)
    same([values(name) for name in parts()], [[0, 1], [2, 3], [4]], "parts")
    no_partials()


def test_one_name_is_not_a_set():
    """run.avro and run_000.avro are different files: no lock between them."""
    source = input_file()
    with writer("run.avro") as first:
        tlm(*BASE, "-o", "run.avro", "--rotate-points", 5, source).ended(0)
        first.end().ended(0)
    same(parts(), ["run.avro", "run_000.avro"], "files")


def test_waiter_times_out():
    source = input_file()
    with writer() as first:
        began = time.monotonic()
        tlm(*BASE, "--wait", "400ms", "-o", "one.avro", source).ended(1).one_line("being written")
        check(time.monotonic() - began >= 0.4, "did not wait")
        first.end().ended(0)


def test_waiter_finds_it_taken():
    source = input_file()
    with writer() as first:
        waiting = start(*BASE, "--wait", "60s", "-o", "one.avro", source)
        time.sleep(0.2)
        first.end().ended(0)
        before = digest("one.avro")
        finish(waiting).ended(1).one_line("one.avro", "exists")
    same(digest("one.avro"), before, "the published file")
    no_partials()


def test_waiter_with_force():
    source = input_file(end=3)
    with writer() as first:
        waiting = start(*BASE, "-f", "--wait", "60s", "-o", "one.avro", source)
        time.sleep(0.2)
        first.end().ended(0)
        finish(waiting).ended(0)
    same(values("one.avro"), [0, 1, 2], "the replaced file")
    no_partials()


def test_waiter_continues():
    source = input_file(end=3)
    with writer("run.avro", "--rotate-points", 2) as first:
        first.send(rows(1, 5))
        wait_until(lambda: len(parts()) == 2, "two parts")
        waiting = start(*BASE, "--continue", "--wait", "60s", "--rotate-points", 2, "-o",
                        "run.avro", source)
        time.sleep(0.3)
        first.send(rows(5, 9))
        wait_until(lambda: len(parts()) == 4, "four parts")
        time.sleep(0.1)
        first.end().ended(0)
        finish(waiting).ended(0)
    same([values(name) for name in parts()], [[0, 1], [2, 3], [4, 5], [6, 7], [8], [0, 1], [2]],
         "parts")
    no_partials()


def test_waiter_of_a_single_part_continues():
    """The first one ends with the very part that the other waits for."""
    source = input_file(end=3)
    with writer("run.avro", "--rotate-points", 100) as first:
        waiting = start(*BASE, "--continue", "--wait", "60s", "--rotate-points", 100, "-o",
                        "run.avro", source)
        time.sleep(0.3)
        first.end().ended(0)
        finish(waiting).ended(0)
    same([values(name) for name in parts()], [[0], [0, 1, 2]], "parts")
    no_partials()


def test_waiter_outlives_a_killed_writer():
    source = input_file(end=3)
    with writer() as first:
        waiting = start("-t", "ts", "--wait", "60s", "-o", "one.avro", source)
        time.sleep(0.2)
        first.process.kill()
        done = finish(waiting).ended(0)
        done.said("found .one.avro.partial", "kept as .one.avro.partial.1")
    same(values("one.avro"), [0, 1, 2], "points")
    same(partials(), [".one.avro.partial.1"], "partials")


def test_stopped_waiter_leaves_nothing():
    source = input_file()
    with writer() as first:
        before = names()
        waiting = start(*BASE, "--wait", "60s", "-o", "one.avro", source)
        time.sleep(0.2)
        waiting.terminate()
        finish(waiting).ended(-15)
        same(names(), before, "the folder")
        first.end().ended(0)


def one_writer(number, results):
    """Appends RUNS times; each run's points carry its number."""
    for run in range(RUNS):
        first = (number * RUNS + run) * 1000
        done = tlm(*BASE, "--continue", "--wait", "120s", "--rotate-points", 7, "--batch-points",
                   5, "-o", "run.avro", "--emit-files", feed=rows(first, first + 20).encode())
        results.append((number, run, done))


def test_writers_interleave():
    """Eight processes at a time that all go on with one set."""
    results = []
    threads = [threading.Thread(target=one_writer, args=(number, results))
               for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    bad = [f"writer {number}, run {run}: exit {done.status}: {done.err.strip()}"
           for number, run, done in results if done.status]
    same(bad, [], "runs that failed")
    files = parts()
    same([index_of(name) for name in files], list(range(len(files))), "indexes")
    emitted = sorted(line for _, _, done in results for line in done.out.decode().split())
    same(emitted, sorted(files), "paths printed")
    held = {name: values(name) for name in files}
    same(sorted(value for part in held.values() for value in part),
         sorted((job * 1000) + i for job in range(WRITERS * RUNS) for i in range(20)), "points")
    for number, run, done in results:
        first = (number * RUNS + run) * 1000
        own = [value for name in done.out.decode().split() for value in held[name]]
        same(own, list(range(first, first + 20)), f"writer {number}, run {run}")
    same(sorted(set(names()) - set(files)), [], "files that are no parts")


def test_one_winner():
    """Writers of one name that do not wait: one gets it, the others fail and harm nothing."""
    for _ in range(10 if LONG else 3):
        running = [start(*BASE, "-o", "one.avro", input_file(f"{number}.jsonl", number * 10,
                                                             number * 10 + 5))
                   for number in range(WRITERS)]
        done = [finish(process) for process in running]
        won = [number for number in range(WRITERS) if done[number].status == 0]
        same(len(won), 1, "winners")
        for number in range(WRITERS):
            if number not in won:
                done[number].ended(1)
                check(re.search("exists|being written", done[number].err), done[number].err)
        same(values("one.avro"), list(range(won[0] * 10, won[0] * 10 + 5)), "the winner's points")
        no_partials()
        os.unlink("one.avro")


def test_waiters_queue():
    """Many that wait for one name, with --force: each publishes a whole file."""
    running = [start(*BASE, "-f", "--wait", "60s", "-o", "one.avro",
                     input_file(f"{number}.jsonl", number * 10, number * 10 + 5))
               for number in range(WRITERS)]
    for process in running:
        finish(process).ended(0)
    same(len(values("one.avro")), 5, "points")
    no_partials()


def test_leftover_beside_a_part():
    """A leftover whose part exists (moved back, or of a writer that lost) is no hindrance."""
    tlm(*BASE, "-o", "run.avro", "--rotate-points", 100, input_file()).ended(0)
    with open(".run_000.avro.partial", "wb") as stream:
        stream.write(b"left")
    before = digest("run_000.avro")
    tlm(*BASE, "-o", "run.avro", "--rotate-points", 100, "--continue", input_file()).ended(0)
    same(parts(), ["run_000.avro", "run_001.avro"], "parts")
    same(digest("run_000.avro"), before, "the first part")
    contents = []
    for name in partials():
        with open(name, "rb") as stream:
            contents.append(stream.read())
    same(contents, [b"left"], "the leftover")


def test_planted_symlink():
    """A symbolic link at the partial's name is not written through."""
    with open("victim", "w", encoding="ascii") as stream:
        stream.write("mine")
    os.symlink("victim", ".one.avro.partial")
    tlm(*BASE, "-o", "one.avro", input_file()).ended(1).one_line(".one.avro.partial", "link")
    with open("victim", encoding="ascii") as stream:
        same(stream.read(), "mine", "the file behind the link")


if __name__ == "__main__":
    run_all("test_locks", globals())
