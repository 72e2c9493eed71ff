#!/usr/bin/python3
"""Live input: what came is in the file in time, and parts end, also when nothing else comes."""

import gzip
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from outside import (TLM, Live, Skip, check, environment, finish, names, no_partials, partials,
                     parts, rows, run_all, same, start, tlm, values, wait_until)

BASE = ("-q", "-t", "ts", "--codec", "null")
SOON = ("--flush-interval", "100ms")
LATE = 5.0  # seconds: slow machines are no failure, a flush that waits for more input is


def size(name=".one.avro.partial"):
    return os.path.getsize(name) if os.path.exists(name) else 0


def grows_in_time(live, data, before):
    began = time.monotonic()
    if data:
        live.send(data)
    wait_until(lambda: size() > before, f"{data!r} in the file", LATE)
    return time.monotonic() - began


# ---- flush interval ------------------------------------------------------------------------------


def test_row_is_flushed():
    with Live(*BASE, *SOON, "-o", "one.avro") as live:
        for i in range(4):
            before = size()
            waited = grows_in_time(live, rows(i, i + 1), before)
            check(waited < LATE, waited)
        live.end().ended(0)
    same(values("one.avro"), [0, 1, 2, 3], "points")


def test_not_before():
    """Rows of one interval share a flush: the file does not grow by one header a row."""
    with Live(*BASE, "--flush-interval", "10s", "-o", "one.avro") as live:
        for i in range(20):
            live.send(rows(i, i + 1))
            time.sleep(0.01)
        time.sleep(0.2)
        same(size(), 0, "size before the interval is over")
        live.end().ended(0)
    same(values("one.avro"), list(range(20)), "points")


def test_steady_stream():
    """A row every few milliseconds never postpones the flush."""
    with Live(*BASE, *SOON, "-o", "one.avro") as live:
        began = time.monotonic()
        count = 0
        while size() == 0:
            live.send(rows(count, count + 1))
            count += 1
            time.sleep(0.005)
            check(time.monotonic() - began < LATE, "no flush while rows come in")
        live.end().ended(0)
    same(values("one.avro"), list(range(count)), "points")


def test_half_a_row():
    """A slow writer: half a row, a pause of several intervals, the rest."""
    row = rows(0, 1)
    with Live(*BASE, *SOON, "-o", "one.avro") as live:
        live.send(row[:10])
        time.sleep(0.3)
        same(size(), 0, "size after half a row")
        grows_in_time(live, row[10:], 0)
        before = size()
        live.send(rows(1, 2) + rows(2, 3)[:-5])
        wait_until(lambda: size() > before, "the whole row before half a row", LATE)
        before = size()
        time.sleep(0.2)
        live.send(rows(2, 3)[-5:])
        wait_until(lambda: size() > before, "the rest", LATE)
        live.end().ended(0)
    same(values("one.avro"), [0, 1, 2], "points")


def test_byte_by_byte():
    with Live(*BASE, *SOON, "-o", "one.avro") as live:
        for byte in rows(0, 5).encode():
            live.send(bytes([byte]))
        live.end().ended(0)
    same(values("one.avro"), list(range(5)), "points")


def test_slow_csv():
    """The header, a pause, one row: nothing waits for more to guess the format from."""
    with Live(*BASE, *SOON, "-o", "one.avro") as live:
        live.send("ts,n,word\n")
        time.sleep(0.2)
        grows_in_time(live, "1700000000000000000,5,on\n", 0)
        before = size()
        grows_in_time(live, '1700000000000000001,6,"quoted\nword"\n', before)
        live.end().ended(0)
    same(values("one.avro"), [5, 6], "points")
    same(values("one.avro", "word"), ["on", "quoted\nword"], "words")


def test_last_row_without_newline():
    with Live(*BASE, "-o", "one.avro") as live:
        live.send(rows(0, 3).rstrip("\n"))
        live.end().ended(0)
    same(values("one.avro"), [0, 1, 2], "points")


def test_gzip_stream():
    """Rows that gzip has flushed are not kept back by the unpacking."""
    packed = open("packed", "wb")
    packer = gzip.GzipFile(fileobj=packed, mode="wb")
    with Live(*BASE, *SOON, "-o", "one.avro") as live:
        sent = 0
        for i in range(3):
            packer.write(rows(i, i + 1).encode())
            packer.flush()
            packed.flush()
            with open("packed", "rb") as stream:
                data = stream.read()
            grows_in_time(live, data[sent:], size())
            sent = len(data)
        packer.close()
        packed.close()
        with open("packed", "rb") as stream:
            live.send(stream.read()[sent:])
        live.end().ended(0)
    same(values("one.avro"), [0, 1, 2], "points")


def test_socket():
    """A socket as standard input is live too."""
    ours, theirs = socket.socketpair()
    process = start(*BASE, *SOON, "-o", "one.avro", "-", stdin=theirs)
    theirs.close()
    ours.sendall(rows(0, 1).encode())
    wait_until(lambda: size() > 0, "the row in the file", LATE)
    ours.close()
    finish(process).ended(0)
    same(values("one.avro"), [0], "points")


def test_fifo_of_a_waiting_writer():
    """The other end of a fifo must not see it opened and closed before it is read."""
    os.mkfifo("pipe")
    for _ in range(5):
        feeder = subprocess.Popen(
            ["sh", "-c", 'exec 3>pipe; for n in 0 1 2 3 4 5 6 7 8 9; do '
             'printf \'{"ts":1700000000000000000,"n":%d}\\n\' $n >&3; done'])
        time.sleep(0.05)
        done = None
        process = start(*BASE, "-f", "-o", "one.avro", "pipe")
        try:
            same(feeder.wait(LATE), 0, "exit status of the fifo's writer")
            wait_until(lambda: process.poll() is not None, "the end of the run", LATE)
            done = finish(process).ended(0)
        finally:
            if done is None:
                process.kill()
                process.communicate()
                feeder.kill()
                feeder.wait()
        same(values("one.avro"), list(range(10)), "points")


def test_stdin_is_nonblocking():
    """O_NONBLOCK belongs to the pipe, and somebody else may have set it."""
    end_read, end_write = os.pipe()
    os.set_blocking(end_read, False)
    process = start(*BASE, *SOON, "-o", "one.avro", "-", stdin=end_read)
    os.close(end_read)
    time.sleep(0.2)
    os.write(end_write, rows(0, 2).encode())
    wait_until(lambda: size() > 0 or process.poll() is not None, "the rows in the file", LATE)
    os.close(end_write)
    finish(process).ended(0)
    same(values("one.avro"), [0, 1], "points")


def test_zero_interval():
    """--flush-interval 0: held until there is a reason."""
    with Live(*BASE, "--flush-interval", "0", "-o", "one.avro") as live:
        live.send(rows(0, 3))
        time.sleep(0.3)
        same(size(), 0, "size")
        live.end().ended(0)
    same(values("one.avro"), [0, 1, 2], "points")


# ---- rotation by the clock -----------------------------------------------------------------------


def test_rotate_age():
    """A part ends that long after its first point came, with no further input."""
    with Live(*BASE, "-o", "run.avro", "--rotate-age", "200ms") as live:
        for i in range(3):
            live.send(rows(i, i + 1))
            wait_until(lambda seen=i: len(parts()) == seen + 1, f"part {i}", LATE)
        time.sleep(0.5)
        live.end().ended(0)
    same([values(name) for name in parts()], [[0], [1], [2]], "parts")
    no_partials()


def test_rotate_every():
    with Live(*BASE, "-o", "run.avro", "--rotate-every", "1s") as live:
        for i in range(2):
            live.send(rows(i, i + 1))
            wait_until(lambda seen=i: len(parts()) == seen + 1, f"part {i}", LATE)
            ended = time.time()
            check(ended % 1 < 0.9, "ended at", ended)
        live.end().ended(0)
    same([values(name) for name in parts()], [[0], [1]], "parts")


def test_age_wins_over_flush():
    with Live(*BASE, "-o", "run.avro", "--rotate-age", "200ms", "--flush-interval", "1h") as live:
        live.send(rows(0, 1))
        wait_until(lambda: len(parts()) == 1, "the part", LATE)
        live.end().ended(0)


def test_no_empty_parts():
    """Half a second without rows: no parts come of it."""
    with Live(*BASE, "-o", "run.avro", "--rotate-age", "50ms", "--rotate-every", "100ms") as live:
        time.sleep(0.3)
        live.send(rows(0, 1))
        wait_until(lambda: len(parts()) == 1, "the part", LATE)
        time.sleep(0.5)
        live.end().ended(0)
    same([values(name) for name in parts()], [[0]], "parts")
    no_partials()


# ---- fsync ---------------------------------------------------------------------------------------


def traced(*args):
    """A live writer under strace, which says when what was synced."""
    if not shutil.which("strace"):
        raise Skip("strace is not installed")
    read_end, write_end = os.pipe()
    process = subprocess.Popen(
        ["strace", "-f", "-qq", "-y", "-o", "trace", "-e",
         "trace=fsync,fdatasync,write,renameat2,pwrite64", TLM, "write", *BASE, *map(str, args),
         "-"],
        stdin=read_end, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        env=environment(ASAN_OPTIONS="detect_leaks=0"))
    os.close(read_end)
    return process, write_end


def calls():
    """The calls on the partial and its folder, in order."""
    if not os.path.exists("trace"):
        return []
    with open("trace", encoding="utf-8", errors="replace") as stream:
        found = [re.search(r" (fsync|fdatasync|write|renameat2|pwrite64)\((\d+<[^>]*>)?", line)
                 for line in stream]
    return [(call.group(1).replace("fdata", "f"), os.path.basename((call.group(2) or "")[:-1]))
            for call in found if call]


def synced_while_open(*args):
    process, pipe = traced(*SOON, *args, "-o", "one.avro")
    os.write(pipe, rows(0, 1).encode())
    wait_until(lambda: any(call == "write" and name == ".one.avro.partial"
                           for call, name in calls()) or process.poll() is not None, "a write")
    time.sleep(0.3)
    before = calls()
    os.close(pipe)
    process.communicate()
    if process.returncode and not before:
        raise Skip("strace does not work here")
    same(process.returncode, 0, "exit status")
    return ("fsync", ".one.avro.partial") in before


def test_fsync_of_a_pipe():
    """By default what a flush of a live input wrote is made safe at once."""
    check(synced_while_open(), "no fsync after the flush")


def test_fsync_close():
    check(not synced_while_open("--fsync", "close"), "fsync before the end")


def test_fsync_none():
    check(not synced_while_open("--fsync", "none"), "fsync before the end")
    same([call for call in calls() if call[0] == "fsync"], [], "fsync with --fsync none")


def test_order_of_a_part():
    """Figures, fsync, name, fsync of the folder: nothing may change places."""
    process, pipe = traced("--rotate-points", 2, "-o", "run.avro")
    os.write(pipe, rows(0, 5).encode())
    os.close(pipe)
    process.communicate()
    if process.returncode and not calls():
        raise Skip("strace does not work here")
    same(process.returncode, 0, "exit status")
    folder = os.path.basename(os.getcwd())
    found = calls()
    for i in range(3):
        partial = f".run_{i:03d}.avro.partial"
        own = [j for j, call in enumerate(found) if call[1] == partial]
        same(found[own[-1]], ("fsync", partial), "the last call on a partial")
        last_change = max(j for j in own if found[j][0] in ("write", "pwrite64"))
        check(last_change < own[-1], "changed after its last fsync:", found)
        rename = [j for j, call in enumerate(found) if call[0] == "renameat2"][i]
        check(own[-1] < rename, "renamed before its last fsync:", found)
        check(("fsync", folder) in found[rename:rename + 3], "no fsync of the folder:", found)
    same([values(name) for name in parts()], [[0, 1], [2, 3], [4]], "parts")


def test_many_inputs_few_descriptors():
    """A run over many files holds on to none of them."""
    os.mkdir("in")
    for i in range(300):
        with open(f"in/{i:03d}.jsonl", "w", encoding="ascii") as stream:
            stream.write(rows(i, i + 1))
    files = sorted(f"in/{name}" for name in names("in"))
    few = ["sh", "-c", 'ulimit -n 40; exec "$@"', "sh", TLM, "write", *BASE]
    for more in (["-o", "one.avro", *files], files):
        done = subprocess.run([*few, *more], stdin=subprocess.DEVNULL, capture_output=True,
                              env=environment(), check=False)
        same((done.returncode, done.stderr), (0, b""), "exit status and messages")
    same(values("one.avro"), list(range(300)), "points")
    same(len(parts()), 301, "files")


def test_stopped_and_continued():
    """SIGSTOP for longer than the interval, then on."""
    with Live(*BASE, *SOON, "-o", "one.avro") as live:
        live.send(rows(0, 1))
        live.signal(signal.SIGSTOP)
        time.sleep(0.3)
        live.signal(signal.SIGCONT)
        wait_until(lambda: size() > 0, "the row in the file", LATE)
        live.send(rows(1, 2))
        live.end().ended(0)
    same(values("one.avro"), [0, 1], "points")


def test_two_pipes():
    """Several live inputs are read one after the other, as files are."""
    os.mkfifo("a")
    os.mkfifo("b")
    process = start(*BASE, "-o", "one.avro", "a", "b")
    time.sleep(0.3)
    for name, first in (("a", 0), ("b", 2)):
        with open(name, "w", encoding="ascii") as stream:
            stream.write(rows(first, first + 2))
    finish(process).ended(0)
    same(values("one.avro"), [0, 1, 2, 3], "points")


def test_empty_pipe():
    done = tlm("-t", "ts", "-o", "one.avro", feed=b"").ended(0)
    check(done.err, "nothing was said")
    same((parts(), partials()), ([], []), "files")


if __name__ == "__main__":
    run_all("test_live", globals())
