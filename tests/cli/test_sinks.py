#!/usr/bin/python3
"""Where the commands that read files print: a full disk and a closed standard output are one clear
line and status 1; a reader that has seen enough ends them, and nothing is said."""

import errno
import os
import signal
import subprocess
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "support")]

# pylint: disable=wrong-import-position
import outside  # noqa: E402
import test_cat as made  # noqa: E402
import test_disk_full as disks  # noqa: E402
from outside import check, names, same  # noqa: E402

FULL = "standard output: " + os.strerror(errno.ENOSPC)
CLOSED = "standard output: " + os.strerror(errno.EBADF)
# Each prints something on standard output; all of them read a.avro, which is whole.
WHOLE = (["inspect"], ["inspect", "other.avro"], ["inspect", "--timeline"], ["inspect", "--json"],
         ["inspect", "--timeline", "--json"], ["inspect", "--blocks"], ["inspect", "--schema"],
         ["inspect", "--meta"], ["inspect", "--head", "100000"], ["cat"], ["cat", "--csv"],
         ["cat", "--wide"], ["cat", "other.avro"], ["verify", "--full", "--json"], ["checksum"],
         ["checksum", "--json"], ["count"], ["count", "--json"], ["schema"],
         ["recover", "--report", "--json"])


def make_files():
    points = [(made.START + i, ("double", i / 7)) for i in range(200)]
    blocks = [[made.record(f"c{i}", points)] for i in range(300)]
    data = made.container(blocks)
    made.save("a.avro", data)
    made.save("cut.avro", data[:-50])
    with open(os.path.join(HERE, "..", "data", "containers", "python-null.avro"), "rb") as stream:
        made.save("other.avro", stream.read())


def run(command, file="a.avro", *, stdout=subprocess.PIPE, ignore=False, before=None):
    def prepare():
        signal.signal(signal.SIGPIPE, signal.SIG_IGN if ignore else signal.SIG_DFL)
        if before:
            before()
    # pylint: disable=subprocess-popen-preexec-fn
    return subprocess.run([outside.TLM, *command, file], stdin=subprocess.DEVNULL, stdout=stdout,
                          stderr=subprocess.PIPE, env=outside.environment(), preexec_fn=prepare,
                          restore_signals=False, text=True, check=False, timeout=300)


def no_reader():
    reader, writer = os.pipe()
    os.close(reader)
    return writer


def test_all_print():
    make_files()
    for command in WHOLE:
        done = run(command)
        same((done.returncode, bool(done.stdout)), (0, True), command)


def test_full_disk():
    make_files()
    with open("/dev/full", "wb") as full:
        for command in WHOLE:
            done = run(command, stdout=full)
            said = [line for line in done.stderr.splitlines() if "could keep" not in line]
            same((done.returncode, len(said)), (1, 1), f"{command}: {done.stderr}")
            check(said[0].endswith(FULL), done.stderr)
        done = run(["verify"], "cut.avro", stdout=full)
        same((done.returncode, "cut.avro" in done.stderr, FULL in done.stderr), (1, True, True),
             done.stderr)


def test_closed():
    make_files()
    for command in WHOLE:
        done = run(command, stdout=None, before=lambda: os.close(1))
        said = [line for line in done.stderr.splitlines() if "could keep" not in line]
        same((done.returncode, len(said)), (1, 1), f"{command}: {done.stderr}")
        check(said[0].endswith(CLOSED), done.stderr)


def test_no_reader():
    make_files()
    for command in WHOLE:
        for ignore, status in (False, -signal.SIGPIPE), (True, 0):
            writer = no_reader()
            done = run(command, stdout=writer, ignore=ignore)
            os.close(writer)
            said = [line for line in done.stderr.splitlines() if "could keep" not in line]
            same((done.returncode, said), (status, []), command)
    writer = no_reader()
    done = run(["verify"], "cut.avro", stdout=writer, ignore=True)
    os.close(writer)
    same((done.returncode, len(done.stderr.splitlines())), (1, 1), "damage counts all the same")


def test_head():
    make_files()
    for command in WHOLE:
        line = " ".join([outside.TLM, *command, "a.avro"])
        done = subprocess.run(["bash", "-c", f"{line} | head -n 1; exit ${{PIPESTATUS[0]}}"],
                              capture_output=True, text=True, env=outside.environment(),
                              preexec_fn=lambda: signal.signal(signal.SIGPIPE, signal.SIG_DFL),
                              restore_signals=False, check=False)
        said = [line for line in done.stderr.splitlines() if "could keep" not in line]
        check(done.returncode in (0, 128 + signal.SIGPIPE) and not said, command, done.stderr)
        same(len(done.stdout.splitlines()), 1, command)


def test_files_on_a_small_disk():
    """What does not fit does not get its name, and that is said."""
    make_files()
    before = names()
    with disks.small_disk(16):
        for command in (["cat", "-o", "disk/rows"], ["cat", "--csv", "-o", "disk/rows"],
                        ["cat", "--wide", "-o", "disk/rows"], ["recover", "-o", "disk/out.avro"]):
            done = run(command)
            same(done.returncode, 1, f"{command}: {done.stderr}")
            check(os.strerror(errno.ENOSPC) in done.stderr and "disk/" in done.stderr, done.stderr)
            left = [name for name in names("disk") if not name.startswith(".")]
            same(left, [], f"{command}: files")
            for name in names("disk"):
                os.unlink(f"disk/{name}")
        same(run(["cat", "-o", "disk/rows", "--head", "10"]).returncode, 0, "ten rows")
    same(names(), before, "files")


if __name__ == "__main__":
    outside.run_all("sinks", globals())
