#!/usr/bin/python3
"""tlm prune: the oldest parts go, and nothing else."""

import json
import os
import signal
import shutil
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
# pylint: disable=wrong-import-position
from outside import (LONG, TLM, Live, Skip, check, digest, digests,  # noqa: E402
                     environment, names, parts, rows, run_all, same, tlm, values, wait_until)

SECOND = 1000000000
BASE = 1700000000 * SECOND
DAY = 86400


def start(*arguments, **how):
    # pylint: disable=consider-using-with
    return subprocess.Popen([TLM, "prune", *map(str, arguments)], stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            errors="surrogateescape", env=environment(), **how)


class Run:
    """How `tlm prune ARGUMENTS` ended."""

    def __init__(self, *arguments, process=None, status=0, **how):
        process = process or start(*arguments, **how)
        self.out, self.err = process.communicate(timeout=300)
        check(process.returncode == status, arguments, "exited with", process.returncode,
              self.out, self.err)
        check("Sanitizer" not in self.err and "runtime error" not in self.err, self.err)

    def said(self, *texts):
        for text in texts:
            check(text in self.err, f"{text!r} was not said, but:\n{self.err}")
        return self

    def fields(self):
        return [line.split("\t") for line in self.out.splitlines()]


def prune(*arguments, **how):
    return Run(*arguments, **how)


def part(path, first=0, *more):
    """A part of three points from second `first` on."""
    if os.path.dirname(path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
    text = "".join(f'{{"ts":{BASE + (first + i) * SECOND},"n":{i}}}\n' for i in range(3))
    tlm("-q", "-t", "ts", "-T", "ns", "-o", path, *more, feed=text.encode()).ended(0)


def stream(path, first=0):
    """The same without figures in its header."""
    with open(path, "wb") as out:
        text = "".join(f'{{"ts":{BASE + (first + i) * SECOND},"n":{i}}}\n' for i in range(3))
        tlm("-q", "-t", "ts", "-T", "ns", "-o", "-", feed=text.encode(), stdout=out).ended(0)


def five():
    """run_000 (oldest) to run_004."""
    for i in range(5):
        part(f"run_{i:03d}.avro", 10 * i)
    return [f"run_{i:03d}.avro" for i in range(5)]


def age(path, seconds):
    moment = time.time() - seconds
    os.utime(path, (moment, moment))


# ---- limits --------------------------------------------------------------------------------------


def test_keep():
    files = five()
    done = prune("--keep", 2, *files)
    same(done.out, "", "standard output")
    done.said("deleted 3 parts", "2 parts", "stay")
    same(names(), files[3:], "files")
    prune("--keep", 2, *files[3:]).said("nothing to delete")
    done = prune("-q", "--keep", 1, *files[3:])
    same(done.out + done.err, "", "output with -q")
    same(names(), files[4:], "files")
    prune("--keep", 1, *files[4:])
    same(names(), files[4:], "the newest")


def test_keep_bytes():
    files = five()
    sizes = [os.path.getsize(name) for name in files]
    prune("--keep-bytes", sum(sizes[2:]), *files)
    same(names(), files[2:], "files that fit exactly")
    prune("--keep-bytes", sum(sizes[2:]) - 1, *files)
    same(names(), files[3:], "files after a byte less")
    prune("--keep-bytes", 1, *files)
    same(names(), files[4:], "the newest, larger than the limit")


def test_keep_age():
    """By the time of the file, not by the times of its points."""
    files = five()
    for name in files[1:3]:
        age(name, 3 * DAY)
    age(files[4], 100 * DAY)
    prune("--keep-age", "2d", *files)
    same(names(), [files[0], files[3], files[4]], "files")
    age(files[3], -DAY)  # from the future
    prune("--keep-age", "1h", *files)
    same(names(), [files[0], files[3], files[4]], "files")


def test_limits_together():
    files = five()
    age(files[0], 3 * DAY)
    done = prune("-n", "--keep", 4, "--keep-bytes", os.path.getsize(files[4]) * 3, "--keep-age",
                 "2d", *files)
    same([(row[0], row[3]) for row in done.fields()],
         [(files[0], "keep,keep-bytes,keep-age"), (files[1], "keep-bytes")], "what would go")


# ---- order ---------------------------------------------------------------------------------------


def test_order_is_by_time():
    """Neither names nor the order of the operands nor the time of the files matter."""
    for name, first in (("b.avro", 20), ("c.avro", 0), ("a.avro", 40)):
        part(name, first)
    age("a.avro", DAY)
    done = prune("-v", "--keep", 1, "a.avro", "b.avro", "c.avro")
    same([row[0] for row in done.fields()], ["c.avro", "b.avro"], "order of deletion")
    same(names(), ["a.avro"], "files")


def test_order_without_times():
    """One file without figures: then all go by name, numbers by value."""
    for number, first in ((8, 30), (9, 20), (10, 10)):
        part(f"run_{number}.avro", first)
    stream("run_11.avro", 0)
    done = prune("-n", "--keep", 1, *reversed(parts()))
    same([(row[0], row[2]) for row in done.fields()],
         [("run_8.avro", "2023-11-14T22:13:52Z"), ("run_9.avro", "2023-11-14T22:13:42Z"),
          ("run_10.avro", "2023-11-14T22:13:32Z")], "what would go")
    prune("--keep", 1, *parts())
    same(names(), ["run_11.avro"], "files")


def test_several_stems_are_one_set():
    for i in range(3):
        part(f"a_{i}.avro", 20 * i)
        part(f"b_{i}.avro", 20 * i + 10)
    prune("--keep", 3, *parts())
    same(names(), ["a_2.avro", "b_1.avro", "b_2.avro"], "files")


# ---- what is listed ------------------------------------------------------------------------------


def test_dry_run():
    files = five()
    before = digests()
    done = prune("--dry-run", "--keep", 3, *files)
    wanted = "".join(f"{name}\t{os.path.getsize(name)}\t2023-11-14T22:13:{at}Z\tkeep\n"
                     for name, at in zip(files, (22, 32)))
    same(done.out, wanted, "the list")
    done.said("would delete 2 parts")
    same(digests(), before, "files")
    same(prune("-v", "--keep", 3, *files).out, wanted, "the list of what is deleted")
    same(names(), files[2:], "files")


def test_json():
    files = five()
    age(files[0], 3 * DAY)
    os.symlink(files[4], "link.avro")
    done = prune("-n", "--json", "--keep", 4, "--keep-age", "2d", *files, "link.avro")
    plan = json.loads(done.out)
    sizes = [os.path.getsize(name) for name in files]
    same(plan["pruned"][0].pop("finished")[:4], time.strftime("%Y", time.gmtime(
        os.path.getmtime(files[0]))), "year of the file")
    same(plan, {"dry_run": True, "parts": 5, "bytes": sum(sizes), "pruned_parts": 1,
                "pruned_bytes": sizes[0], "passed":
                ["link.avro: is a symbolic link, which is left alone"], "errors": [],
                "pruned": [{"path": files[0], "bytes": sizes[0], "why": ["keep", "keep-age"],
                            "first_ns": BASE, "last_ns": BASE + 2 * SECOND}]}, "plan")
    same(names(), ["link.avro", *files], "files")
    found = json.loads(prune("-q", "--json", "--keep", 4, *files).out)
    same((found["dry_run"], [one["path"] for one in found["pruned"]]), (False, files[:1]), "result")
    with open("junk.avro", "w", encoding="ascii") as out:
        out.write("junk")
    found = json.loads(prune("--json", "--keep", 1, *files[1:], "junk.avro", status=1).out)
    same((found["pruned"], len(found["errors"])), ([], 1), "result")


# ---- what never goes -----------------------------------------------------------------------------


def refused(name, *texts):
    """With this file among the operands, nothing at all is deleted."""
    before = {**digests(), "all": names()}
    done = prune("--keep", 1, *[one for one in parts() if one != name], name, status=1)
    done.said(name, *texts, "nothing was deleted")
    same(done.out, "", "standard output")
    same({**digests(), "all": names()}, before, "files")
    json.loads(prune("--json", "--keep", 1, name, *parts(), status=1).out)
    same({**digests(), "all": names()}, before, "files")


def test_what_is_no_part():
    files = five()
    with open("junk.avro", "wb") as out:
        out.write(b"junk" * 100)
    refused("junk.avro", "not an Avro file")
    os.unlink("junk.avro")
    with open("empty.avro", "wb"):
        pass
    refused("empty.avro")
    os.unlink("empty.avro")
    with open(files[2], "rb") as source, open("cut.avro", "wb") as out:
        out.write(source.read()[:100])
    refused("cut.avro")
    os.unlink("cut.avro")
    os.mkfifo("fifo.avro")
    done = prune("--keep", 1, *files, "fifo.avro", status=1)
    done.said("fifo.avro: is no regular file", "nothing was deleted")
    same(names(), ["fifo.avro", *files], "files")


def test_other_avro():
    files = five()
    schema = b'{"type":"record","name":"Other","fields":[{"name":"a","type":"long"}]}'
    with open("other.avro", "wb") as out:
        out.write(b"Obj\x01\x02\x16avro.schema" + bytes([len(schema) * 2 & 127 | 128,
                                                         len(schema) * 2 >> 7]) + schema
                  + b"\0" + b"0123456789abcdef")
    refused("other.avro", "no telemetry file", "Other")
    same(parts(), sorted([*files, "other.avro"]), "files")


def test_unfinished_under_a_part_name():
    """Somebody renamed a partial: its header says that nobody finished it."""
    files = five()
    with open(files[0], "rb") as source:
        data = source.read()
    for key in (b"points", b"records", b"first_ns", b"last_ns"):
        at = data.index(b"tlm." + key) + len(key) + 5
        data = data[:at] + b" " * 20 + data[at + 20:]
    with open("half.avro", "wb") as out:
        out.write(data)
    refused("half.avro", "is no finished part")


def test_partials():
    files = five()
    left = [".run_000.avro.partial", ".run_000.avro.partial.1", ".run_005.avro.partial"]
    for name in left:
        shutil.copy(files[0], name)
        age(name, 100 * DAY)
    done = prune("--keep", 1, "--keep-age", "1d", *left, *files)
    for name in left:
        done.said(f"{name}: is a partial, which is never deleted")
    same(names(), sorted([*left, files[4]]), "files")
    prune("--keep", 1, ".")
    same(names(), sorted([*left, files[4]]), "files")


def test_symbolic_links():
    files = five()
    os.mkdir("links")
    os.mkdir("set")
    for name in files:
        os.rename(name, f"set/{name}")
        os.symlink(f"../set/{name}", f"links/{name}")
    os.symlink("nothing", "links/lost.avro")
    done = prune("--keep", 1, *(f"links/{name}" for name in (*files, "lost.avro")))
    done.said("links/run_000.avro: is a symbolic link", "links/lost.avro: is a symbolic link")
    same(names("set"), files, "files")
    same(names("links"), sorted([*files, "lost.avro"]), "links")
    # Within a folder, neither a file nor a folder is reached through a link.
    os.symlink("../set", "links/set")
    prune("--keep", 1, "links", status=1).said("links", "no .avro file")
    same(names("set"), files, "files")
    # A link to a folder that is named is followed.
    prune("--keep", 1, "links/set")
    same(names("set"), files[4:], "files")


# ---- operands ------------------------------------------------------------------------------------


def test_usage():
    files = five()
    for arguments in ((), ("--keep", 1), files, ("--keep", 0, *files), ("--keep-bytes", 0, *files),
                      ("--keep-age", 0, *files), ("--keep", "-1", *files), ("--keep", 1, "-"),
                      ("--keep", "many", *files), ("--keep-age", 30, *files)):
        done = prune(*arguments, status=2)
        check(done.err, "nothing was said about", arguments)
    same(names(), files, "files")


def test_one_file_twice():
    files = five()
    os.mkdir("sub")
    prune("--keep", 3, files[0], *files, f"./{files[3]}", f"sub/../{files[4]}", os.path.abspath(
        files[4]))
    same(parts(), files[2:], "files")


def test_folders():
    for day in range(3):
        for i in range(2):
            part(f"set/day_{day}/run_00{i}.avro", 100 * day + 10 * i)
    part("set/.hidden/run_000.avro")
    part("set/.hidden.avro")
    part("other.avro")
    with open("set/notes.txt", "w", encoding="ascii") as out:
        out.write("no Avro")
    prune("--keep", 3, "set/", "other.avro")
    same(sorted(os.path.join(where, name) for where, _, all_names in os.walk("set")
                for name in all_names),
         ["set/.hidden.avro", "set/.hidden/run_000.avro", "set/day_1/run_001.avro",
          "set/day_2/run_000.avro", "set/day_2/run_001.avro", "set/notes.txt"], "files")
    check(not os.path.exists("other.avro"), "other.avro was the oldest")
    os.mkdir("empty")
    prune("--keep", 1, "empty", status=1).said("empty", "no .avro file")


def test_missing():
    files = five()
    prune("--keep", 2, "gone_1.avro", *files, "gone_2.avro")
    same(names(), files[3:], "files")
    prune("--keep", 2, "nothing_*.avro", status=1).said("nothing_*.avro: is not there")
    prune("--keep", 2, "nothing_*.avro", "neither", status=1).said("none of the others")


def test_strange_names():
    strange = [b"\xff\xfe.avro", b"with\ttab.avro", b"-dash.avro", b"new\nline.avro"]
    for i, name in enumerate(strange):
        part("x.avro", 10 * i)
        os.rename(b"x.avro", name)
    found = json.loads(prune("-n", "--json", "--keep", 1, "--", *map(os.fsdecode, strange)).out)
    same(len(found["pruned"]), 3, "parts that would go")
    prune("--keep", 1, "--", *map(os.fsdecode, strange))
    same(os.listdir(b"."), [strange[3]], "files")


def prune_as_nobody(*arguments, **how):
    """Without root's right to ignore modes."""
    def give_up():
        if os.geteuid() == 0:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
    try:
        return prune(*arguments, preexec_fn=give_up, **how)
    except PermissionError as error:
        raise Skip(f"not everybody may run {TLM}") from error


# ---- what goes wrong -----------------------------------------------------------------------------


def test_not_allowed():
    """What can be deleted goes; what cannot is named."""
    for i in range(4):
        part(f"{'ab'[i % 2]}/run_{i}.avro", 10 * i)
    os.chmod(".", 0o755)
    os.chmod("a", 0o555)
    os.chmod("b", 0o777)
    done = prune_as_nobody("--keep", 1, "-v", "a", "b", status=1)
    os.chmod("a", 0o755)
    done.said("a/run_0.avro: cannot be deleted: Permission denied", "a/run_2.avro: cannot",
              "deleted 1 part")
    same([row[0] for row in done.fields()], ["b/run_1.avro"], "what was deleted")
    same((names("a"), names("b")), (["run_0.avro", "run_2.avro"], ["run_3.avro"]), "files")


def test_unreadable():
    files = five()
    os.chmod(".", 0o777)
    os.chmod(files[1], 0)
    prune_as_nobody("--keep", 1, *files, status=1).said(files[1], "nothing was deleted")
    same(names(), files, "files")


def many(count, folder="set"):
    """Copies of a few parts, in the order of their names."""
    part("x.avro")
    with open("x.avro", "rb") as source:
        data = source.read()
    os.unlink("x.avro")
    os.makedirs(folder)
    for i in range(count):
        with open(f"{folder}/run_{i:04d}.avro", "wb") as out:
            out.write(data)
    return sorted(os.listdir(folder))


def test_two_at_once():
    """Each finds some of its files gone, and neither calls that an error."""
    for attempt in range(20 if LONG else 5):
        files = many(200)
        operands = ["set"] if attempt % 2 else [f"set/{name}" for name in files]
        runs = [start("-v", "--keep", 5, *operands) for _ in range(3)]
        done = [Run(process=process) for process in runs]
        same(names("set"), files[-5:], "files")
        gone = sorted(row[0] for run in done for row in run.fields())
        same(gone, [f"set/{name}" for name in files[:-5]], "what was deleted by one of them")
        shutil.rmtree("set")


def test_killed():
    """At any moment the files that are left are the newest ones, whole."""
    if not shutil.which("strace"):
        raise Skip("strace is not installed")
    for count in (1, 2, 7, 20):
        files = many(20)
        before = digests("set")
        done = subprocess.run(["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=unlinkat",
                               "-e", f"inject=unlinkat:signal=KILL:when={count}", TLM, "prune",
                               "--keep", "2", "set"], capture_output=True, check=False,
                              env=environment(ASAN_OPTIONS="detect_leaks=0"))
        if b"ptrace" in done.stderr:
            raise Skip(done.stderr.decode().strip())
        same(done.returncode, 0 if count > 18 else -signal.SIGKILL, f"status: {done.stderr}")
        left = names("set")
        check(len(left) in (20 - count, 21 - count, 2), len(left), "files after", count)
        same(left, files[-len(left):], "files left")
        same(digests("set"), {name: before[name] for name in left}, "their content")
        prune("--keep", 2, "set")
        same(names("set"), files[-2:], "files in the end")
        shutil.rmtree("set")


def test_folder_is_made_safe():
    """One fsync for each folder in which something was deleted, after the last deletion."""
    if not shutil.which("strace"):
        raise Skip("strace is not installed")
    for i in range(6):
        part(f"{'abc'[i % 3]}/run_{i}.avro", 10 * i)
    done = subprocess.run(["strace", "-f", "-qq", "-o", "trace", "-e", "trace=fsync,unlinkat", TLM,
                           "prune", "--keep", "2", "a", "b", "c"], capture_output=True,
                          check=False, env=environment(ASAN_OPTIONS="detect_leaks=0"))
    if b"ptrace" in done.stderr:
        raise Skip(done.stderr.decode().strip())
    same(done.returncode, 0, done.stderr)
    with open("trace", encoding="utf-8") as source:
        calls = [line.split("(")[0].split()[-1] for line in source if "(" in line]
    same(calls, ["unlinkat"] * 4 + ["fsync"] * 3, "calls")


def test_replaced_meanwhile():
    """A writer with -f puts new files into the old places while these are pruned."""
    text = rows(0, 40).encode()
    tlm("-q", "-t", "ts", "-o", "run.avro", "--rotate-points", 2, feed=text).ended(0)
    for _ in range(10 if LONG else 3):
        process = start("--keep", 5, ".")
        tlm("-q", "-t", "ts", "-f", "-o", "run.avro", "--rotate-points", 2, feed=text).ended(0)
        Run(process=process)
        check("run_019.avro" in names(), "the newest is gone")
        tlm("-q", "-t", "ts", "-f", "-o", "run.avro", "--rotate-points", 2, feed=text).ended(0)
        same(len(parts()), 20, "parts")


# ---- tlm write --keep ----------------------------------------------------------------------------

ROTATED = ("-t", "ts", "-T", "ns", "--summary", "none", "--rotate-points", 2)


def write(first, end, *more, **how):
    """Parts of two points each, run_000.avro and so on."""
    return tlm(*ROTATED, "-o", "run.avro", *more, feed=rows(first, end).encode(), **how)


def run_names(first, end):
    return [f"run_{i:03d}.avro" for i in range(first, end)]


def test_write_keep():
    done = write(0, 20, "--keep", 3, "-v").ended(0)
    same(names(), run_names(7, 10), "files")
    same([line for line in done.lines if "deleted" in line],
         [f"tlm write: deleted {name} (keep)" for name in run_names(0, 7)], "what was said")
    same([values(name) for name in parts()], [[14, 15], [16, 17], [18, 19]], "points")


def test_write_keep_says_nothing():
    same(write(0, 20, "-q", "--keep", 3).ended(0).err, "", "messages")
    same(names(), run_names(7, 10), "files")


def test_write_keep_is_reported():
    done = tlm("-t", "ts", "-o", "run.avro", "--rotate-points", 2, "--keep", 3, "--stats-file",
               "stats", feed=rows(0, 20).encode()).ended(0)
    done.said("older parts deleted: 7 (")
    with open("stats", encoding="utf-8") as stream:
        stats = json.load(stream)
    same([stats[key] for key in ("parts", "pruned_parts", "prune_failures")], [10, 7, 0], "stats")


def test_write_keep_bytes():
    write(0, 6).ended(0)
    room = sum(os.path.getsize(name) for name in parts()) + 50
    done = write(6, 20, "--continue", "-v", "--keep-bytes", room).ended(0)
    same(names(), run_names(7, 10), "files")
    done.said("run_000.avro (keep-bytes)")
    write(20, 24, "--continue", "--keep-bytes", 1).ended(0)
    same(names(), run_names(11, 12), "the newest alone is above the limit")


def test_write_keep_age():
    write(0, 6).ended(0)
    age("run_001.avro", 3 * DAY)
    write(6, 8, "--continue", "--keep-age", "2d").ended(0)
    same(names(), ["run_000.avro", "run_002.avro", "run_003.avro"], "files")


def test_write_keep_earlier_runs():
    """What was there before goes first, the oldest of it first, also when its points are newer."""
    write(1000, 1002).ended(0)
    write(500, 502, "--continue").ended(0)
    done = write(0, 4, "--continue", "-v", "--keep", 2).ended(0)
    same([line.split()[3] for line in done.lines if "deleted" in line],
         ["run_001.avro", "run_000.avro"], "order")
    same(names(), run_names(2, 4), "files")


def test_write_keep_while_it_runs():
    with Live(*ROTATED, "-q", "-o", "run.avro", "--keep", 2) as live:
        for end in range(2, 10, 2):
            live.send(rows(end - 2, end))
            wait_until(lambda last=end: f"run_{last // 2 - 1:03d}.avro" in names(), "a part")
            wait_until(lambda: len(parts()) <= 2, "a deletion")
        same(parts(), run_names(2, 4), "files")
        os.unlink("run_002.avro")  # by somebody else
        live.send(rows(8, 12))
        wait_until(lambda: parts() == run_names(4, 6), "a deletion")
        live.end().ended(0)
    same(names(), run_names(4, 6), "files")


def test_write_keep_its_own_only():
    """Only what the template makes; neither partials nor links nor what is no part."""
    others = ["other_000.avro", "run_00.avro", "run_000.avro.bak", "run_x.avro", "run_0000.avro",
              ".run_000.avro.partial.1"]
    part("run_000.avro")
    for name in others:
        shutil.copy("run_000.avro", name)
    os.mkdir("sub")
    shutil.copy("run_000.avro", "sub/run_000.avro")
    shutil.copy("run_000.avro", "saved")
    os.symlink("saved", "run_001.avro")
    write(0, 8, "--continue", "--keep", 2).ended(0)
    same(names(), sorted([*others, "sub", "saved", "run_001.avro", "run_004.avro", "run_005.avro"]),
         "files")
    same(names("sub"), ["run_000.avro"], "files below")


def test_write_keep_what_is_no_part():
    """Is left there, and said once."""
    with open("run_000.avro", "wb") as out:
        out.write(b"junk")
    done = write(0, 8, "--continue", "--keep", 1).ended(3)
    same(len([line for line in done.lines if "run_000.avro" in line]), 1, done.err)
    same(names(), ["run_000.avro", "run_004.avro"], "files")


def test_write_keep_templates():
    for day in range(4):
        tlm("-q", "-t", "ts", "-o", "day_%F.avro", "--keep", 2,
            feed=rows(0, 2, step_ns=1).replace("17000", f"170{day}0").encode()).ended(0)
    same(names(), ["day_2023-12-08.avro", "day_2023-12-19.avro"], "files")
    for i in range(5):
        tlm("-q", "-t", "ts", "-o", "n_{index}.avro", "--continue", "--keep", 2,
            feed=rows(0, 2).encode()).ended(0)
    same(names()[2:], ["n_003.avro", "n_004.avro"], "files")


def test_write_keep_force():
    """Parts that are replaced count as the new ones that they are."""
    write(0, 12).ended(0)
    write(100, 108, "-f", "--keep", 3, "-v").ended(0)
    same([(name, values(name)) for name in parts()],
         [("run_001.avro", [102, 103]), ("run_002.avro", [104, 105]), ("run_003.avro", [106, 107])],
         "files")


def test_write_keep_dry_run():
    write(0, 12).ended(0)
    before = digests()
    tlm(*ROTATED, "-o", "run.avro", "--continue", "-n", "--keep", 1,
        feed=rows(0, 10).encode()).ended(0)
    same(digests(), before, "files")


def test_write_keep_each():
    """Without -o each input has a set of its own."""
    for name in ("a", "b"):
        with open(f"{name}.jsonl", "w", encoding="ascii") as out:
            out.write(rows(0, 10))
    tlm(*ROTATED, "--keep", 2, "a.jsonl", "b.jsonl").ended(0)
    same(parts(), ["a_003.avro", "a_004.avro", "b_003.avro", "b_004.avro"], "files")


def test_write_keep_usage():
    text = rows(0, 4).encode()
    for arguments in (("-o", "sub/run.avro", "--keep", 1), ("-o", "-", "--keep", 1),
                      ("-o", "run.avro", "--keep-age", "1d"), ("-o", "/dev/null", "--keep", 1),
                      (*ROTATED, "-o", "run.avro", "--keep", 0),
                      (*ROTATED, "-o", "run.avro", "--keep-bytes", 0),
                      (*ROTATED, "-o", "run.avro", "--keep-age", 0)):
        done = tlm("-t", "ts", *arguments, feed=text).ended(2)
        done.said("--keep")
    same(names(), [], "files")


def test_write_keep_waits_for_hooks():
    """A part stays until its command has ended, and is not forgotten then."""
    os.mkdir("saved")
    done = write(0, 12, "--keep", 1, "--emit-files", "--on-close",
                 "sh -c 'sleep 0.1; cp \"$TLM_PART_PATH\" saved'").ended(0)
    same(done.out.decode().split(), run_names(0, 6), "paths")
    same(names("saved"), run_names(0, 6), "what the command saw")
    same(parts(), run_names(5, 6), "files")


def test_write_keep_not_allowed():
    """A part that cannot be deleted is said once; recording goes on; exit status 3."""
    if os.geteuid() != 0:
        raise Skip("needs files of two users")
    write(0, 6).ended(0)
    os.chmod(".", 0o1777)

    def give_up():
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
    try:
        done = write(6, 14, "--continue", "--keep", 2, before=give_up)
    except PermissionError as error:
        raise Skip(f"not everybody may run {TLM}") from error
    done.ended(3)
    for name in run_names(0, 3):
        same(done.err.count(f"{name}: cannot be deleted"), 1, done.err)
    same(parts(), run_names(0, 3) + run_names(5, 7), "files")


def test_write_keep_killed():
    """Killed while it deletes: what is left is the newest, and the next run goes on."""
    if not shutil.which("strace"):
        raise Skip("strace is not installed")
    for count in (1, 2, 3):
        for name in names():
            os.unlink(name)
        write(0, 8).ended(0)
        before = digests()
        command = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=unlinkat", "-e",
                   f"inject=unlinkat:signal=KILL:when={count}", TLM, "write", *map(str, ROTATED),
                   "-o", "run.avro", "--continue", "--keep", "2"]
        done = subprocess.run(command, input=rows(8, 12).encode(), capture_output=True, check=False,
                              env=environment(ASAN_OPTIONS="detect_leaks=0"))
        if b"ptrace" in done.stderr:
            raise Skip(done.stderr.decode().strip())
        same(done.returncode, -signal.SIGKILL, f"status: {done.stderr}")
        left = parts()
        check("run_004.avro" in left, "the part just finished is gone:", left)
        same(left, run_names(count - 1, 6 if "run_005.avro" in left else 5), "files left")
        for name in run_names(count - 1, 4):
            same(digest(name), before[name], name)
        write(12, 14, "--continue", "--keep", 2).ended(0)
        same(parts(), run_names(5, 7) if "run_005.avro" in left else run_names(4, 6), "the end")


if __name__ == "__main__":
    run_all("test_prune", globals())
