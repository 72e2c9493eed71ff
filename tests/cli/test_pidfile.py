#!/usr/bin/python3
"""tlm write --pidfile: who has the file, when it is there, and what it answers to SIGHUP.
tests/unit/test_cut_signal.c has the other side, which asks."""

import fcntl
import os
import signal
import struct
import subprocess
import sys
import termios

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
# pylint: disable=wrong-import-position
from outside import (LONG, TLM, Live, check, environment, finish, names, partials, parts, rows,  # noqa: E402
                     run_all, same, start, tlm, values, wait_until)

BASE = ("-q", "-t", "ts", "-T", "ns")
ROTATED = (*BASE, "-o", "run.avro", "--rotate-points", 1000)


def live(*more, **how):
    """A writer that has its pidfile "p"."""
    writer = Live("--pidfile", "p", *more, **how)
    wait_until(lambda: pid() == writer.process.pid, "the pidfile")
    return writer


def pid(path="p"):
    try:
        with open(path, encoding="ascii") as stream:
            text = stream.read()
    except FileNotFoundError:
        return None
    return int(text) if text.endswith("\n") and text.strip().isdigit() else text


def is_locked(path="p"):
    with open(path, "rb") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def answers():
    """Records that were written whole."""
    with open("p.cut", "rb") as stream:
        whole, _, _ = stream.read().rpartition(b"\0")
    return [record.decode() for record in whole.split(b"\0")]


def cut(writer, count=1):
    """Sends HUP and waits for the answer to the cut of that number."""
    writer.signal(signal.SIGHUP)
    return wait_until(lambda: next((record for record in answers() if record[0] != "b"
                                    and int(record.split()[1]) == count), None), "an answer")


def send(writer, first, end):
    """Returns once the writer has read it."""
    writer.send(rows(first, end))
    pipe = writer.process.stdin.fileno()
    wait_until(lambda: fcntl.ioctl(pipe, termios.FIONREAD, b"\0" * 4) == struct.pack("i", 0),
               "the writer to read")


# ---- the file ------------------------------------------------------------------------------------


def test_while_it_runs():
    with live(*ROTATED) as writer:
        with open("p", encoding="ascii") as stream:
            same(stream.read(), f"{writer.process.pid}\n", "the pidfile")
        check(is_locked(), "the pidfile is not locked")
        same([name for name in names() if name[0] == "p"], ["p", "p.cut"], "files beside it")
        writer.send(rows(0, 2))
        writer.end().ended(0)
    same(names(), ["run_000.avro"], "files in the end")


def test_before_the_input_is_read():
    """A fifo that nobody has opened yet."""
    os.mkfifo("pipe")
    process = start(*BASE, "--pidfile", "p", "-o", "one.avro", "pipe")
    wait_until(lambda: pid() == process.pid, "the pidfile")
    process.terminate()
    finish(process).ended(-signal.SIGTERM)
    same(names(), ["pipe"], "files in the end")


def test_removed_whatever_the_end():
    for number in (signal.SIGTERM, signal.SIGINT):
        with live(*ROTATED) as writer:
            writer.signal(number)
            finish(writer.process).ended(-number)
        same(names(), [], f"files after signal {number}")
    bad = rows(0, 1).encode() + b"what?\n"
    tlm(*BASE, "--pidfile", "p", "--bad-rows", "abort", "-o", "one.avro", feed=bad).ended(1)
    same(names(), partials(), "files after a failure")
    tlm(*BASE, "--pidfile", "p", "-f", "-o", "two.avro", feed=bad).ended(3)
    same(names(), [*partials(), "two.avro"], "files after bad rows")
    tlm(*BASE, "--pidfile", "p", "--rejects", "none/such", "-o", "three.avro", feed=bad).ended(1)
    tlm(*BASE, "--pidfile", "p", "-o", "two.avro", feed=bad).ended(1)
    same(names(), [*partials(), "two.avro"], "files after failures to start")


def test_kill_command():
    """What is in the manual: kill -HUP $(cat p)."""
    with live(*ROTATED) as writer:
        send(writer, 0, 2)
        subprocess.run(["sh", "-c", "kill -HUP $(cat p)"], check=True)
        wait_until(lambda: parts() == ["run_000.avro"], "a part")
        writer.end().ended(0)


def test_left_by_a_dead_writer():
    """Stays after kill -9, unlocked, and the next one takes it over with its answers."""
    with live(*ROTATED) as writer:
        send(writer, 0, 2)
        cut(writer)
        writer.process.kill()
        writer.process.wait()
    same(pid(), writer.process.pid, "the pidfile that is left")
    check(not is_locked(), "a dead writer holds a lock")
    with live(*ROTATED, "--continue") as writer:
        same(answers(), ["b 0"], "answers of the new writer")
        send(writer, 2, 4)
        same(cut(writer)[:3], "c 1", "the answer")
        writer.end().ended(0)
    same(parts(), ["run_000.avro", "run_001.avro"], "parts")
    check("p" not in names() and "p.cut" not in names(), names())


def test_second_writer():
    """Fails before it touches anything."""
    with open("rejects", "w", encoding="ascii") as out:
        out.write("from before\n")
    with live(*ROTATED) as writer:
        wait_until(partials, "a partial")
        before = names()
        for more in (("-o", "other.avro"), ("-o", "run.avro", "-f"), ("-o", "sub/other.avro")):
            done = tlm(*BASE, "--pidfile", "p", "--rejects", "rejects", *more,
                       feed=rows(0, 2).encode()).ended(1)
            done.one_line("--pidfile p: another writer lives", f"process {writer.process.pid}")
            same((names(), pid()), (before, writer.process.pid), "files")
        with open("rejects", encoding="ascii") as stream:
            same(stream.read(), "from before\n", "rejects")
        writer.end().ended(0)


def test_one_of_many_gets_it():
    """Started at once, with a pidfile of a dead writer in the way or none."""
    for attempt in range(12 if LONG else 4):
        if attempt % 2:
            with open("p", "w", encoding="ascii") as out:
                out.write("999999\n")
        writers = [Live(*BASE, "--pidfile", "p", "-o", f"w{i}.avro") for i in range(6)]
        wait_until(lambda all_of=writers: sum(one.process.poll() is None for one in all_of) == 1,
                   "five that give up")
        owner = next(one for one in writers if one.process.poll() is None)
        wait_until(lambda one=owner: pid() == one.process.pid, "the pidfile of that one")
        check(is_locked(), "the pidfile is not locked")
        for one in writers:
            if one is not owner:
                finish(one.process).ended(1).said("another writer lives")
        owner.end().ended(0)
        same(names(), [], "files in the end")


def test_what_is_no_pidfile():
    """Is never replaced."""
    os.mkdir("folder")
    os.symlink("target", "link")
    with open("text", "w", encoding="ascii") as out:
        out.write("17 apples\n")
    with open("long", "w", encoding="ascii") as out:
        out.write("1" * 100 + "\n")
    before = names()
    for name in ("folder", "link", "text", "long", "missing/p"):
        done = tlm(*BASE, "--pidfile", name, "-o", "one.avro", feed=rows(0, 2).encode()).ended(1)
        done.one_line("--pidfile", name)
        same(names(), before, f"files after --pidfile {name}")
    with open("empty", "wb"):
        pass
    tlm(*BASE, "--pidfile", "empty", "-o", "one.avro", feed=rows(0, 2).encode()).ended(0)
    same(names(), sorted([*before, "one.avro"]), "files")


def test_dry_run():
    tlm(*BASE, "--pidfile", "none/p", "-n", "-o", "one.avro", feed=rows(0, 2).encode()).ended(0)
    same(names(), [], "files")


# ---- answers -------------------------------------------------------------------------------------


def test_answers():
    here = os.getcwd()
    with live(*ROTATED) as writer:
        same(cut(writer, 1), "n 1", "nothing came yet")
        for i in range(2, 5):
            send(writer, 2 * i, 2 * i + 2)
            same(cut(writer, i), f"c {i} {here}/run_{i - 2:03d}.avro", "the answer")
            same(values(f"run_{i - 2:03d}.avro"), [2 * i, 2 * i + 1], "points")
        same(cut(writer, 5), "n 5", "nothing came since")
        same([record for record in answers() if record[0] == "b"], [f"b {i}" for i in range(6)],
             "beginnings")
        writer.end().ended(0)


def rotate(*more):
    return subprocess.run([TLM, "rotate", *more], capture_output=True, text=True, check=False,
                          env=environment())


def test_rotate_asks():
    with live(*ROTATED) as writer:
        send(writer, 0, 10)
        done = rotate("--signal", "p")
        same((done.returncode, done.stderr), (0, ""), "the first cut")
        same(done.stdout, os.path.join(os.getcwd(), "run_000.avro") + "\n", "what it printed")
        same(values("run_000.avro"), list(range(10)), "the part")
        again = rotate("--signal", "p")
        same((again.returncode, again.stdout), (0, ""), "a cut of nothing")
        check("nothing to cut" in again.stderr, again.stderr)
        writer.end().ended(0)
    after = rotate("--signal", "p")
    same((after.returncode, after.stdout), (1, ""), "a cut of nobody")
    check("no writer lives" in after.stderr, after.stderr)
    same(rotate("--signal", "p", "run_000.avro").returncode, 2, "files beside --signal")


def test_one_name():
    with live("-q", "-t", "ts", "-o", "one.avro") as writer:
        same(cut(writer), "o 1", "the answer")
        writer.send(rows(0, 2))
        writer.end().ended(0).said("one name only")
    same(values("one.avro"), [0, 1], "points")


def test_ignored_hup():
    """nohup ignores HUP; who asks for a pidfile wants it."""
    with live(*ROTATED, before=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)) as writer:
        send(writer, 0, 2)
        check(cut(writer).endswith("/run_000.avro"), answers())
        writer.end().ended(0)


def test_part_that_is_kept():
    """--keep never takes the part of the answer."""
    with live(*ROTATED, "--keep", 1) as writer:
        for i in range(1, 4):
            send(writer, 2 * i, 2 * i + 2)
            path = cut(writer, i).split(" ", 2)[2]
            same(parts(), [os.path.basename(path)], "parts")
        writer.end().ended(0)


def test_while_it_waits_for_a_lock():
    """Before there is a writer there is nothing to cut."""
    with Live(*ROTATED) as first:
        first.send(rows(0, 1))
        wait_until(partials, "a partial")
        with live(*ROTATED, "--continue", "--wait", "60s") as writer:
            same(cut(writer), "n 1", "the answer")
            first.end().ended(0)
            writer.send(rows(1, 2))
            writer.end().ended(0)
    same([values(name) for name in parts()], [[0], [1]], "parts")


if __name__ == "__main__":
    run_all("test_pidfile", globals())
