#!/usr/bin/python3
"""The number of threads changes nothing: files, rejects and messages are the same, byte for byte."""

import os
import random
import shutil
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from outside import TLM, Live, check, run_all, same, tlm, values, wait_until

MARKER = {"TLM_SYNC_MARKER": "000102030405060708090a0b0c0d0e0f"}
START = 1700000000000000000
CHUNK = 256 * 1024  # bytes that are read at a time


def everything(folder):
    found = {}
    for name in os.listdir(folder):
        with open(os.path.join(folder, name), "rb") as stream:
            found[name] = stream.read()
    return found


def agree(name, *options, status=0, threads=(2, 3, 8)):
    """Converts the file with one thread and with several. Returns what one thread made."""
    def convert(n):
        folder = f"j{n}"
        shutil.rmtree(folder, ignore_errors=True)
        os.mkdir(folder)
        done = tlm("-t", "ts", "-T", "ns", "-j", n, "--summary", "none", "--rejects",
                   f"{folder}/rejects", "-o", f"{folder}/run.avro", *options, name,
                   env=MARKER).ended(status)
        return everything(folder), done.err
    wanted = convert(1)
    for n in threads:
        got = convert(n)
        same(sorted(got[0]), sorted(wanted[0]), f"names with -j {n}")
        for part in wanted[0]:
            check(got[0][part] == wanted[0][part], f"{part} differs with -j {n}")
        same(got[1].replace(f"j{n}/", "j1/"), wanted[1], f"messages with -j {n}")
    return wanted[0]


def write(name, text):
    with open(name, "wb") as stream:
        stream.write(text if isinstance(text, bytes) else text.encode())


def json_rows(n, seed=1, long_row=0, bad=0.0):
    """Rows of numbers, texts and gaps; some not JSON; one now and then long_row bytes long."""
    draw = random.Random(seed)
    for i in range(n):
        if draw.random() < bad:
            yield draw.choice(('{"ts":"x","a":1}', '{"ts":%d,"a":' % i, "[1]", '{"a":1}'))
            continue
        text = "" if draw.random() < 0.7 else ',"t":"%s"' % ("w" * draw.randrange(40))
        if long_row and draw.random() < 0.002:
            text = ',"t":"%s"' % ("long " * (draw.randrange(long_row) // 5))
        gap = "" if draw.random() < 0.2 else ',"b":%d' % draw.randrange(10 ** draw.randrange(1, 12))
        yield '{"ts":%d,"a":%.6f%s%s}' % (START + i * 1000003, draw.gauss(0, 100), gap, text)


def test_json():
    write("in.jsonl", "\n".join(json_rows(30000)) + "\n")
    agree("in.jsonl")


def test_bad_rows_keep_their_lines():
    """Rejects name row, line and byte as when everything is read in order."""
    write("in.jsonl", "\r\n".join(json_rows(20000, 2, bad=0.01)) + "\r\n\r\n")
    agree("in.jsonl", status=3)


def test_rows_longer_than_chunks():
    for seed in range(3):
        write("in.jsonl", "\n".join(json_rows(15000, seed, long_row=3 * CHUNK)))
        agree("in.jsonl")


def test_lines_that_are_too_long():
    write("in.jsonl", "\n".join(json_rows(15000, 7, long_row=2 * CHUNK)))
    agree("in.jsonl", "--max-line", 100000, status=3)


def test_ends_of_files():
    """The file ends with, just before or just behind a chunk, with or without a newline."""
    row = '{"ts":%d,"a":1.5}\n'
    text = "".join(row % (START + i) for i in range(3 * CHUNK // len(row % START)))
    for cut in range(len(text) - len(text) % CHUNK - 3, len(text) - len(text) % CHUNK + 4):
        whole = text[:cut].rfind("\n") + 1
        pad = " " * (cut - whole - 1)
        for end in ("\n", ""):
            write("in.jsonl", text[:whole] + pad + end)
            agree("in.jsonl", threads=(2,))


def csv_rows(n, quoted):
    yield "ts,a,b,note"
    draw = random.Random(n)
    for i in range(n):
        note = "plain"
        if quoted(i):
            note = draw.choice(('"a, b"', '"two\nlines"', '"a ""quote"""', '"x\n\n1,2,3,4\n"'))
        yield f"{START + i},{draw.random() * 100:.4f},{i % 9},{note}"


def test_csv():
    """Also with cells that hold newlines: all along, only late, or once."""
    for quoted in (lambda i: False, lambda i: i % 50 == 7, lambda i: i > 30000,
                   lambda i: i == 20000):
        write("in.csv", "\n".join(csv_rows(40000, quoted)) + "\n")
        agree("in.csv")


def test_quote_that_is_never_closed():
    rows = list(csv_rows(40000, lambda i: False))
    rows[30000] = rows[30000].replace("plain", '"plain')
    write("in.csv", "\n".join(rows) + "\n")
    agree("in.csv", status=3)


def test_limits():
    """Parts are cut at the same points, whoever waits for whom."""
    write("in.jsonl", "\n".join(json_rows(40000, 5)) + "\n")
    for options in (("--rotate-points", 7777), ("--rotate-size", "100KiB"),
                    ("--rotate-points", 30000, "--rotate-size", "200KiB"),
                    ("--rotate-span", "5s"), ("--batch-points", 500),
                    ("--batch-points", 3000, "--rotate-size", "60KiB"),
                    ("--batch-points", 1000, "--fsync", "flush"), ("--codec", "zstandard")):
        agree("in.jsonl", *options)


def test_little_memory():
    """What the budget forces out depends on the rows alone."""
    write("in.jsonl", "".join('{"ts":%d,"c%d":%.3f,"d%d":"%s"}\n' %
                              (START + i, i * 7919 % 3000, i / 7, i * 31 % 500, "text" * (i % 20))
                              for i in range(60000)))
    agree("in.jsonl", "--memory", "8MiB", threads=(2, 8))


def test_what_is_left_over_is_written_in_time():
    """A batch that was handed on is in the file after the flush interval, though no row comes."""
    with Live("-q", "-t", "ts", "-T", "ns", "-j", 2, "--batch-points", 100, "--flush-interval",
              "300ms", "--fsync", "close", "-o", "run.avro") as live:
        live.send("".join('{"ts":%d,"a":%d}\n' % (START + i, i) for i in range(200)))
        wait_until(lambda: os.path.exists(".run.avro.partial") and
                   os.path.getsize(".run.avro.partial"), "a first block")
        size = 0

        def settled():
            nonlocal size
            before, size = size, os.path.getsize(".run.avro.partial")
            time.sleep(0.5)
            return before == size
        wait_until(settled, "the last block")
        live.process.kill()
    done = subprocess.run([TLM, "recover", ".run.avro.partial", "-o", "saved.avro"],
                          capture_output=True, check=False)
    check(done.returncode in (0, 3), done.stderr)
    same(values("saved.avro", "a"), list(range(200)), "points")


if __name__ == "__main__":
    run_all("test_threads", globals())
