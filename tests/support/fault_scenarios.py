"""What test_fault.py runs with calls that fail: small inputs, command lines over them, and what has
to be there after each."""

import gzip
import os
import subprocess
import sys

from outside import TLM, environment, rows

LONG = "1" in (os.environ.get("FAULT_LONG"), os.environ.get("CHECK_LONG"))
JOBS = int(os.environ.get("FAULT_JOBS", "2"))  # runs at a time
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
MARKER = "000102030405060708090a0b0c0d0e0f"  # so that equal runs write equal bytes
BUILD = os.path.dirname(TLM)
FAIL_CALL = os.path.join(BUILD, "tests", "fail_call")
RECORD_FILES = os.path.join(BUILD, "tests", "record_files")


def stop_without_tracing(name):
    """Ends the test, passed or not, where the kernel or a container does not let calls be seen."""
    done = subprocess.run([FAIL_CALL, "/bin/true"], capture_output=True, check=False)
    if done.returncode:
        strict = os.environ.get("CHECK_STRICT") == "1"
        print("FAILED" if strict else "skipped:", done.stderr.decode().strip())
        print(f"{name}: 0 passed, {int(strict)} failed")
        sys.exit(int(strict))


class Scenario:
    """A command line over some of the inputs, which are there before it runs."""

    def __init__(self, name, *args, inputs=(), program=None, stdin=None, random=False):
        self.name = name
        self.command = [program or TLM, *args]
        self.inputs = list(inputs)
        self.stdin = stdin    # an input that comes through a pipe
        self.random = random  # the sync marker is drawn


def tlm(folder, *args, feed=None):
    done = subprocess.run([TLM, *args], cwd=folder, input=feed, capture_output=True, check=False,
                          env=environment(TLM_SYNC_MARKER=MARKER))
    if done.returncode not in (0, 3):
        raise AssertionError(f"{args}: {done.stderr.decode()}")
    return done.stdout


def row(i):
    return (f'{{"ts":{1700000000000000000 + i * 1000000},"n":{i},"x":{i * 0.37:.3f},'
            f'"mode":"m{i % 3}","v":[{i}.5,2],"gps":{{"lat":{i}}}}}\n')


def make_partial(folder):
    """What a writer leaves that dies after some blocks."""
    subprocess.run([FAIL_CALL, "-f", "write:ENOSPC:5", TLM, "write", "-q", "-t", "ts", "-j", "1",
                    "--batch-points", "50", "-o", "left.avro", "in.jsonl"], cwd=folder, check=True,
                   stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   env=environment(TLM_SYNC_MARKER=MARKER,
                                               ASAN_OPTIONS="detect_leaks=0"))


def make_torn(folder):
    """The same, in the middle of a block."""
    with open(os.path.join(folder, ".left.avro.partial"), "rb") as stream:
        left = stream.read()
    with open(os.path.join(folder, ".torn.avro.partial"), "wb") as stream:
        stream.write(left + left[-700:-100])


def make_inputs(folder):
    """Every input that a scenario names."""
    with open(os.path.join(folder, "in.jsonl"), "w", encoding="ascii") as stream:
        stream.write("".join(row(i) for i in range(60)))
    table = "time,n,x,name\n" + "".join(
        f'{1700000000000000000 + i * 1000000},{i},{i * 0.37:.3f},"a ""{i}"""\n' for i in range(60))
    with open(os.path.join(folder, "in.csv"), "w", encoding="ascii") as stream:
        stream.write(table)
    with gzip.GzipFile(os.path.join(folder, "in.csv.gz"), "w", mtime=0) as stream:
        stream.write(table.encode())
    with open(os.path.join(folder, "bad.jsonl"), "w", encoding="ascii") as stream:
        stream.write(rows(0, 20) + "what?\n" + rows(20, 40) + '{"ts":"never","n":1}\n')
    tlm(folder, "write", "-q", "-t", "ts", "-o", "one.avro", "in.jsonl")
    tlm(folder, "write", "-q", "-t", "ts", "-o", "src.avro", "--rotate-points", "120",
        "--batch-points", "70", "in.jsonl")
    tlm(folder, "write", "-q", "-t", "ts", "-o", "old.avro", "--rotate-points", "1000", "-",
        feed=rows(900, 950).encode())
    tlm(folder, "write", "-q", "-t", "ts", "-o", "again.avro", "-", feed=rows(0, 30).encode())
    make_partial(folder)
    make_torn(folder)
    with open(os.path.join(folder, "src_001.avro"), "rb") as stream:
        cut = stream.read()
    with open(os.path.join(folder, "broken.avro"), "wb") as stream:
        stream.write(cut[:-30])


WRITE = ("write", "-q", "-t", "ts", "-T", "ns", "-j", "2", "-o", "run.avro")
SOURCES = ["src_000.avro", "src_001.avro", "src_002.avro"]


def write(name, *more, source="in.jsonl", **how):
    how.setdefault("inputs", [source])
    return Scenario(name, *WRITE, *more, source, **how)


def rotate(name, *more, sources=tuple(SOURCES), **how):
    return Scenario(name, "rotate", "-q", "-j", "2", *more, *sources, inputs=sources, **how)


def look(name, *args, inputs=("one.avro",), **how):
    return Scenario(name, *args, *inputs, inputs=inputs, **how)


SCENARIOS = [
    write("write"),
    write("write-random-marker", "-j", "1", random=True),
    Scenario("write-pipe", *WRITE, "--batch-points", "60", "-", stdin="in.jsonl"),
    Scenario("write-csv", "write", "-q", "-t", "time", "-o", "run.avro", "in.csv",
             inputs=["in.csv"]),
    Scenario("write-gz", "write", "-q", "-t", "time", "-j", "1", "-o", "run.avro", "in.csv.gz",
             inputs=["in.csv.gz"]),
    write("write-zstandard", "--codec", "zstandard"),
    write("write-deflate", "--codec", "deflate"),
    write("write-rotate-points", "--rotate-points", "110"),
    write("write-rotate-size", "--rotate-size", "3K", "--batch-points", "40"),
    write("write-folder", "-o", "a/b/run.avro", "--fsync", "flush", "--batch-points", "100"),
    write("write-continue", "--rotate-points", "110", "--continue", "-o", "old.avro",
          inputs=["in.jsonl", "old_000.avro"]),
    write("write-force", "-f", "-o", "again.avro", inputs=["in.jsonl", "again.avro"]),
    write("write-leftover", "-o", "left.avro", inputs=["in.jsonl", ".left.avro.partial"]),
    write("write-rejects", "--rejects", "bad.txt", source="bad.jsonl"),
    write("write-emit-files", "--emit-files", "--rotate-points", "110"),
    write("write-stats-file", "--stats-file", "stats.txt"),
    Scenario("log-threads", "run.avro", program=os.path.join(BUILD, "tests", "log_some")),
    look("cat", "cat"),
    look("cat-csv", "cat", "--csv"),
    look("cat-wide", "cat", "--wide"),
    look("inspect", "inspect"),
    look("inspect-json", "inspect", "--json"),
    look("verify-full", "verify", "--full", inputs=SOURCES),
    look("checksum", "checksum", inputs=SOURCES),
    look("count", "count", inputs=SOURCES),
    Scenario("recover", "recover", "-q", "-o", "saved.avro", "broken.avro", inputs=["broken.avro"]),
    Scenario("recover-finish", "recover", "-q", "--finish", ".left.avro.partial",
             inputs=[".left.avro.partial"]),
    Scenario("recover-torn", "recover", "-q", "--finish", ".torn.avro.partial",
             inputs=[".torn.avro.partial"]),
    rotate("rotate-merge", "-o", "run.avro"),
    rotate("rotate-cut", "-o", "run.avro", "--rotate-points", "90"),
    rotate("rotate-coalesce", "-o", "run.avro", "--coalesce"),
    rotate("rotate-sort", "-o", "run.avro", "--sort", "time"),
    rotate("rotate-dedupe", "-o", "run.avro", "--dedupe", sources=("src_000.avro", "one.avro")),
    rotate("rotate-delete-source", "-o", "run.avro", "--coalesce", "--delete-source"),
    rotate("rotate-split", "-o", "by/{channel}.avro", "--split-by", "channel"),
]
