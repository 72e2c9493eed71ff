#!/usr/bin/python3
"""A full disk: exit 1 with the file, the system's reason and what is safe; earlier parts stay."""

import array
import contextlib
import errno
import fcntl
import os
import resource
import shutil
import subprocess
import sys
import termios

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from outside import (TLM, Done, Live, Skip, check, digests, environment, names, no_partials,
                     partials, parts, rows, run_all, same, tlm, values, wait_until)

BASE = ("-q", "-t", "ts")
FULL = os.strerror(errno.ENOSPC)
PAGE = os.sysconf("SC_PAGESIZE")


@contextlib.contextmanager
def small_disk(pages, inodes=0):
    """A tmpfs of that many pages at ./disk. It counts whole pages, a folder none."""
    os.mkdir("disk")
    options = f"size={pages * PAGE},mode=0777" + (f",nr_inodes={inodes}" if inodes else "")
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tlm-test", "disk"],
                          capture_output=True, text=True, check=False)
    if done.returncode:
        os.rmdir("disk")
        raise Skip("cannot mount a tmpfs: " + done.stderr.strip())
    try:
        yield "disk"
    finally:
        subprocess.run(["umount", "-l", "disk"], check=False)
        os.rmdir("disk")


def fill(path):
    """Uses up what is left."""
    with open(path, "wb", buffering=0) as stream:
        with contextlib.suppress(OSError):
            while True:
                stream.write(bytes(512))


def check_parts(per_part, first=0):
    """Returns how many parts there are; each is whole and full."""
    files = parts("disk")
    for i, name in enumerate(files):
        begin = first + i * per_part
        same(values(f"disk/{name}"), list(range(begin, begin + per_part)), name)
    return len(files)


def rotated(count, per_part, *more, feed=None):
    return tlm(*BASE, "-o", "disk/run.avro", "--codec", "null", "--rotate-points", per_part,
               *more, feed=feed or rows(0, count).encode())


# ---- while writing -------------------------------------------------------------------------------


def test_in_the_middle():
    with small_disk(20):
        done = rotated(20000, 1000, "--batch-points", 100).ended(1)
        finished = check_parts(1000)
        check(finished >= 2, "only", finished, "parts")
        done.said(f"disk/.run_{finished:03d}.avro.partial", FULL, f"{finished} finished parts")
        # When not even the next header fitted, there is nothing to keep.
        check(len(partials("disk")) <= 1, "partials:", partials("disk"))


def test_earlier_runs_stay():
    """--continue on a disk that fills: parts of before are as they were; with room it goes on."""
    with small_disk(20):
        rotated(2000, 1000).ended(0)
        before = digests("disk")
        rotated(0, 1000, "--continue", feed=rows(2000, 30000).encode()).ended(1)
        after = digests("disk")
        same({name: after.get(name) for name in before}, before, "the first run's parts")
        finished = check_parts(1000)
        left = [name for name in partials("disk") if os.path.getsize(f"disk/{name}")]
        for name in parts("disk")[2:]:
            os.unlink(f"disk/{name}")
        rotated(0, 1000, "--continue", feed=rows(2000, 3000).encode()).ended(0)
        same(check_parts(1000), 3, "parts")
        check(finished >= 3, "the disk was full too early")
        same(partials("disk"), [name + ".1" for name in left], "partials set aside")


def test_every_size():
    """The disk is full after any number of pages, so in a header, a block, or in between."""
    for pages in range(2, 15):
        with small_disk(pages):
            done = rotated(5000, 700, "--batch-points", 100).ended(1)
            finished = check_parts(700)
            done.said("disk/.run_", FULL)
            if finished:
                done.said(f"{finished} finished part")


def test_header():
    """Not even the header fits."""
    with small_disk(2):
        fill("disk/filler")
        for args in (("-o", "disk/one.avro"), ("-o", "disk/run.avro", "--rotate-points", 5)):
            done = tlm(*BASE, *args, feed=rows(0, 10).encode()).ended(1)
            done.said("disk/.", ".avro.partial", FULL)
            same(parts("disk"), [], "parts")
            for line in done.lines:
                check("what was flushed" not in line or os.path.getsize(
                    "disk/" + partials("disk")[0]), "speaks of an empty partial:", done.err)
        os.unlink("disk/filler")
        tlm(*BASE, "-o", "disk/one.avro", feed=rows(0, 10).encode()).ended(0)
        same(values("disk/one.avro"), list(range(10)), "points once there is room")


def test_no_inode():
    """The partial cannot even be created; nor can the next one, at a rotation."""
    with small_disk(100, inodes=3):
        with open("disk/filler", "wb"):
            pass
        with open("disk/filler2", "wb"):
            pass
        done = tlm(*BASE, "-o", "disk/one.avro", feed=rows(0, 10).encode()).ended(1)
        done.one_line("disk/.one.avro.partial", FULL)
        same(names("disk"), ["filler", "filler2"], "the folder")
        os.unlink("disk/filler")
        done = rotated(10, 3).ended(1)
        same(check_parts(3), 1, "parts")
        done.said("disk/.run_001.avro.partial", FULL, "1 finished part")
        same(partials("disk"), [], "partials")


def test_new_folder():
    with small_disk(100, inodes=2):
        with open("disk/filler", "wb"):
            pass
        done = tlm(*BASE, "-o", "disk/a/b/one.avro", feed=rows(0, 10).encode()).ended(1)
        done.one_line("disk/a", FULL)
        same(names("disk"), ["filler"], "the folder")


def test_drain_meets_it():
    """It is the last flush, at the end of the input or on TERM, that does not fit."""
    for stop in (False, True):
        with small_disk(3):
            with open("disk/filler", "wb") as stream:
                stream.write(bytes(2 * PAGE))
            with Live(*BASE, "--codec", "null", "-o", "disk/one.avro") as live:
                live.send(rows(0, 1000))
                wait_until(lambda: partials("disk"), "a partial")
                if stop:
                    wait_until(lambda: read_all(live), "the rows to be read")
                    live.signal(15)
                    done = live.end()
                    check(done.status in (1, -15), "exit status", done.status)
                else:
                    done = live.end().ended(1)
                done.said("disk/.one.avro.partial", FULL)
            same(parts("disk"), [], "parts")


def read_all(live):
    """True when the pipe into the writer is empty."""
    left = array.array("i", [0])
    fcntl.ioctl(live.process.stdin, termios.FIONREAD, left)
    return left[0] == 0


def test_idle_input():
    """A flush by the clock meets it while nothing comes in: the run ends promptly."""
    with small_disk(2):
        with open("disk/filler", "wb") as stream:
            stream.write(bytes(PAGE))
        with Live(*BASE, "--codec", "null", "--flush-interval", "100ms", "-o",
                  "disk/one.avro") as live:
            live.send(rows(0, 1000))
            wait_until(lambda: live.process.poll() is not None, "the end of the run", 10)
            live.end().ended(1).said("disk/.one.avro.partial", FULL)


# ---- other files ---------------------------------------------------------------------------------


def test_rejects():
    bad = "".join(f"what is this {i}?\n" for i in range(2000))
    with small_disk(2):
        fill("disk/filler")
        done = tlm("-q", "-t", "ts", "--rejects", "disk/bad", "-o", "one.avro",
                   feed=(rows(0, 10) + bad + rows(10, 20)).encode()).ended(1)
        done.said("--rejects disk/bad", FULL)
        same(values("one.avro"), list(range(20)), "the good rows")
        same(sum("disk/bad" in line for line in done.lines), 1, "lines about it")


def test_few_rejects():
    """What is still in a buffer when the run ends is missed as well."""
    with small_disk(2):
        fill("disk/filler")
        done = tlm("-q", "-t", "ts", "--rejects", "disk/bad", "-o", "one.avro",
                   feed=(rows(0, 10) + "what?\n").encode()).ended(1)
        done.said("--rejects disk/bad", FULL)
        same(values("one.avro"), list(range(10)), "the good rows")


def test_stats_file():
    with small_disk(2):
        fill("disk/filler")
        for name in ("disk/stats", "/dev/full"):
            done = tlm(*BASE, "--stats-file", name, "-o", "one.avro", "-f",
                       feed=rows(0, 10).encode()).ended(1)
            done.one_line("--stats-file " + name, FULL)
            same(values("one.avro"), list(range(10)), "points")


def test_dev_full():
    for args in (("-o", "/dev/full"), ("-o", "-")):
        with open("/dev/full", "wb") as full:
            done = tlm(*BASE, *args, feed=rows(0, 10).encode(), stdout=full).ended(1)
            done.one_line("/dev/full" if args[1] != "-" else "stdout", FULL)
    with open("/dev/full", "wb") as full:
        done = tlm("-t", "ts", "--summary", "json", "-o", "one.avro", feed=rows(0, 10).encode(),
                   stdout=full).ended(1)
        done.said("standard output", FULL)
        same(values("one.avro"), list(range(10)), "points")


def test_emit_to_full():
    """Paths that cannot be printed: said once, exit 3, every part is there."""
    with open("/dev/full", "wb") as full:
        done = tlm(*BASE, "--emit-files", "--rotate-points", 2, "-o", "run.avro",
                   feed=rows(0, 10).encode(), stdout=full).ended(3)
        done.one_line("standard output", FULL)
    same(len(parts()), 5, "parts")


# ---- calls that fail -----------------------------------------------------------------------------


def failing(call, fault, *args):
    """A run of 50 rows in parts of 20 under strace, which lets calls fail."""
    if not shutil.which("strace"):
        raise Skip("strace is not installed")
    for name in names():
        os.unlink(name)
    command = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e",
               f"inject={call}:{fault}", TLM, "write", "-t", "ts", "-T", "ns", "--summary", "none",
               "-i", "jsonl", "-o", "run.avro", "--rotate-points", "20", *args]
    done = Done(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE,
                                 env=environment(ASAN_OPTIONS="detect_leaks=0")),
                rows(0, 50).encode())
    if "ptrace" in done.err:
        raise Skip(done.err.strip())
    return done


def points():
    return [value for name in parts() for value in values(name)]


def test_publish_fails():
    """The rename of the second part fails: it stays as a partial, the first is untouched."""
    for error in ("ENOSPC", "EIO", "EDQUOT"):
        done = failing("renameat2", f"error={error}:when=2").ended(1)
        done.said("run_001.avro", os.strerror(getattr(errno, error)), "1 finished part")
        same((parts(), points()), (["run_000.avro"], list(range(20))), "what is finished")
        same(values(".run_001.avro.partial"), list(range(20, 40)), "what is in the partial")


def test_figures_fail():
    """The header figures cannot be patched in."""
    done = failing("pwrite64", "error=ENOSPC:when=5").ended(1)
    done.said(".run_001.avro.partial", FULL, "1 finished part")
    same(points(), list(range(20)), "points")


def test_fsync_fails():
    """Data whose fsync failed is never published, and never tried again."""
    for error in ("ENOSPC", "EIO"):
        done = failing("fsync", f"error={error}:when=1", "--fsync", "close").ended(1)
        done.said(".run_000.avro.partial", "fsync", os.strerror(getattr(errno, error)))
        same(parts(), [], "parts")
        check(".run_000.avro.partial" in partials(), partials())


def test_folder_fsync_fails():
    done = failing("fsync", "error=EIO:when=2", "--fsync", "close").ended(1)
    done.said("fsync", os.strerror(errno.EIO))
    same(points(), list(range(20)), "points")


def test_folder_cannot_sync():
    """EINVAL, as some network file systems have it: warned once, no error."""
    done = failing("fsync", "error=EINVAL:when=2+2", "--fsync", "close").ended(0)
    same(len(done.lines), 1, f"warnings ({done.err})")
    same(points(), list(range(50)), "points")


def test_without_renameat2():
    """Link and unlink in its place; and without links, a look and a rename."""
    for error in ("ENOSYS", "EINVAL"):
        done = failing("renameat2", f"error={error}").ended(0)
        same((done.err, points()), ("", list(range(50))), "messages and points")
        no_partials()
    done = failing("renameat2,linkat", "error=EINVAL")
    check(done.status in (0, 1), done.err)


def test_interrupted_calls():
    """EINTR here and there changes nothing."""
    for call in ("write", "fsync", "flock"):
        failing(call, "error=EINTR:when=1+2").ended(0)
        same(points(), list(range(50)), f"points with {call} interrupted")
        no_partials()


# ---- without mount -------------------------------------------------------------------------------


def test_quota():
    """The same through a limit of the file size, where nothing can be mounted."""
    limit = 9000
    done = tlm(*BASE, "-o", "run.avro", "--codec", "null", "--batch-points", 100,
               "--rotate-points", 5000, feed=rows(0, 3000).encode(),
               before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))).ended(1)
    done.said(".run_000.avro.partial", os.strerror(errno.EFBIG))
    same((parts(), partials()), ([], [".run_000.avro.partial"]), "files")
    same(os.path.getsize(".run_000.avro.partial"), limit, "size of the partial")


if __name__ == "__main__":
    run_all("test_disk_full", globals())
