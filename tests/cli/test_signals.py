#!/usr/bin/python3
"""What signals do to a writer: from draining on TERM to errors instead of death by SIGXFSZ."""

import errno
import gzip
import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from outside import (LONG, TLM, Live, check, finish, names, no_partials, partials, parts, read,
                     rows, run_all, same, start, tlm, values, wait_until)

PROMPT = 5.0  # seconds; a writer that does not react would never end
BASE = ("-q", "-t", "ts")


def flushed(count):
    """True once the points of `count` rows are in the partial, with --batch-points 1."""
    def look():
        left = partials()
        if not left:
            return False
        with open(left[-1], "rb") as stream:
            return stream.read().count(b"\2n") >= count
    return look


def live(*more, **how):
    return Live(*BASE, "--codec", "null", "--batch-points", 1, *more, **how)


def ends_by(process, number):
    """Waits for the end by a signal."""
    began = time.monotonic()
    done = finish(process).ended(-number)
    check(time.monotonic() - began < PROMPT, "took", time.monotonic() - began, "s")
    return done


# ---- stopping ------------------------------------------------------------------------------------


def test_stop_drains():
    """What came before the signal is in the published file, and the parent sees the signal."""
    for number in (signal.SIGTERM, signal.SIGINT):
        for more in (("-o", "one.avro"), ("-o", "run.avro", "--rotate-points", 3)):
            with Live("-q", "-t", "ts", *more) as writer:
                writer.send(rows(0, 10))
                time.sleep(0.3)
                writer.signal(number)
                ends_by(writer.process, number)
            same([value for name in parts() for value in values(name)], list(range(10)),
                 f"points after signal {number}")
            no_partials()
            for name in names():
                os.unlink(name)


def test_stop_before_anything():
    """While a pipe is idle: nothing came, half a row, a header, the first bytes of gzip."""
    packed = gzip.compress(rows(0, 10).encode())
    starts = [b"", b"\n", b'{"ts":17', b'{"ts":1700000000000000000,"n":0}', b"ts,n", b"ts,n\n",
              b"\x1f", packed[:2], packed[:12], packed[:40], packed[:-9]]
    deaf = []
    for i, data in enumerate(starts):
        number = (signal.SIGTERM, signal.SIGINT)[i % 2]
        with Live(*BASE, "-o", "one.avro") as writer:
            writer.send(data)
            time.sleep(0.15)
            writer.signal(number)
            try:
                same(writer.process.wait(2), -number, "exit status")
            except subprocess.TimeoutExpired:
                deaf.append(data)
        for name in names():
            if name in parts():
                read(name)
            os.unlink(name)
    same(deaf, [], "a signal was not acted on after the input")


def ends_by_soon(process, number):
    try:
        process.wait(PROMPT)
    except subprocess.TimeoutExpired:
        process.kill()
        raise AssertionError(f"signal {number} was not acted on") from None
    finish(process).ended(-number)


def test_stop_within_gzip():
    """A gzip stream that pauses in the middle; whole rows before the pause are kept."""
    packer = gzip.GzipFile(fileobj=(sink := open("sink", "wb")), mode="wb")
    packer.write(rows(0, 100).encode())
    packer.flush()
    sink.flush()
    with open("sink", "rb") as stream:
        data = stream.read()
    with Live(*BASE, "-o", "one.avro") as writer:
        writer.send(data)
        time.sleep(0.2)
        writer.signal(signal.SIGTERM)
        ends_by_soon(writer.process, signal.SIGTERM)
    same(values("one.avro"), list(range(100)), "points")


def test_stop_from_file():
    """In the middle of a large file: what was read is published, and it is how the file begins."""
    with open("in.jsonl", "w", encoding="ascii") as stream:
        stream.write(rows(0, 400000))
    for number in (signal.SIGTERM, signal.SIGINT):
        process = start(*BASE, "-o", "run.avro", "--rotate-points", 10000, "in.jsonl")
        wait_until(lambda: len(parts()) >= 2, "two parts")
        process.send_signal(number)
        ends_by(process, number)
        files = parts()
        check(len(files) < 40, "the signal came too late")
        firsts = [values(name)[0] for name in files[:3]] + [values(files[-1])[0]]
        same(firsts, [0, 10000, 20000][:len(files[:3])] + [10000 * (len(files) - 1)], "firsts")
        no_partials()
        for name in files:
            os.unlink(name)


def test_stop_between_files():
    """Without -o each file becomes one of its own; a signal ends the whole run."""
    os.mkfifo("b.jsonl")
    with open("a.jsonl", "w", encoding="ascii") as stream:
        stream.write(rows(0, 3))
    with open("c.jsonl", "w", encoding="ascii") as stream:
        stream.write(rows(0, 3))
    process = start(*BASE, "a.jsonl", "b.jsonl", "c.jsonl")
    wait_until(lambda: os.path.exists("a.avro"), "a.avro")
    with open("b.jsonl", "w", encoding="ascii") as stream:
        stream.write(rows(5, 7))
        stream.flush()
        time.sleep(0.2)
        process.send_signal(signal.SIGTERM)
        ends_by(process, signal.SIGTERM)
    same([values(name) for name in parts()], [[0, 1, 2], [5, 6]], "files")


def test_stop_while_opening_fifo():
    """A fifo that nobody opens at its other end, as input and as output."""
    os.mkfifo("pipe")
    with open("in.jsonl", "w", encoding="ascii") as stream:
        stream.write(rows(0, 3))
    deaf = []
    for args in (("-o", "one.avro", "pipe"), ("-o", "pipe", "in.jsonl")):
        for number in (signal.SIGTERM, signal.SIGINT):
            process = start(*BASE, *args)
            time.sleep(0.2)
            process.send_signal(number)
            try:
                same(process.wait(2), -number, "exit status")
                no_partials()
            except subprocess.TimeoutExpired:
                process.kill()
                deaf.append((args, int(number)))
            process.communicate()
    same(deaf, [], "a signal was not acted on")


def test_stop_waits_for_hooks():
    """The last part's command has ended before the writer does."""
    with live("-o", "one.avro", "--on-close", "sh -c 'sleep 0.3; echo done >closed'") as writer:
        writer.send(rows(0, 2))
        wait_until(flushed(2), "two flushes")
        writer.signal(signal.SIGTERM)
        ends_by(writer.process, signal.SIGTERM)
    check(os.path.exists("closed"), "the command was not waited for")


def test_second_int_leaves():
    """The first INT drains into a stdout that nobody reads; the second does not wait for it."""
    process = start(*BASE, "-o", "-", "-", stdin=subprocess.PIPE)
    try:
        process.stdin.write(rows(0, 60000).encode())
        process.stdin.flush()
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        time.sleep(0.5)
        check(process.poll() is None, "the drain was to block")
        process.send_signal(signal.SIGINT)
        ends_by_soon_unread(process, signal.SIGINT)
    finally:
        process.kill()
        process.communicate()


def ends_by_soon_unread(process, number):
    same(process.wait(PROMPT), -number, "exit status")


def test_second_int_keeps_partial():
    """Stopped twice within one burst of data: the partial is there, no part appeared."""
    with open("in.jsonl", "w", encoding="ascii") as stream:
        stream.write(rows(0, 50000))
    process = start(*BASE, "-o", "one.avro", "--batch-points", 1000, "in.jsonl")
    wait_until(lambda: partials() and os.path.getsize(partials()[0]) > 1000, "a partial")
    # Both wait until the process runs again; the second finds the default action.
    process.send_signal(signal.SIGSTOP)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGCONT)
    process.send_signal(signal.SIGINT)
    done = finish(process)
    done.ended(-signal.SIGINT)
    check(bool(partials()) != bool(parts()), names())


def test_second_int_during_hook():
    """INT while the command of the last part runs on: the second one ends the writer at once."""
    with live("-o", "one.avro", "--on-close", "sleep 5", stderr=subprocess.DEVNULL) as writer:
        writer.send(rows(0, 2))
        wait_until(flushed(2), "two flushes")
        writer.signal(signal.SIGINT)
        wait_until(lambda: parts() == ["one.avro"], "the part")
        time.sleep(0.1)
        check(writer.process.poll() is None, "the command was not waited for")
        writer.signal(signal.SIGINT)
        same(writer.process.wait(PROMPT), -signal.SIGINT, "exit status")
    same(values("one.avro"), [0, 1], "points")


def test_ignored_stays_ignored():
    """nohup starts a program with HUP ignored: that is left so."""
    with live("-o", "run.avro", "--rotate-points", 100,
              before=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)) as writer:
        writer.send(rows(0, 1))
        wait_until(flushed(1), "a flush")
        writer.signal(signal.SIGHUP)
        time.sleep(0.2)
        writer.send(rows(1, 2))
        writer.end().ended(0)
    same([values(name) for name in parts()], [[0, 1]], "parts")


def test_stop_with_bad_rows():
    """A signal is a signal, whatever the exit status would have been."""
    with Live("-t", "ts", "-o", "one.avro", "--batch-points", 1) as writer:
        writer.send(rows(0, 2) + "what?\n")
        time.sleep(0.3)
        writer.signal(signal.SIGTERM)
        ends_by(writer.process, signal.SIGTERM).said("<stdin>:3", "1 row left out")
    same(values("one.avro"), [0, 1], "points")


# ---- HUP and USR1 --------------------------------------------------------------------------------


def test_hup_rotates():
    with live("-o", "run.avro", "--rotate-points", 100) as writer:
        for count in (1, 2, 3):
            writer.send(rows(2 * count - 2, 2 * count))
            wait_until(flushed(2), "two flushes")
            writer.signal(signal.SIGHUP)
            wait_until(lambda seen=count: len(parts()) == seen, f"part {count}")
        writer.signal(signal.SIGHUP)
        time.sleep(0.2)
        writer.end().ended(0)
    same([values(name) for name in parts()], [[0, 1], [2, 3], [4, 5]], "parts")
    no_partials()


def test_hup_rotates_what_is_held():
    """Rows that are held, not yet flushed, belong to the part that HUP ends."""
    with Live(*BASE, "-o", "run.avro", "--rotate-points", 100) as writer:
        writer.send(rows(0, 3))
        time.sleep(0.3)
        writer.signal(signal.SIGHUP)
        wait_until(lambda: len(parts()) == 1, "a part")
        writer.send(rows(3, 5))
        writer.end().ended(0)
    same([values(name) for name in parts()], [[0, 1, 2], [3, 4]], "parts")


def test_hup_with_nothing():
    """No empty part comes of it."""
    with Live(*BASE, "-o", "run.avro", "--rotate-points", 100) as writer:
        time.sleep(0.2)
        writer.signal(signal.SIGHUP)
        time.sleep(0.2)
        writer.send(rows(0, 1))
        writer.end().ended(0)
    same([values(name) for name in parts()], [[0]], "parts")


def test_hup_single_name():
    with Live("-t", "ts", "-o", "one.avro", "--batch-points", 1, "--codec", "null") as writer:
        writer.send(rows(0, 1))
        wait_until(flushed(1), "a flush")
        writer.signal(signal.SIGHUP)
        time.sleep(0.2)
        writer.send(rows(1, 2))
        writer.end().ended(0).said("HUP")
    same(values("one.avro"), [0, 1], "points")


def test_usr1_says_one_line():
    with Live("-t", "ts", "-T", "ns", "-o", "one.avro", "--batch-points", 1, "--codec", "null",
              "--summary", "none") as writer:
        writer.send(rows(0, 7))
        wait_until(flushed(7), "seven flushes")
        for _ in range(3):
            writer.signal(signal.SIGUSR1)
            time.sleep(0.2)
        done = writer.end().ended(0)
    lines = [line for line in done.lines if "7" in line and "rows" in line]
    same(len(lines), 3, f"lines of statistics in {done.err!r}")
    same(values("one.avro"), list(range(7)), "points")


def test_signals_in_a_storm():
    """Hundreds of HUP and USR1 while data runs: nothing is lost."""
    with Live(*BASE, "-o", "run.avro", "--rotate-points", 100000, stderr=subprocess.DEVNULL) \
            as writer:
        over = threading.Event()

        def storm():
            while not over.is_set():
                writer.signal(signal.SIGHUP)
                writer.signal(signal.SIGUSR1)
                time.sleep(0.002)
        sender = threading.Thread(target=storm)
        time.sleep(0.3)
        sender.start()
        for i in range(200 if LONG else 60):
            writer.send(rows(i * 100, i * 100 + 100))
            time.sleep(0.002)
        over.set()
        sender.join()
        writer.end().ended(0)
    points = [value for name in sorted(parts()) for value in values(name)]
    same(points, list(range((200 if LONG else 60) * 100)), "points")


# ---- signals that are errors ---------------------------------------------------------------------


def file_limit(size):
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def test_file_size_limit():
    """SIGXFSZ: an error that names the file and the reason; earlier parts are whole."""
    data = rows(0, 20000).encode()
    done = tlm(*BASE, "-o", "one.avro", "--batch-points", 500, feed=data,
               before=file_limit(20000)).ended(1)
    done.said("one.avro", os.strerror(errno.EFBIG))
    same(parts(), [], "parts")
    done = tlm(*BASE, "-o", "run.avro", "--batch-points", 500, "--rotate-size", "19000",
               feed=data, before=file_limit(20000)).ended(0)
    count = sum(len(values(name)) for name in parts())
    same(count, 20000, "points in parts below the limit")


def test_file_size_limit_keeps_parts():
    """Parts grow until one meets the limit; those before it stay and are said to."""
    batches = b"".join(rows(i * 1000, i * 1000 + 200 * (i + 1)).encode() for i in range(10))
    done = tlm(*BASE, "--codec", "null", "-o", "run.avro", "--rotate-span", "1s",
               feed=batches, before=file_limit(12000)).ended(1)
    files = parts()
    check(files, "no part was finished")
    done.said(f"{len(files)} finished part", os.strerror(errno.EFBIG))
    for i, name in enumerate(files):
        same(values(name)[0], i * 1000, name)


def test_pipe_reader_gone():
    """SIGPIPE on stdout: exit 1 and a message."""
    process = start(*BASE, "-o", "-", "--batch-points", 10, "-", stdin=subprocess.PIPE)
    process.stdout.close()
    process.stdout = None
    finish(process, rows(0, 20000).encode()).ended(1).one_line("stdout", os.strerror(errno.EPIPE))


def test_head():
    done = subprocess.run(["sh", "-c", '"$0" write -q -t ts -o - - 2>err | head -c 10 >out; '
                           'cat err', TLM],
                          input=rows(0, 60000).encode(), stdout=subprocess.PIPE, check=False)
    with open("out", "rb") as stream:
        same(stream.read()[:4], b"Obj\1", "what head got")
    check(done.stdout.count(b"\n") <= 1, done.stdout)


def test_stats_after_a_signal():
    with live("-o", "one.avro", "--stats-file", "stats.json") as writer:
        writer.send(rows(0, 3))
        wait_until(flushed(3), "three flushes")
        writer.signal(signal.SIGTERM)
        ends_by(writer.process, signal.SIGTERM)
    with open("stats.json", encoding="utf-8") as stream:
        same(json.load(stream)["points"], 3, "points")


if __name__ == "__main__":
    run_all("test_signals", globals())
