#!/usr/bin/python3
"""tlm rotate --split-by: a file for each name, whatever the name, and none outside the folder."""

import os
import resource
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
# pylint: disable=wrong-import-position
import foreign  # noqa: E402
from outside import check, names, no_partials, run_all, same  # noqa: E402
from recutting import START, checksum, everything, of_file, of_files, rotate  # noqa: E402

HOSTILE = ["a/b", "a_b", "a\\b", "/", "//", "..", ".", ".hidden", "../../etc/x", "", "none", "%Y",
           "%%", "{x}", "{index}", "{{", "}", "{channel}", "{tag}", "{stem}", "n" * 300,
           "n" * 300 + "x", "é" * 150, "日本" * 60, "a.b", "a.avro", "a", "A", "a~2", "a_b~2",
           "two\nlines", "tab\t", "\x7f", " ", "-c", "-", "*", "x\u202ey", "~", "$(reboot)", "`ls`",
           ".x.partial", "CON", "a_000", "a_000.avro"]


def records(key_of):
    """A record of three points for each name, and another one later."""
    return [[foreign.record(key_of(name), [(START + 10 * i + k, ("long", i)) for k in range(3)])
             for i, name in enumerate(HOSTILE)] for _ in range(2)]


def check_split(key_of_series, found):
    """Each file holds what has one key, all of it. Returns {key: names of its files}."""
    files, points = {}, of_file("in.avro")
    for name in found:
        some = of_file(os.path.join("out", name))
        keys = {key_of_series(series) for series, _, _ in some}
        same(len(keys), 1, f"keys in {name!r}: {keys}")
        files.setdefault(keys.pop(), []).append((name, some))
    for key, parts in files.items():
        same([point for _, some in sorted(parts) for point in some],
             [point for point in points if key_of_series(point[0]) == key], f"points of {key!r}")
    same(set(files), {key_of_series(series) for series, _, _ in points}, "keys")
    return {key: sorted(name for name, _ in parts) for key, parts in files.items()}


def by_channel(series):
    return series[0]


def by_tag(series):
    return dict(series[1]).get("k.x", "")


def test_channels():
    foreign.write("in.avro", records(lambda name: (name, ())))
    for i, output in enumerate(("out/{channel}.avro", "out/run.avro", "out/x-{channel}-y",
                                "out/{channel}{{}}%%.avro")):
        for more in ((), ("--max-open", 1), ("--max-open", 7, "--rotate-points", 4)):
            done = rotate("-o", output, "--split-by", "channel", *more, "in.avro")
            check("Sanitizer" not in done.err, done.err)
            same(names(), ["in.avro", "out"], f"names beside {output}")
            check(all(os.path.isfile("out/" + name) for name in names("out")), "a folder was made")
            files = check_split(by_channel, names("out"))
            check("--rotate-points" in more or all(len(some) == 1 for some in files.values()),
                  files)
            same(len(names("out")), len(files) * (2 if len(more) > 2 else 1), "files")
            if i == 0 and not more:
                same([files[key] for key in ("a.b", "%Y", "{x}", "..", "", "none", "two\nlines")],
                     [["a.b.avro"], ["%Y.avro"], ["{x}.avro"], ["_..avro"], ["none.avro"],
                      ["none~2.avro"], ["two_lines.avro"]], "names")
            same(checksum(["out/" + name for name in names("out")]), checksum(["in.avro"]),
                 "checksum")
            for name in names("out"):
                os.unlink("out/" + name)


def test_tags():
    """Points without the tag have a file, too."""
    foreign.write("in.avro", records(lambda name: ("c", (("k.x", name), ("other", "1"))))
                  + [[foreign.record(("c", ()), [(START, ("long", 7))])]])
    rotate("-o", "out/{tag}.avro", "--split-by", "tag.k.x", "in.avro")
    files = check_split(by_tag, names("out"))
    same(files["a.b"], ["a.b.avro"], "names")
    same(files["a/b"][0], "a_b.avro", "names")
    same(files["a_b"][0], "a_b~2.avro", "names")


def test_same_points_without_split():
    foreign.write("in.avro", records(lambda name: ("c", (("k.x", name),))))
    rotate("-o", "one.avro", "--split-by", "tag.none", "in.avro")
    same(names(), ["in.avro", "one_none.avro"], "names")
    same(of_files(["one_none.avro"]), of_file("in.avro"), "points")


def test_folders():
    """The name may be that of a folder."""
    foreign.write("in.avro", records(lambda name: (name, ())))
    rotate("-o", "out/{channel}/run.avro", "--split-by", "channel", "in.avro")
    same(names(), ["in.avro", "out"], "names")
    same({tuple(names("out/" + name)) for name in names("out")}, {("run.avro",)}, "names")
    same(len(check_split(by_channel, [name + "/run.avro" for name in names("out")])),
         len(HOSTILE), "files")


def test_continue():
    """A second run goes on after the parts of the first, for each name of its own."""
    foreign.write("in.avro", records(lambda name: (name, ())))
    for count in (1, 2):
        rotate("-o", "out/run.avro", "--split-by", "channel", "--rotate-points", 6, "--continue",
               "in.avro")
        same(len(names("out")), count * len(HOSTILE), "files")
        check(all(f"_{i:03d}.avro" in str(names("out")) for i in range(count)), names("out"))
    same(len(of_files(["out/" + name for name in names("out")])), 2 * len(of_file("in.avro")),
         "points")


def test_names_that_meet():
    """Part 10 of t and part 0 of t1 have the same name: never one in place of the other."""
    foreign.write("in.avro", [[foreign.record((name, ()), [(START + i, ("long", i))])
                               for name in ("t", "t1")[:1 if i else 2]] for i in range(11)])
    for more in ((), ("-f", "--delete-source"), ("-f", "--max-open", 1)):
        done = rotate("-o", "out/{channel}{index:d}.avro", "--split-by", "channel",
                      "--rotate-points", 1, *more, "in.avro", status=1)
        done.said("out/t10.avro")
        check(any(text in done.err for text in ("the sources stay", "exists already",
                                                "is being written")), done.err)
        same(len(of_file("in.avro")), 12, "points of the source")
        for name in names("out"):
            os.unlink("out/" + name)


def test_few_descriptors():
    """More names than files may be open: said, and nothing is left; fewer at once are fine."""
    foreign.write("in.avro", records(lambda name: (name, ())))

    def few():
        resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))
    before = everything()
    done = rotate("-o", "out.avro", "--split-by", "channel", "--memory", "2GiB", "in.avro",
                  before=few, status=1)
    done.said("Too many open files")
    same(everything(), before, "files")
    rotate("-o", "out/run.avro", "--split-by", "channel", "--max-open", 5, "in.avro", before=few)
    check_split(by_channel, names("out"))


def test_targets_exist():
    """One of many: nothing half done is left of the others."""
    foreign.write("in.avro", records(lambda name: (name, ())))
    os.mkdir("out")
    os.link("in.avro", "out/{x}.avro")
    before = everything()
    for more in ((), ("-f",), ("--delete-source",)):
        done = rotate("-o", "out/{channel}.avro", "--split-by", "channel", *more, "in.avro",
                      status=1)
        done.said("{x}.avro", "is also an input" if more == ("-f",) else "exists already")
        no_partials("out")
        for name in names("out"):
            if "out/" + name not in before and "./out/" + name not in before:
                same(len(of_file("out/" + name)), 6, name)
                os.unlink("out/" + name)
        same(everything(), before, "files")


def test_bad_utf8():
    """A name that is no UTF-8 is told as damage, or kept; nothing else happens."""
    foreign.write("in.avro", [[foreign.record((b"a\xff/\xc0", ()), [(START, ("long", 1))])]])
    done = rotate("-o", "out/{channel}.avro", "--split-by", "channel", "in.avro", status=None)
    check(done.status in (0, 1), done.status, done.err)
    same(names(), ["in.avro"] + (["out"] if done.status == 0 else []), "names")


def test_nul():
    """A name with a NUL in it: its blocks can be copied; what needs a new record says so."""
    foreign.write("in.avro", [[foreign.record(("a\0b", ()), [(START + i, ("long", i))
                                                            for i in range(5)])]])
    rotate("-o", "copy.avro", "in.avro")
    same(of_file("copy.avro"), of_file("in.avro"), "points")
    rotate("-o", "by/{channel}.avro", "--split-by", "channel", "in.avro")
    same(names("by"), ["a_b.avro"], "names")
    rotate("-o", "cut.avro", "--rotate-points", 2, "in.avro", status=1).said(
        "has a NUL in its name")
    same(names(), ["by", "copy.avro", "in.avro"], "names")


if __name__ == "__main__":
    run_all("test_rotate_names", globals())
