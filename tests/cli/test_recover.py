#!/usr/bin/python3
"""tlm recover on files that were cut, changed, or left by a writer that was killed: every record of
every whole block comes back, as python3-avro reads it."""

import os
import random
import re
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
# pylint: disable=wrong-import-position
import readavro  # noqa: E402
from outside import LONG, TLM, check, environment, names, run_all, same  # noqa: E402

CUTS = 1000 if LONG else 200
FLIPS = 500 if LONG else 60
KILLS = 20 if LONG else 5
CODECS = "snappy", "null", "deflate", "zstandard"


def run(*arguments, status=0, feed=None):
    done = subprocess.run([TLM, *map(str, arguments)], input=feed, capture_output=True, check=False,
                          env=environment())
    check(done.returncode == status or status is None, *arguments, "exited with", done.returncode,
          done.stderr.decode())
    return done


def row(i):
    return f'{{"ts":{1700000000 + i},"n":{i},"x":{i}.25,"s":"text {i % 7}","l":[{i},0.5]}}\n'


def write(path, rows, *more):
    feed = "".join(map(row, range(rows))).encode()
    run("write", "-q", "-t", "ts", "-T", "s", "-o", path, *more, feed=feed)


class Blocks:
    """A good file: where its blocks begin and end, and their points."""

    def __init__(self, path):
        self.data = readavro.read(path)
        body = readavro.File(self.data)
        borders = [body.body.at()] + [body.body.at() for _ in body.blocks()]
        self.blocks = [(at, end, []) for at, end in zip(borders, borders[1:])]
        for number, _, record in readavro.File(self.data).records():
            self.blocks[number][2].append(record)


def records(path):
    return [record for _, _, record in readavro.File(readavro.read(path)).records()]


def check_saved(path, wanted):
    """The file holds these records, and its header says so."""
    found = readavro.File(readavro.read(path))
    same([record for _, _, record in found.records()], wanted, "records")
    times = [ns for record in wanted for ns in record["timestamps"]]
    said = [int(found.meta[name]) for name in ("tlm.points", "tlm.records", "tlm.first_ns",
                                               "tlm.last_ns")]
    same(said, [len(times), len(wanted), min(times), max(times)], "figures")
    run("verify", "--full", path)


def store(path, data):
    with open(path, "wb") as stream:
        stream.write(data)


def cuts(codec, number):
    write("run.avro", 400, "--batch-points", 80, "--codec", codec)
    good = Blocks("run.avro")
    check(len(good.blocks) > 15, len(good.blocks), "blocks")
    random.seed(codec)
    points = {random.randrange(len(good.data)) for _ in range(number)}
    points |= {end for _, end, _ in good.blocks} | {end - 1 for _, end, _ in good.blocks}
    for cut in sorted(points):
        store("cut.avro", good.data[:cut])
        wanted = [record for _, end, some in good.blocks if end <= cut for record in some]
        whole = cut == len(good.data)
        status = 0 if whole else 3 if wanted else 1
        run("recover", "-q", "-f", "cut.avro", "-o", "saved.avro", status=status)
        if wanted:
            check_saved("saved.avro", wanted)
            os.unlink("saved.avro")
        check(not os.path.exists("saved.avro"), "a file of nothing, cut at", cut)
    same(sorted(names()), ["cut.avro", "run.avro"], "files")


def test_cut_points():
    cuts("snappy", CUTS)


def test_cut_points_of_other_codecs():
    for codec in CODECS[1:]:
        cuts(codec, CUTS // 8)
        os.unlink("run.avro")
        os.unlink("cut.avro")


def test_bit_flips():
    """The block with the flipped bit is lost, and no other one; unless snappy makes the same of it,
    such as of a copy from farther back."""
    write("run.avro", 600, "--batch-points", 160)
    good = Blocks("run.avro")
    random.seed(1)
    for _ in range(FLIPS):
        at = random.randrange(good.blocks[0][0], len(good.data))
        data = bytearray(good.data)
        data[at] ^= 1 << random.randrange(8)
        store("bad.avro", data)
        wanted = [record for start, end, some in good.blocks if not start <= at < end
                  for record in some]
        done = run("recover", "-q", "-f", "bad.avro", "-o", "saved.avro", status=None)
        if done.returncode == 0:
            wanted = [record for _, _, some in good.blocks for record in some]
        check(done.returncode in (0, 3), done.returncode, done.stderr)
        check_saved("saved.avro", wanted)


def test_header_flips():
    """Whatever is in the header: a clear end, and no hang."""
    write("run.avro", 50)
    data = bytearray(readavro.read("run.avro"))
    for at in range(0, Blocks("run.avro").blocks[0][0], 1 if LONG else 7):
        data[at] ^= 1 << at % 8
        store("bad.avro", data)
        done = run("recover", "-f", "bad.avro", "-o", "saved.avro", status=None)
        check(done.returncode in (0, 1, 3), "byte", at, done.returncode, done.stderr)
        check(done.returncode != 1 or b"bad.avro" in done.stderr, done.stderr)
        data[at] ^= 1 << at % 8


def test_holes_of_zeros():
    """As a crash of the machine leaves them: pages that never reached the disk."""
    write("run.avro", 4000, "--batch-points", 400, "--codec", "null")
    good = Blocks("run.avro")
    random.seed(2)
    for _ in range(10):
        at = random.randrange(good.blocks[1][0] // 4096 + 1, len(good.data) // 4096) * 4096
        data = bytearray(good.data)
        data[at:at + 4096] = bytes(min(4096, len(data) - at))
        store("bad.avro", data)
        wanted = [record for start, end, some in good.blocks
                  if end <= at or start >= at + 4096 for record in some]
        run("recover", "-q", "-f", "bad.avro", "-o", "saved.avro", status=3)
        found = records("saved.avro")
        check(all(record in found for record in wanted), "a whole block is lost")


def killed_writer(seconds):
    """Starts a writer on endless rows and kills it."""
    with subprocess.Popen([TLM, "write", "-q", "-t", "ts", "-T", "s", "-o", "run.avro",
                           "--batch-points", "400"], stdin=subprocess.PIPE,
                          env=environment()) as writer:
        end, i = time.monotonic() + seconds, 0
        while time.monotonic() < end or not os.path.exists(".run.avro.partial") \
                or os.path.getsize(".run.avro.partial") < 20000:
            writer.stdin.write("".join(map(row, range(i, i + 100))).encode())
            writer.stdin.flush()
            i += 100
        done = run("recover", "--finish", ".run.avro.partial", status=1)
        check(b"being written" in done.stderr, done.stderr)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        try:
            writer.stdin.close()
        except BrokenPipeError:
            pass


def test_kill_and_finish():
    random.seed(3)
    for i in range(KILLS):
        killed_writer(random.uniform(0.05, 0.3))
        size = os.path.getsize(".run.avro.partial")
        if i % 2:  # what was on its way to the disk
            os.truncate(".run.avro.partial", size - random.randrange(1, 300))
        done = run("recover", "--finish", ".run.avro.partial", status=None)
        check(done.returncode == (3 if i % 2 else 0), done.returncode, done.stderr)
        check(re.search(rb"is now run.avro: [0-9,]+ points", done.stderr), done.stderr)
        same(names(), ["run.avro"], "files")
        found = records("run.avro")
        check_saved("run.avro", found)
        rows = [value for record in found if record["channel"] == "n"
                for _, value in record["values"]]
        same(rows, list(range(len(rows))), "channel n")
        check(len(rows) > 100, len(rows), "rows")
        os.unlink("run.avro")


if __name__ == "__main__":
    run_all("test_recover", globals())
