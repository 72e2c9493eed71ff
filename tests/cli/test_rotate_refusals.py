#!/usr/bin/python3
"""What tlm rotate refuses: one clear message, and nothing on the disk has changed."""

import json
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
# pylint: disable=wrong-import-position
import foreign  # noqa: E402
from outside import check, names, no_partials, run_all, same, tlm  # noqa: E402
from readback import Part  # noqa: E402
from recutting import (everything, flip, make, of_file, of_files, read, rotate,  # noqa: E402
                       store)

TRY_HELP = "Try 'tlm rotate --help' for more information."


def refuses(*arguments, status=1, says):
    """Runs it; says: the message without "tlm rotate: ", or its first and last words."""
    before = everything()
    done = rotate(*arguments, status=status)
    line = done.lines[0] if done.lines else ""
    if isinstance(says, tuple):
        check(line.startswith("tlm rotate: " + says[0]) and line.endswith(says[1]), line)
    else:
        same(line, "tlm rotate: " + says, f"message of {arguments}")
    rest = [text for text in done.lines[1:] if text and "--help" not in text]
    same(rest, [], f"more messages of {arguments}")
    same(done.out, b"", "on stdout")
    same(everything(), before, f"files after {arguments}")
    return done


def three():
    for i in range(3):
        make(f"in{i}.avro", 1000 * i, 1000 * i + 500, metadata=[("n", str(i))])


# ---- the command line ----------------------------------------------------------------------------


def test_usage():
    make("in.avro", 0, 10)
    for arguments, says in (
            (("in.avro",), "say where to: -o FILE"),
            (("in.avro", "-o", "-"), "-o must be a file: its header is completed at the end"),
            (("-o", "out.avro"), "there is no file"),
            (("-o", "out.avro", "in.avro", "--json", "--emit-files"),
             "--json and --emit-files exclude each other"),
            (("-o", "out.avro", "in.avro", "--split-by", "time"),
             '--split-by is channel or tag.KEY, not "time"'),
            (("-o", "out.avro", "in.avro", "--split-by", "tag."),
             '--split-by is channel or tag.KEY, not "tag."'),
            (("-o", "out.avro", "in.avro", "--split-by", "tag"),
             '--split-by is channel or tag.KEY, not "tag"'),
            (("-o", "out.avro", "-"),
             "standard input cannot be cut: inputs are read more than once"),
            (("-o", "out.avro", "in.avro", "--delete-source", "--dedupe"),
             "sources are only deleted when the parts hold all of their points, not when some are"
             " left out"),
            (("-o", "out.avro", "in.avro", "--delete-source", "--skip-damaged"),
             "sources are only deleted when the parts hold all of their points, not when some are"
             " left out"),
            (("-o", "out.avro", "in.avro", "--memory", "15MiB"),
             "the memory budget is at least 16 MiB"),
            (("-o", "out.avro", "in.avro", "--metadata", "tlm.x=1"),
             'metadata key "tlm.x" is reserved'),
            (("-o", "out_%Q.avro", "in.avro"), ("", "")),
            (("-o", "out_{index", "in.avro"), ("", "")),
            (("-o", "{tag}.avro", "in.avro", "--split-by", "channel"), ("", ""))):
        refuses(*arguments, status=2, says=says)


def test_values():
    make("in.avro", 0, 10)
    for option in ("--rotate-points", "--rotate-size", "--rotate-span", "--memory", "-j",
                   "--max-open", "--sort", "--dedupe=", "--recode"):
        for value in ("", "x", "-1", "1.5x", "10 parsecs", "99999999999999999999"):
            join = () if option.endswith("=") else (value,)
            name = option + value if option.endswith("=") else option
            before = everything()
            done = rotate("-o", "out.avro", name, *join, "in.avro", status=2)
            check({"-j": "--threads"}.get(option, option.rstrip("=")) in done.lines[0], option,
                  value, done.err)
            same(everything(), before, "files")


# ---- inputs --------------------------------------------------------------------------------------


def test_no_files():
    os.mkfifo("pipe")
    os.mkdir("empty")
    os.mkdir("half")
    make("half/.run.avro.partial", 0, 10)
    make("in.avro", 0, 10)
    store("text.avro", b"no Avro file at all")
    store("nothing.avro", b"")
    for name, says in (
            ("pipe", "pipe is no regular file: inputs are read more than once"),
            ("/dev/null", "/dev/null is no regular file: inputs are read more than once"),
            ("empty", "empty: no .avro file is in this folder"),
            ("half", "half: no .avro file is in this folder, only unfinished .partial files"),
            ("none.avro", "none.avro: No such file or directory"),
            ("text.avro", ("text.avro", "")), ("nothing.avro", ("nothing.avro", ""))):
        for arguments in ((name,), ("in.avro", name)):
            refuses("-o", "out.avro", *arguments, says=says,
                    status=2 if "regular" in says else 1)


def test_given_twice():
    make("in.avro", 0, 10)
    make("b.avro", 0, 10)
    os.mkdir("folder")
    os.link("in.avro", "hard.avro")
    os.symlink("in.avro", "soft.avro")
    os.symlink("../in.avro", "folder/x.avro")
    for twin in ("in.avro", "./in.avro", "hard.avro", "soft.avro", "folder/../in.avro"):
        refuses("-o", "out.avro", "in.avro", "b.avro", twin, says=f"{twin} is given twice",
                status=2)
    refuses("-o", "out.avro", "in.avro", "folder", says="folder/x.avro is given twice", status=2)


def test_other_schemas():
    make("in.avro", 0, 10)
    schema = foreign.schema_texts()[0]
    for name, text in (
            ("row", '{"type":"record","name":"row","fields":[{"name":"n","type":"long"}]}'),
            ("long", '"long"'),
            ("io.nominal.ingest.AvroStream", schema.replace('"double","string","long"',
                                                            '"double","long","string"'))):
        foreign.write("other.avro", [], schema=text)
        for arguments in (("other.avro",), ("in.avro", "other.avro")):
            refuses("-o", "out.avro", *arguments, "--skip-damaged",
                    says=f"other.avro holds no telemetry: its schema is {name}")


def test_no_points():
    foreign.write("a.avro", [])
    foreign.write("b.avro", [[], [foreign.record(("c", ()), [])]])
    refuses("-o", "out.avro", "a.avro", "b.avro", says="there is no point in the input")


def test_foreign_header():
    """The same key twice in a header is not the user's mistake."""
    make("in.avro", 0, 10, metadata=[("site", "a"), ("site", "b"), ("", "x"), ("n", "a\0b"),
                                     ("nominal.dataset_rid", "ri.1"), ("tlm.part", "7")])
    rotate("-o", "out.avro", "in.avro")
    same({key: word for key, word in Part("out.avro").meta.items() if key[:4] not in ("avro",
                                                                                      "tlm.")},
         {"site": "b", "nominal.dataset_rid": "ri.1"}, "metadata")
    rotate("-f", "-o", "out.avro", "in.avro", "--metadata", "site=c", "--dataset-rid", "ri.2")
    meta = Part("out.avro").meta
    same((meta["site"], meta["nominal.dataset_rid"], meta["tlm.part"]), ("c", "ri.2", "0"),
         "metadata")


# ---- damage --------------------------------------------------------------------------------------


def test_damaged_block():
    """In the last of three: nothing has been written by then."""
    three()
    for codec in ("snappy", "deflate", "zstandard", "null"):
        make("in2.avro", 2000, 2500, codec=codec)
        flip("in2.avro", -60 if codec != "null" else -10)
        for more in ((), ("--sort", "time"), ("--split-by", "channel"), ("--delete-source",)):
            refuses("-o", "out.avro", *more, "in0.avro", "in1.avro", "in2.avro",
                    says=("in2.avro:", ""))


def test_cut_file():
    three()
    whole = read("in2.avro")
    for cut in (3, 50, len(whole) - 1, len(whole) - 30):
        store("in2.avro", whole[:cut])
        refuses("-o", "out.avro", "in0.avro", "in1.avro", "in2.avro", says=("in2.avro", ""))


def by_tlm(name, first, end):
    rows = "".join(f'{{"ts":{i},"n":{i}}}\n' for i in range(first, end))
    tlm("-q", "-t", "ts", "-T", "s", "-o", name, "--batch-points", 100, feed=rows.encode()).ended(0)


def block_ends(path):
    file = Part(path).file
    file = type(file)(read(path))
    found = [file.body.at()]
    for _ in file.blocks():
        found.append(file.body.at())
    return found


def test_cut_between_blocks():
    """Only the header's figures tell."""
    by_tlm("in.avro", 0, 1000)
    store("in.avro", read("in.avro")[:block_ends("in.avro")[5]])
    refuses("-o", "out.avro", "in.avro", says=("in.avro", ""))
    done = rotate("-o", "out.avro", "--json", "--skip-damaged", "in.avro", status=3)
    same(len(of_file("out.avro")), 500, "points kept")
    told = json.loads(done.out)
    same((told["status"], told["lost_files"], told["lost_records"]), ("degraded", 1, 5), "lost")
    done.said("lost of 1 file: 0 bytes, at least 5 records")


def test_unfinished():
    by_tlm("in.avro", 0, 1000)
    data = read("in.avro")
    at = data.index(b"tlm.points") + 11
    for name in ("tlm.points", "tlm.records", "tlm.first_ns", "tlm.last_ns"):
        at = data.index(name.encode()) + len(name) + 1
        data = data[:at] + b" " * 20 + data[at + 20:]
    store(".run.avro.partial", data)
    refuses("-o", "out.avro", ".run.avro.partial", "in.avro",
            says=".run.avro.partial was not finished by its writer: tlm recover makes a whole file"
            " of it")


# ---- leaving out damage --------------------------------------------------------------------------


def damaged(lost):
    """in1.avro with one block changed for each of `lost`; returns the points that are whole."""
    make("in0.avro", 0, 500)
    make("in1.avro", 1000, 1500, per_block=50, codec="deflate")
    make("in2.avro", 2000, 2500)
    ends = block_ends("in1.avro")
    points = of_files(["in0.avro", "in1.avro", "in2.avro"])
    for block in lost:
        flip("in1.avro", ends[block + 1] - 40)
    gone = {1000 + 50 * block + i + 1700000000000000000 for block in lost for i in range(50)}
    return [point for point in points if point[1] not in gone]


def test_skip_damaged():
    for i, lost in enumerate(((4,), (0, 9), (2, 3, 7), tuple(range(10)))):
        wanted = damaged(lost)
        for more in ((), ("--sort", "time"), ("--rotate-points", 77), ("--coalesce",)):
            done = rotate("-o", f"out{i}/run.avro", "--json", "--skip-damaged", *more, "in0.avro",
                          "in1.avro", "in2.avro", status=3)
            found = of_files(sorted(f"out{i}/{name}" for name in names(f"out{i}")))
            same(sorted(found), sorted(wanted), "points")
            told = json.loads(done.out)
            same((told["status"], told["points"], told["lost_files"]),
                 ("degraded", len(wanted), 1), "the report")
            same(told["lost_records"], 2 * len(lost), "records lost")
            check(told["lost_bytes"] > 0, told)
            check(all("in1.avro: bytes" in line for line in done.lines[:-1]), done.err)
            check(done.lines[-1].startswith("tlm rotate: lost of 1 file: "), done.err)
            no_partials(f"out{i}")
            for name in names(f"out{i}"):
                os.unlink(f"out{i}/{name}")


def test_skip_damaged_header():
    """Without a header nothing can be read; the others are."""
    wanted = of_files(["in0.avro", "in2.avro"]) if damaged(()) else []
    store("in1.avro", b"Obj\x02" + read("in1.avro")[4:])
    done = rotate("-o", "out.avro", "--skip-damaged", "in0.avro", "in1.avro", "in2.avro", status=3)
    done.said("in1.avro")
    same(of_file("out.avro"), wanted, "points")
    refuses("-o", "none.avro", "--skip-damaged", "none.avro", says="none.avro: No such file or"
            " directory")


def test_skip_damaged_marker():
    """The header's marker is damaged: that of the blocks counts."""
    wanted = damaged(())
    flip("in1.avro", block_ends("in1.avro")[0] - 5)
    for more in ((), ("--rotate-points", 77), ("--sort", "time")):
        rotate("-o", "out/run.avro", "--skip-damaged", *more, "in0.avro", "in1.avro", "in2.avro",
               status=3)
        files = ["out/" + name for name in names("out")]
        same(sorted(of_files(files)), sorted(wanted), "points")
        for name in files:
            os.unlink(name)


def test_skip_nothing_left():
    damaged(())
    store("in1.avro", b"Obj\x02" + read("in1.avro")[4:])
    done = rotate("-o", "out.avro", "--skip-damaged", "in1.avro", status=1)
    done.said("there is no point in the input")
    check(not os.path.exists("out.avro"), "a file of nothing")


def test_skip_without_damage():
    three()
    done = rotate("-o", "out.avro", "--skip-damaged", "-q", "in0.avro", "in1.avro", "in2.avro")
    same(done.err, "", "messages")


# ---- targets -------------------------------------------------------------------------------------


def test_target_exists():
    three()
    make("out.avro", 0, 5)
    make("cut_000.avro", 0, 5)
    refuses("-o", "out.avro", "in0.avro",
            says="out.avro exists already (--force replaces it)")
    refuses("-o", "cut.avro", "--rotate-points", 100, "in0.avro",
            says="cut_000.avro exists already (--continue goes on after it, --force replaces)")
    rotate("-o", "cut.avro", "--rotate-points", 500, "--continue", "-q", "in0.avro")
    same([len(of_file(name)) for name in names() if name.startswith("cut")], [10, 500, 500],
         "points")
    rotate("-f", "-o", "out.avro", "in0.avro")
    same(of_file("out.avro"), of_file("in0.avro"), "points")


def test_target_is_an_input():
    three()
    os.link("in1.avro", "hard.avro")
    os.symlink("in1.avro", "soft.avro")
    os.rename("in2.avro", "in_001.avro")
    for target, inputs in (("in0.avro", ["in0.avro"]), ("./in1.avro", ["in0.avro", "in1.avro"]),
                           ("hard.avro", ["in1.avro"]), ("in1.avro", ["soft.avro"])):
        for more in ((), ("--sort", "time"), ("--delete-source",), ("--dedupe",)):
            refuses("-f", "-o", target, *more, *inputs,
                    says=(os.path.basename(target), "is also an input of this run"))
    refuses("-f", "-o", "in.avro", "--rotate-points", 300, "in0.avro", "in_001.avro",
            says=("in_001.avro", "is also an input of this run"))


def test_target_cannot_be():
    three()
    store("file", b"")
    refuses("-o", "file/out.avro", "in0.avro", says="folder file: Not a directory")
    os.mkdir("out.avro")
    refuses("-f", "-o", "out.avro", "in0.avro", says="out.avro is a directory", status=2)


def test_small_limits():
    """A file of at most so many bytes: what is too small for a point is a part of its own."""
    make("in.avro", 0, 20)
    size = os.path.getsize("in.avro")
    for limit in (1, 100, 800):
        refuses("-o", "out.avro", "--rotate-size", limit, "in.avro", status=2,
                says=(f"parts of {limit} bytes have no room for points: a header takes", ""))
    rotate("-o", "out/run.avro", "--rotate-size", 1200, "in.avro")
    files = ["out/" + name for name in names("out")]
    check(len(files) > 1 and max(map(os.path.getsize, files)) <= 1200 < size, "sizes")
    same(sorted(of_files(files)), sorted(of_file("in.avro")), "points")


if __name__ == "__main__":
    run_all("test_rotate_refusals", globals())
