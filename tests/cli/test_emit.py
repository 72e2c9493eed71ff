#!/usr/bin/python3
"""--emit-files and --on-close: parts are handed on while writing goes on."""

import errno
import os
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from outside import (TLM, Live, check, environment, finish, names, no_partials, parts, read, rows,
                     run_all, same, start, tlm, values, wait_until)

BASE = ("-q", "-t", "ts", "--rotate-points", 2, "-o", "run.avro")
QUIET = ("-t", "ts", "-T", "ns", "--summary", "none", "--rotate-points", 2, "-o", "run.avro")


def content(name):
    if not os.path.exists(name):
        return ""
    with open(name, encoding="utf-8") as stream:
        return stream.read()


# ---- paths ---------------------------------------------------------------------------------------


def test_seen_while_writing():
    """The reader has each path, and a whole file under it, while the writer still runs."""
    with Live(*BASE, "--emit-files") as live:
        for i in range(3):
            live.send(rows(2 * i, 2 * i + 2))
            path = live.process.stdout.readline().decode().rstrip("\n")
            same(path, f"run_{i:03d}.avro", "path")
            same(values(path), [2 * i, 2 * i + 1], "points at that moment")
            check(live.process.poll() is None, "the writer ended")
        live.send(rows(6, 7))
        done = live.end().ended(0)
    same(done.out, b"run_003.avro\n", "the last path")


def test_nul():
    done = tlm(*BASE, "--emit-files", "-0", feed=rows(0, 5).encode()).ended(0)
    same(done.out, b"run_000.avro\0run_001.avro\0run_002.avro\0", "paths")


def test_folder_and_odd_names():
    """The path leads there from the folder of the run; -0 makes any name safe."""
    odd = "a b\nc"
    done = tlm("-q", "-t", "ts", "--rotate-points", 2, "-o", f"{odd}/-x.avro", "--emit-files",
               "-0", feed=rows(0, 3).encode()).ended(0)
    paths = done.out.decode().split("\0")[:-1]
    same([values(path) for path in paths], [[0, 1], [2]], "points")


def test_single_name():
    done = tlm("-q", "-t", "ts", "-o", "one.avro", "--emit-files", feed=rows(0, 5).encode())
    same(done.ended(0).out, b"one.avro\n", "path")


def test_several_inputs_without_o():
    for name in ("a", "b"):
        with open(f"{name}.jsonl", "w", encoding="ascii") as stream:
            stream.write(rows(0, 2))
    same(tlm("-q", "-t", "ts", "--emit-files", "a.jsonl", "b.jsonl").ended(0).out,
         b"a.avro\nb.avro\n", "paths")


def test_nothing_for_nothing():
    same(tlm(*BASE, "--emit-files", feed=b"").ended(0).out, b"", "paths of an empty input")
    tlm(*BASE, feed=rows(0, 1).encode()).ended(0)
    same(tlm(*BASE, "--emit-files", feed=rows(0, 9).encode()).ended(1).out, b"", "paths")


def test_failed_run_tells_what_is_done():
    """Parts that were finished before bad input ended the run are printed; the rest is not."""
    data = rows(0, 5) + "what?\n" + rows(5, 9)
    done = tlm(*BASE, "--emit-files", "--bad-rows", "abort", feed=data.encode()).ended(1)
    same(done.out, b"run_000.avro\nrun_001.avro\n", "paths")
    same(parts(), ["run_000.avro", "run_001.avro"], "parts")


def test_xargs():
    done = subprocess.run(["sh", "-c", '"$0" write -q -t ts --rotate-points 2 -o run.avro '
                           '--emit-files -0 | xargs -0 -n 1 echo got', TLM],
                          input=rows(0, 5).encode(), capture_output=True, env=environment(),
                          check=True)
    same(done.stdout, b"got run_000.avro\ngot run_001.avro\ngot run_002.avro\n", "output")


def test_reader_dies():
    """Writing goes on, that is said once, and the exit status is 3."""
    with Live(*QUIET, "--emit-files") as live:
        live.send(rows(0, 2))
        live.process.stdout.readline()
        live.process.stdout.close()
        for i in range(1, 5):
            live.send(rows(2 * i, 2 * i + 2))
            wait_until(lambda seen=i: len(parts()) == seen + 1, f"part {i}")
        live.process.stdout = None
        live.end().ended(3).one_line("standard output", os.strerror(errno.EPIPE))
    same([value for name in parts() for value in values(name)], list(range(10)), "points")


def test_slow_reader():
    """A reader that takes its time slows the writer down; no path is lost."""
    end_read, end_write = os.pipe()
    process = start(*BASE[:-1], "a-name-that-fills-the-pipe-sooner-" + "x" * 150 + ".avro",
                    "--emit-files", "-", stdin=subprocess.PIPE, stdout=end_write)
    os.close(end_write)
    process.stdin.write(rows(0, 1200).encode())
    process.stdin.close()
    process.stdin = None
    time.sleep(1)
    with open(end_read, "rb") as stream:
        paths = stream.read().decode().splitlines()
    finish(process).ended(0)
    same(len(paths), 600, "paths")
    same(sorted(paths), parts(), "paths and parts")


def test_nonblocking_stdout():
    """A full pipe that does not block is waited for, not given up."""
    end_read, end_write = os.pipe()
    os.set_blocking(end_write, False)
    process = start(*BASE[:-1], "a-name-that-fills-the-pipe-sooner-" + "x" * 150 + ".avro",
                    "--emit-files", "-", stdin=subprocess.PIPE, stdout=end_write)
    os.close(end_write)
    process.stdin.write(rows(0, 1200).encode())
    process.stdin.close()
    process.stdin = None
    time.sleep(1)
    with open(end_read, "rb") as stream:
        paths = stream.read().decode().splitlines()
    done = finish(process).ended(0)
    same((len(paths), done.err), (600, ""), "paths and messages")


def test_closed_descriptors():
    """Started without stdin, stdout or stderr: what is printed must not land in a file of ours."""
    with open("in.jsonl", "w", encoding="ascii") as stream:
        stream.write(rows(0, 5) + "what?\n")
    for closed in ("0", "1", "2", "01", "02", "12", "012"):
        for name in names():
            if name != "in.jsonl":
                os.unlink(name)
        redirections = " ".join(f"{number}>&-" if number != "0" else "0<&-" for number in closed)
        done = subprocess.run(
            ["sh", "-c", f'exec "$@" {redirections}', "sh", TLM, "write", "-v", "-t", "ts",
             "--rotate-points", "2", "-o", "run.avro", "--emit-files", "--rejects", "bad",
             "--on-close", "sh -c 'echo out; echo err >&2'", "in.jsonl"],
            stdin=subprocess.DEVNULL, capture_output=True, check=False,
            env=environment(ASAN_OPTIONS="detect_leaks=0"))
        try:
            same([value for name in parts() for value in values(name)], list(range(5)), "points")
            same(done.returncode, 3, "exit status (a row was rejected)")
            bad = content("bad")
            check(bad.startswith("# in.jsonl:6: row 6, byte ") and bad.endswith("what?\n") and
                  bad.count("\n") == 2, "rejects:", repr(bad))
            if "1" not in closed:
                same(done.stdout, b"run_000.avro\nrun_001.avro\nrun_002.avro\n", "stdout")
            no_partials()
        except AssertionError as error:
            raise AssertionError(f"with {redirections}: {error}") from error


def test_closed_stdout_with_data():
    """-o - without a stdout is an error, and nothing else is written to."""
    with open("in.jsonl", "w", encoding="ascii") as stream:
        stream.write(rows(0, 5))
    for redirections in (">&-", "<&- >&-", "<&- >&- 2>&-"):
        done = subprocess.run(
            ["sh", "-c", f'exec "$@" {redirections}', "sh", TLM, "write", "-q", "-t", "ts",
             "-o", "-", "in.jsonl"], stdin=subprocess.DEVNULL, capture_output=True, check=False,
            env=environment(ASAN_OPTIONS="detect_leaks=0"))
        same(done.returncode, 1, f"exit status with {redirections} ({done.stderr})")
        same(names(), ["in.jsonl"], "the folder")
        same(content("in.jsonl"), rows(0, 5), "the input")


# ---- commands ------------------------------------------------------------------------------------

PRINT = ("sh -c 'echo $TLM_PART_PATH $TLM_PART_INDEX $TLM_PART_POINTS $TLM_PART_RECORDS "
         "$TLM_PART_BYTES $TLM_PART_FIRST_NS $TLM_PART_LAST_NS >>log'")


def test_environment():
    tlm(*BASE, "--on-close", PRINT, feed=rows(0, 5).encode()).ended(0)
    wanted = ""
    for i, name in enumerate(parts()):
        times = [at for _, at, _ in read(name)]
        wanted += (f"{name} {i} {len(times)} 1 {os.path.getsize(name)} {min(times)} "
                   f"{max(times)}\n")
    same(content("log"), wanted, "what the command was told")


def test_own_environment_is_hidden():
    """A part's figures win over variables of the same name that the caller has."""
    tlm(*BASE, "--on-close", "sh -c 'echo $TLM_PART_PATH $MINE >>log'", feed=rows(0, 2).encode(),
        env={"TLM_PART_PATH": "wrong", "MINE": "mine"}).ended(0)
    same(content("log"), "run_000.avro mine\n", "environment")


def test_runs_while_writing():
    """In order, one at a time, while rows still come; the file is there by then."""
    command = "sh -c 'test -s $TLM_PART_PATH && echo $TLM_PART_INDEX >>log'"
    with Live(*BASE, "--on-close", command) as live:
        for i in range(3):
            live.send(rows(2 * i, 2 * i + 2))
            wait_until(lambda seen=i: content("log").count("\n") == seen + 1, f"command {i}")
        live.end().ended(0)
    same(content("log"), "0\n1\n2\n", "order")


def test_slow_command():
    """Does not hold up the writing, and is waited for at the end."""
    command = "sh -c 'echo a$TLM_PART_INDEX >>log; sleep 0.3; echo z$TLM_PART_INDEX >>log'"
    with Live(*BASE, "--on-close", command) as live:
        live.send(rows(0, 7))
        wait_until(lambda: len(parts()) == 3, "three parts")
        check(content("log").count("z") < 3, "the commands held up the writing")
        live.end().ended(0)
    same(content("log"), "".join(f"a{i}\nz{i}\n" for i in range(4)), "one at a time")


def test_failing_command():
    done = tlm(*QUIET, "--on-close", "sh -c 'test $TLM_PART_INDEX != 1'",
               feed=rows(0, 5).encode()).ended(3)
    done.one_line("--on-close", "run_001.avro", "1")
    same(len(parts()), 3, "parts")


def test_command_killed():
    done = tlm(*QUIET, "--on-close", "sh -c 'kill -9 $$'", feed=rows(0, 2).encode()).ended(3)
    done.one_line("--on-close", "run_000.avro", "9")


def test_missing_command():
    done = tlm(*QUIET, "--on-close", "/no/such/command", feed=rows(0, 2).encode()).ended(3)
    done.one_line("--on-close", "/no/such/command", os.strerror(errno.ENOENT))
    same(values("run_000.avro"), [0, 1], "points")


def test_words():
    """Split as a shell would, without one: nothing in a path is ever run."""
    tlm("-q", "-t", "ts", "--rotate-points", 2, "-o", "$(touch hit);`touch hit`.avro",
        "--on-close", "cp 'in.jsonl' \"a b\"", feed=rows(0, 2).encode()).ended(3)
    with open("in.jsonl", "w", encoding="ascii") as stream:
        stream.write("x")
    tlm("-q", "-t", "ts", "-o", "two.avro", "--on-close", "cp 'in.jsonl' \"a b\"",
        feed=rows(0, 2).encode()).ended(0)
    same(content("a b"), "x", "the copy")
    check("hit" not in names(), names())
    for bad in ("'open", "", "   "):
        done = tlm(*BASE, "--on-close", bad, feed=rows(0, 2).encode()).ended(2)
        check(done.err, "nothing was said about", repr(bad))
    same([name for name in names() if name.startswith("run")], [], "files of refused runs")


def test_output_is_not_data():
    """What a command prints goes to stderr; it does not eat the input."""
    done = tlm("-q", "-t", "ts", "--rotate-points", 2, "--emit-files", "-o", "run.avro",
               "--on-close", "sh -c 'echo printed; cat'", feed=rows(0, 400).encode()).ended(0)
    same(done.out.decode().splitlines(), parts(), "stdout")
    same(done.err, "printed\n" * 200, "stderr")
    same(sum(len(values(name)) for name in parts()), 400, "points")


def test_signals_of_the_command():
    """PIPE and XFSZ have their default action again in the command."""
    tlm(*BASE, "--on-close", "sh -c 'grep SigIgn /proc/self/status >>log'",
        feed=rows(0, 2).encode()).ended(0)
    same(int(content("log").split()[1], 16) & ((1 << 12) | (1 << 24)), 0, "ignored signals")


def test_no_descriptors_leak():
    """The command gets stdin, stdout and stderr, and none of our files."""
    tlm(*BASE, "--on-close", "sh -c 'ls -l /proc/self/fd >>log'", feed=rows(0, 2).encode(),
        close_fds=True).ended(0)
    same([line for line in content("log").splitlines() if "avro" in line], [], "descriptors")


def test_data_on_stdout_refused():
    for more in (("-o", "-"), ()):
        done = tlm("-q", "-t", "ts", *more, "--emit-files", feed=rows(0, 2).encode()).ended(2)
        done.said("--emit-files")
        same(done.out, b"", "stdout")


if __name__ == "__main__":
    run_all("test_emit", globals())
