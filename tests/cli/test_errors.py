#!/usr/bin/python3
"""What cannot be done: one clear line on stderr, the right exit status, nothing half-written."""

import errno
import gzip
import os
import socket
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from outside import (TLM, Live, Skip, check, environment, names, no_partials, partials, parts, rows,
                     run_all, same, tlm, values, wait_until)

GOOD = rows(0, 5)
NOBODY = 65534


def text(error):
    return os.strerror(error)


def put(name, data):
    with open(name, "wb") as stream:
        stream.write(data if isinstance(data, bytes) else data.encode())
    return name


def snapshot():
    """All files below here with what they hold."""
    found = {}
    for folder, folders, files in os.walk("."):
        for name in folders:
            found[os.path.join(folder, name)] = None
        for name in files:
            path = os.path.join(folder, name)
            if os.path.isfile(path):
                with open(path, "rb") as stream:
                    found[path] = stream.read()
            else:
                found[path] = "special"
    return found


def refused(status, args, *said, feed=None, quiet=True, **how):
    """Runs that change nothing and say one line."""
    before = snapshot()
    done = tlm(*(("-q",) if quiet else ()), *args, feed=feed, **how)
    try:
        done.ended(status).one_line(*said)
        check(done.lines[0].startswith("tlm"), "does not say who speaks:", done.lines[0])
        same(done.out, b"", "stdout")
        same(snapshot(), before, "files")
    except AssertionError as error:
        raise AssertionError(f"tlm write {' '.join(map(str, args))}: {error}") from error


# ---- usage ---------------------------------------------------------------------------------------


def test_usage():
    """Exit 2; the second line at most points to the help."""
    put("in.jsonl", GOOD)
    mistakes = [
        (["--nonsense"], "--nonsense"),
        (["-Z"], "Z"),
        (["-o"], "-o"),
        (["--rotate-points"], "--rotate-points"),
        (["--rotate-points", "-1"], "--rotate-points"),
        (["--rotate-points", "ten"], "ten"),
        (["--rotate-size", "10XB"], "10XB"),
        (["--rotate-size", "99999999999999999999"], "--rotate-size"),
        (["--rotate-every", "5 parsecs"], "--rotate-every"),
        (["--rotate-age", "-5s"], "--rotate-age"),
        (["--flush-interval", "soon"], "soon"),
        (["--memory", "1MiB"], "memory"),
        (["--memory", "0"], "memory"),
        (["--codec", "lzma"], "lzma"),
        (["--fsync", "often"], "often"),
        (["--bad-rows", "keep"], "keep"),
        (["--int-as", "float"], "float"),
        (["--tag", "novalue"], "novalue"),
        (["--metadata", "avro.codec=x"], "avro.codec"),
        (["--metadata", "tlm.points=5"], "tlm.points"),
        (["--metadata", "a=1", "--metadata", "a=2"], "a"),
        (["--type", "*=float"], "float"),
        (["--tz", "Mars/Olympus"], "Mars/Olympus"),
        (["-T", "fortnight"], "fortnight"),
        (["-T", "relative:s"], "--time-origin"),
        (["--time-origin", "yesterday"], "yesterday"),
        (["--wait", "long"], "long"),
        (["-o", "a_{nonsense}.avro"], "nonsense"),
        (["-o", "a_{index.avro", "--rotate-points", "5"], "{"),
        (["-o", "%Q.avro"], "%Q"),
        (["-o", "folder/"], "folder"),
        (["-o", ""], ""),
        (["-o", "-", "--rotate-points", "5"], "rotate"),
        (["-o", "/dev/null", "--rotate-points", "5"], "/dev/null"),
        (["--stats=xml"], "xml"),
        (["--summary", "long"], "long"),
        (["-", "-"], "twice"),
    ]
    before, wrong = snapshot(), []
    for args, said in mistakes:
        output = [] if "-o" in args else ["-o", "out.avro"]
        lacks_value = args in (["-o"], ["--rotate-points"])
        done = tlm(*output, "-t", "ts", *args,
                   *([] if lacks_value or args == ["-", "-"] else ["in.jsonl"]))
        usage = done.status == 2 and 1 <= len(done.lines) <= 2 and said in done.lines[0]
        if len(done.lines) == 2:
            usage = usage and "help" in done.lines[1]
        if not usage or done.out or snapshot() != before:
            wrong.append((args, done.status, done.err, sorted(set(snapshot()) - set(before))))
        for name in set(names()) - {"in.jsonl"}:
            os.unlink(name)
    check(not wrong, "\n".join(map(str, wrong)))


def test_suggestion():
    put("in.jsonl", GOOD)
    tlm("--rotate-point", "5", "--rotate-sise", "1M", "in.jsonl").ended(2).said("--rotate-")
    tlm("--emit-file=x", "in.jsonl").ended(2).said("--emit-files")


# ---- inputs --------------------------------------------------------------------------------------


def test_missing_input():
    put("in.jsonl", GOOD)
    refused(1, ["-o", "a.avro", "none.csv"], "none.csv", text(errno.ENOENT))
    refused(1, ["none.csv"], "none.csv", text(errno.ENOENT))
    refused(1, ["-o", "new/a.avro", "none.csv"], "none.csv", text(errno.ENOENT))
    refused(1, ["in.jsonl", "none.csv"], "none.csv", text(errno.ENOENT))
    refused(1, ["-o", "a.avro", "in.jsonl", "none.csv"], "none.csv", text(errno.ENOENT))
    refused(1, ["-o", "a.avro", "in.jsonl/x"], "in.jsonl/x", text(errno.ENOTDIR))
    refused(1, ["-o", "a.avro", "--filelist", "none.txt"], "none.txt", text(errno.ENOENT))
    put("list.txt", "in.jsonl\nnone.csv\n")
    refused(1, ["-o", "a.avro", "--filelist", "list.txt"], "none.csv", text(errno.ENOENT))


def test_directory_input():
    os.mkdir("folder")
    put("in.jsonl", GOOD)
    refused(1, ["-o", "a.avro", "folder"], "folder", "directory")
    refused(1, ["folder"], "folder", "directory")
    refused(1, ["in.jsonl", "folder/"], "folder", "directory")
    folder = os.open("folder", os.O_RDONLY)
    refused(1, ["-o", "a.avro"], "<stdin>", "directory", stdin=folder)
    os.close(folder)


def test_socket_input():
    server = socket.socket(socket.AF_UNIX)
    server.bind("socket")
    refused(1, ["-o", "a.avro", "socket"], "socket", text(errno.ENXIO))
    server.close()


def test_cut_gzip():
    """Cut anywhere: exit 1 with the byte; no file, no partial."""
    whole = gzip.compress(rows(0, 3000).encode(), mtime=0)
    for length in (1, 2, 5, 10, 11, 100, len(whole) // 2, len(whole) - 9, len(whole) - 1):
        put("in.jsonl.gz", whole[:length])
        refused(1, ["-t", "ts", "-o", "a.avro", "in.jsonl.gz"], "in.jsonl.gz", f"byte {length}")
        refused(1, ["-t", "ts", "in.jsonl.gz"], "in.jsonl.gz", "ends early")


def test_cut_gzip_after_parts():
    """What was finished before the damage stays, whole; the rest stays as a partial."""
    put("in.jsonl.gz", gzip.compress(rows(0, 40000).encode())[:-1000])
    done = tlm("-q", "-t", "ts", "-o", "run.avro", "--rotate-points", 1000,
               "in.jsonl.gz").ended(1)
    done.said("in.jsonl.gz", "ends early", f"{len(parts())} finished parts")
    points = [value for name in parts() for value in values(name)]
    same(points, list(range(len(points))), "points")
    check(len(points) >= 20000, len(points))


def test_damaged_gzip():
    data = bytearray(gzip.compress(rows(0, 3000).encode(), mtime=0))
    data[-6] ^= 1
    put("crc.jsonl.gz", bytes(data))
    refused(1, ["-t", "ts", "-o", "a.avro", "crc.jsonl.gz"], "crc.jsonl.gz", "damaged")
    put("tail.jsonl.gz", gzip.compress(GOOD.encode()) + b"tail")
    refused(1, ["-t", "ts", "-o", "a.avro", "tail.jsonl.gz"], "tail.jsonl.gz", "gzip")


def test_unusable_content():
    put("a.csv", "x,y\n1,2\n")
    refused(2, ["-o", "a.avro", "a.csv"], "a.csv", "-t")
    refused(2, ["-o", "a.avro", "-t", "when", "a.csv"], "a.csv", "when")
    put("b.avro", b"Obj\1rest")
    refused(1, ["-o", "a.avro", "b.avro"], "b.avro", "Avro")


# ---- outputs -------------------------------------------------------------------------------------


def test_existing_target():
    put("in.jsonl", GOOD)
    put("a.avro", "mine")
    refused(1, ["-t", "ts", "-o", "a.avro", "in.jsonl"], "a.avro", "exists", "--force")
    put("in.avro", "mine")
    refused(1, ["-t", "ts", "in.jsonl"], "in.avro", "exists")
    put("b.jsonl", GOOD)
    refused(1, ["-t", "ts", "b.jsonl", "in.jsonl"], "in.avro", "exists")
    put("run_007.avro", "mine")
    refused(1, ["-t", "ts", "-o", "run.avro", "--rotate-points", "2", "in.jsonl"],
            "run_007.avro", "exists", "--continue")
    os.symlink("nowhere", "link.avro")
    refused(1, ["-t", "ts", "-o", "link.avro", "in.jsonl"], "link.avro")
    refused(1, ["-t", "ts", "-f", "-o", "link.avro", "in.jsonl"], "link.avro")


def test_onto_an_input():
    put("in.jsonl", GOOD)
    os.link("in.jsonl", "other.jsonl")
    os.symlink("in.jsonl", "link.jsonl")
    for more in ((), ("-f",)):
        refused(1, ["-t", "ts", *more, "-o", "in.jsonl", "in.jsonl"], "in.jsonl")
        refused(1, ["-t", "ts", *more, "-o", "./in.jsonl", "link.jsonl"], "in.jsonl")
        refused(1, ["-t", "ts", *more, "-o", "other.jsonl", "in.jsonl"], "other.jsonl")
        with open("in.jsonl", "rb") as stream:
            refused(1, ["-t", "ts", *more, "-o", "in.jsonl"], "in.jsonl", stdin=stream)


def test_later_part_onto_an_input():
    """All names that a run could use are checked at its start, with -f too."""
    put("run_001.avro", GOOD)
    for more in ((), ("-f",), ("--continue",)):
        if more == ("--continue",):
            tlm("-q", "-t", "ts", *more, "-i", "jsonl", "-o", "run.avro", "--rotate-points", "2",
                "run_001.avro").ended(0)
            same(parts(), [f"run_{i:03d}.avro" for i in (1, 2, 3, 4)], "parts")
        else:
            refused(1, ["-t", "ts", *more, "-i", "jsonl", "-o", "run.avro", "--rotate-points",
                        "2", "run_001.avro"], "run_001.avro")
    with open("run_001.avro", encoding="ascii") as stream:
        same(stream.read(), GOOD, "the input")


def test_reports_onto_an_input():
    """Neither rejects nor statistics may replace an input, nor what is being written."""
    put("in.jsonl", GOOD + "what?\n")
    os.link("in.jsonl", "other.jsonl")
    failed = []
    for option in ("--rejects", "--stats-file"):
        for name in ("in.jsonl", "other.jsonl"):
            try:
                refused(1, ["-t", "ts", option, name, "-o", "a.avro", "in.jsonl"], option, name)
            except AssertionError as error:
                failed.append(str(error).splitlines()[0])
                put("in.jsonl", GOOD + "what?\n")
                if os.path.exists("a.avro"):
                    os.unlink("a.avro")
    same(failed, [], "accepted")


def test_reports_into_nowhere():
    put("in.jsonl", GOOD)
    for option in ("--rejects", "--stats-file"):
        before = snapshot()
        done = tlm("-q", "-t", "ts", option, "none/x", "-o", "a.avro", "in.jsonl").ended(1)
        done.one_line(f"{option} none/x", text(errno.ENOENT))
        if option == "--rejects":
            same(snapshot(), before, "files")


def test_folders():
    put("in.jsonl", GOOD)
    put("file", "mine")
    os.mkdir("folder")
    refused(1, ["-t", "ts", "-o", "file/a.avro", "in.jsonl"], "file", text(errno.ENOTDIR))
    refused(1, ["-t", "ts", "-o", "file/x/a.avro", "in.jsonl"], "file", text(errno.ENOTDIR))
    refused(2, ["-t", "ts", "-o", "folder", "in.jsonl"], "folder", "directory", quiet=True)
    refused(1, ["-t", "ts", "-o", "/proc/none/a.avro", "in.jsonl"], "/proc/none",
            text(errno.ENOENT))
    os.symlink("nowhere", "dangling")
    refused(1, ["-t", "ts", "-o", "dangling/a.avro", "in.jsonl"], "dangling")
    tlm("-q", "-t", "ts", "-o", "new/deep/a.avro", "in.jsonl").ended(0)
    same(values("new/deep/a.avro"), list(range(5)), "points")


def as_nobody():
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def test_permissions():
    """A folder that may not be written to or not be read, an input that may not be read."""
    if os.getuid() == 0:
        how = {"before": as_nobody}
        os.chmod(".", 0o777)
        done = subprocess.run([TLM, "--version"], capture_output=True, preexec_fn=as_nobody,
                              env=environment(), check=False) if reachable() else None
        if not done or done.returncode:
            raise Skip("nobody cannot run the program here")
    else:
        how = {}
    put("in.jsonl", GOOD)
    put("secret.jsonl", GOOD)
    os.chmod("secret.jsonl", 0)
    for name, mode in (("readonly", 0o555), ("unreadable", 0o333), ("closed", 0)):
        os.mkdir(name)
        os.chmod(name, mode)
    denied = text(errno.EACCES)
    for args, said in ((["-o", "a.avro", "secret.jsonl"], "secret.jsonl"),
                       (["-o", "readonly/a.avro", "in.jsonl"], "readonly"),
                       (["-o", "readonly/new/a.avro", "in.jsonl"], "readonly/new"),
                       (["-o", "unreadable/a.avro", "in.jsonl"], "unreadable"),
                       (["-o", "closed/a.avro", "in.jsonl"], "closed"),
                       (["--rejects", "readonly/bad", "-o", "a.avro", "in.jsonl"],
                        "readonly/bad")):
        done = tlm("-q", "-t", "ts", *args, **how).ended(1)
        done.one_line(said, denied)
    same(names(), ["closed", "in.jsonl", "readonly", "secret.jsonl", "unreadable"], "files")
    os.chmod("unreadable", 0o777)
    os.chmod("closed", 0o777)
    same(names("readonly") + names("unreadable") + names("closed"), [], "files in the folders")


def reachable():
    """True when every folder on the way to the program lets everybody through."""
    path = os.path.dirname(TLM)
    while path != "/":
        if not os.stat(path).st_mode & 1:
            return False
        path = os.path.dirname(path)
    return True


def test_names_too_long():
    put("in.jsonl", GOOD)
    refused(2, ["-t", "ts", "-o", "x" * 300 + ".avro", "in.jsonl"], "too long")
    refused(1, ["-t", "ts", "-o", "y" * 300 + "/a.avro", "in.jsonl"], text(errno.ENAMETOOLONG))


def test_target_appears_meanwhile():
    """Somebody puts a file there while the run goes on: it is not replaced, and all is kept."""
    with Live("-q", "-t", "ts", "-o", "a.avro", "--batch-points", 1) as live:
        live.send(GOOD)
        # An empty one is there before the writer has looked for other files a last time.
        wait_until(lambda: any(os.path.getsize(name) for name in partials()), "a partial with data")
        put("a.avro", "mine")
        done = live.end().ended(1).said("a.avro appeared meanwhile", ".a.avro.partial")
        check(len(done.lines) <= 2, done.err)
    with open("a.avro", encoding="ascii") as stream:
        same(stream.read(), "mine", "the file")
    same(values(".a.avro.partial"), list(range(5)), "points in the partial")


def test_next_part_appears_meanwhile():
    with Live("-q", "-t", "ts", "-o", "run.avro", "--rotate-points", 2) as live:
        live.send(rows(0, 2))
        wait_until(lambda: len(parts()) == 1, "a part")
        put("run_001.avro", "mine")
        live.send(rows(2, 6))
        done = live.end().ended(1).said("run_001.avro")
    same(values("run_000.avro"), [0, 1], "the first part")
    with open("run_001.avro", encoding="ascii") as stream:
        same(stream.read(), "mine", "the file")
    done.said("1 finished part")


def test_folder_is_removed():
    with Live("-q", "-t", "ts", "-o", "gone/a.avro", "--batch-points", 1) as live:
        live.send(rows(0, 2))
        wait_until(lambda: os.path.isdir("gone") and partials("gone"), "a partial")
        os.unlink("gone/.a.avro.partial")
        os.rmdir("gone")
        live.end().ended(1).said("gone/.a.avro.partial")


def test_bad_rows_that_end_the_run():
    data = (rows(0, 3) + "what?\n" + rows(3, 5)).encode()
    for more in (["--bad-rows", "abort"], ["--max-errors", "1"]):
        done = tlm("-q", "-t", "ts", *more, "-o", "a.avro", feed=data).ended(1)
        done.said("<stdin>:4", ".a.avro.partial")
        same(names(), [".a.avro.partial"], "the partial stays, to be finished later")
        os.unlink(".a.avro.partial")


# ---- special outputs -----------------------------------------------------------------------------


def test_dev_null():
    put("in.jsonl", GOOD)
    for more in ((), ("-f",), ("--stats-file", "stats")):
        done = tlm("-q", "-t", "ts", *more, "-o", "/dev/null", "in.jsonl").ended(0)
        same(done.err, "", "messages")
    check(not os.path.isfile("/dev/null"), "/dev/null was replaced")
    no_partials()
    no_partials("/dev")


def test_fifo():
    """Written directly; when its reader goes away that is an error, not a death."""
    os.mkfifo("pipe")
    reader = subprocess.Popen(["cat", "pipe"], stdout=subprocess.PIPE)
    tlm("-q", "-t", "ts", "-o", "pipe", feed=GOOD.encode()).ended(0)
    out, _ = reader.communicate()
    same((out[:4], names()), (b"Obj\1", ["pipe"]), "what came out, and the folder")
    with subprocess.Popen(["head", "-c", "10", "pipe"], stdout=subprocess.DEVNULL):
        tlm("-q", "-t", "ts", "-o", "pipe", "--batch-points", "10",
            feed=rows(0, 30000).encode()).ended(1).one_line("pipe", text(errno.EPIPE))
    same(names(), ["pipe"], "the folder")


if __name__ == "__main__":
    run_all("test_errors", globals())
