#!/usr/bin/python3
"""tlm rotate: whatever goes in comes out, to the bit, in parts that keep every limit, as
python3-avro reads them."""

import bisect
import collections
import json
import os
import shutil
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
# pylint: disable=wrong-import-position
import foreign  # noqa: E402
from outside import LONG, check, digest, names, no_partials, run_all, same  # noqa: E402
from readback import Part, difference, of_series  # noqa: E402
from recut_cases import Inputs, Options  # noqa: E402
from recutting import START, checksum, read, rotate  # noqa: E402

CASES = 200 if LONG else 60
NAN = 0x7ff8000000000000


# ---- what has to come out ------------------------------------------------------------------------


def is_nan(number):
    return number & 0x7fffffffffffffff > 0x7ff0000000000000


def identity(value):
    """What tells values of one time apart."""
    kind, what = value
    if kind == "double" and is_nan(what):
        return kind, NAN
    if kind == "doubles":
        return kind, tuple(NAN if is_nan(item) else item for item in what)
    return value


def without_twins(points, which):
    """points: [(ns, value)] of a series, sorted"""
    groups = collections.OrderedDict()
    for ns, value in points:
        groups.setdefault((ns, identity(value) if which == "exact" else None), []).append(value)
    found = [(ns, values[-1 if which == "last" else 0]) for (ns, _), values in groups.items()]
    return found


def wanted_series(points, spans, options):
    """Each span of time is a part of its own, or several; inside, the order stays."""
    wanted, ends = of_series(points), [last for _, last in spans]
    for series, some in wanted.items():
        some = sorted(some, key=lambda point: point[0] if options.sorts
                      else bisect.bisect_left(ends, point[0]))
        wanted[series] = without_twins(some, options.dedupe) if options.dedupe else some
    return wanted


def windows(points, span_ns):
    """[(first, last)] of the spans of time, both inside."""
    found, times = [], sorted({ns for _, ns, _ in points})
    for ns in times:
        if not found or span_ns and ns > found[-1][1]:
            found.append((ns, ns + span_ns - 1 if span_ns else times[-1]))
    return found


def wanted_counts(wanted, spans, options):
    """Points of each part, of each key, when no size cuts."""
    counts = {}
    for first, last in spans:
        of_key = collections.Counter()
        for series, points in wanted.items():
            of_key[options.key(series)] += sum(first <= ns <= last for ns, _ in points)
        for key, count in of_key.items():
            step = options.points or count
            while count:
                counts.setdefault(key, []).append(min(step, count))
                count -= min(step, count)
    return counts


# ---- checks --------------------------------------------------------------------------------------


def check_part(part, path, options):
    """Returns the key of the part."""
    check(part.points, path, "is empty")
    part.check_header()
    keys = {options.key(series) for series, _, _ in part.points}
    same(len(keys), 1, f"keys of {path}: {keys}")
    size = os.path.getsize(path)
    check(not options.size or size <= options.size or len(part.points) == 1, path, size, "bytes")
    check(not options.points or len(part.points) <= options.points, path, len(part.points))
    times = [ns for _, ns, _ in part.points]
    check(not options.span_ns or max(times) - min(times) < options.span_ns, path, "spans",
          max(times) - min(times))
    return keys.pop()


def check_metadata(part, inputs):
    """What all inputs agree on, and nothing else."""
    ours = {key: word for key, word in part.meta.items()
            if not key.startswith(("tlm.", "avro."))}
    same(ours, {key: word for key, word in inputs[0].meta.items()
                if not key.startswith(("tlm.", "avro."))
                and all(other.meta.get(key) == word for other in inputs)}, "metadata")


def check_copies(paths, out):
    """Whole blocks of the same codec come byte for byte."""
    blocks = [one for path in paths for one in foreign.raw_blocks(read(path))]
    kept = foreign.raw_blocks(read(out))
    left = iter(blocks)
    check(all(one in left for one in kept), "the blocks are not those of the inputs")


def made(folder, inputs, options, *more):
    """Runs it; returns the paths of the parts, in order."""
    done = rotate("-o", f"{folder}/run.avro", "--json", *options.arguments(), *more, *inputs)
    report = json.loads(done.out)
    same(sorted(os.path.basename(part["path"]) for part in report["parts"]), names(folder),
         "the parts that are told")
    same(done.err, "", "messages")
    same(report["bytes_out"], sum(os.path.getsize(part["path"]) for part in report["parts"]),
         "bytes_out")
    return [part["path"] for part in report["parts"]], report


def check_case(seed):
    inputs = Inputs(seed)
    sources = [Part(name) for name in inputs.names]
    points = [point for part in sources for point in part.points]
    times = [ns for _, ns, _ in points]
    options = Options(seed, max(times) - min(times) if times else 0)
    if not points:
        rotate("-o", "out/run.avro", *inputs.names, status=1).said("there is no point")
        return "empty"
    before = {name: digest(name) for name in inputs.names}
    paths, report = made("out", inputs.names, options)
    same({name: digest(name) for name in inputs.names}, before, "the sources")
    no_partials("out")
    outputs = [Part(path) for path in paths]
    keys = [check_part(part, path, options) for part, path in zip(outputs, paths)]
    spans = windows(points, options.span_ns)
    wanted = wanted_series(points, spans, options)
    found = of_series([point for part in outputs for point in part.points])
    failed = difference(found, wanted)
    check(not failed, failed)
    kept = sum(len(some) for some in wanted.values())
    same((report["points"], report["duplicates"], report["bytes_in"]),
         (kept, len(points) - kept, sum(map(os.path.getsize, inputs.names))), "report")
    if not options.dedupe:
        same(checksum(paths), checksum(inputs.names), "checksum")
    counts = {}
    for part, key in zip(outputs, keys):
        counts.setdefault(key, []).append(len(part.points))
    if not options.size:
        same(counts, wanted_counts(wanted, spans, options), "counts")
    for part in outputs:
        check_metadata(part, sources)
    same_codec = {source.file.codec for source in sources} == {outputs[0].file.codec}
    if same_codec and not (options.rotates or options.coalesce or options.split or options.sorts):
        check_copies(inputs.names, paths[0])
        same(report["blocks_decoded"], 0, "blocks decoded")
    same_for_threads(inputs.names, options, paths)
    dry_run(inputs.names, options, report)
    return "full"


def without_marker(path):
    data = read(path)
    return data.replace(Part(path).file.sync, bytes(16))


def same_for_threads(inputs, options, paths):
    options.threads = options.threads % 4 + 1
    others, _ = made("other", inputs, options)
    same([os.path.basename(path) for path in others], list(map(os.path.basename, paths)), "names")
    for one, other in zip(paths, others):
        check(without_marker(one) == without_marker(other), one, "depends on the threads")


def dry_run(inputs, options, report):
    done = rotate("-n", "-o", "dry/run.avro", "--json", *options.arguments(), *inputs)
    told = json.loads(done.out)
    check(not os.path.exists("dry"), "a dry run made something")
    report = {**report, "dry_run": True, "seconds": 0, "deleted": 0}
    told["seconds"] = 0
    for one in (report, told):
        one["parts"] = [{**part, "path": os.path.basename(part["path"])} for part in one["parts"]]
    same(told, report, "a dry run told")


def test_random_cases():
    first = int(os.environ.get("ROTATE_SEED", "0"))
    kinds = collections.Counter()
    for seed in range(first, first + (1 if "ROTATE_SEED" in os.environ else CASES)):
        os.mkdir("case")
        os.chdir("case")
        try:
            kinds[check_case(seed)] += 1
        except Exception as error:
            raise AssertionError(f"ROTATE_SEED={seed}: {error!r}") from error
        os.chdir("..")
        shutil.rmtree("case")
    check(kinds["full"], "no case had points")


# ---- blocks as they are --------------------------------------------------------------------------


def blocks_of_one_channel(name, codec, first, count):
    """Blocks of 100 points, in turn of channels a and b."""
    foreign.write(name, [[foreign.record(("ab"[i % 2], ()), [
        (START + 100 * i + k, ("long", k)) for k in range(100)])]
        for i in range(first, first + count)], codec, sync=bytes([first % 251] * 16))


def all_blocks(paths):
    return [data for path in paths for _, data in foreign.raw_blocks(read(path))]


def rotated(*arguments):
    shutil.rmtree("out", ignore_errors=True)
    told = json.loads(rotate("-o", "out/run.avro", "--json", *arguments).out)
    return told, [part["path"] for part in told["parts"]]


def test_copies():
    """Where limits are far apart no block is written anew."""
    for codec in ("snappy", "null", "deflate", "zstandard"):
        inputs = ["in0.avro", "in1.avro", "in2.avro"]
        for i, name in enumerate(inputs):
            blocks_of_one_channel(name, codec, 10 * i, 10)
        wanted = all_blocks(inputs)
        size = 900 + sum(map(len, wanted)) // 4
        for more, parts in ((("--rotate-points", 500), 6), (("--rotate-span", "500ns"), 6),
                            (("--rotate-size", size), None), (("--rotate-points", 3000), 1),
                            (("--split-by", "channel"), 2), (("--recode", codec), 1)):
            told, paths = rotated(*more, *inputs)
            same((told["blocks_copied"], told["blocks_decoded"]), (30, 0), f"blocks with {more}")
            same(len(paths), parts or len(paths), f"parts with {more}")
            order = sorted(range(30), key=lambda i: i % 2) if "channel" in more else range(30)
            same([hash(data) for data in all_blocks(paths)], [hash(wanted[i]) for i in order],
                 f"blocks with {more}")
        told, paths = rotated("--rotate-points", 250, *inputs)
        same((told["blocks_copied"], told["blocks_decoded"]), (24, 6), "blocks with a cut in 6")
        check(set(wanted) >= set(all_blocks(paths)[:2]), "the first two blocks are not the same")


def test_codecs():
    """Of the first input; blocks of another one are written anew."""
    for i, codec in enumerate(("zstandard", "snappy", "zstandard")):
        blocks_of_one_channel(f"in{i}.avro", codec, 10 * i, 10)
    told, paths = rotated("in0.avro", "in1.avro", "in2.avro")
    same((told["blocks_copied"], told["blocks_decoded"]), (20, 10), "blocks")
    same(Part(paths[0]).file.codec, "zstandard", "codec")
    told, paths = rotated("--recode", "snappy", "in0.avro", "in1.avro", "in2.avro")
    same((told["blocks_copied"], told["blocks_decoded"]), (10, 20), "blocks")
    same(Part(paths[0]).file.codec, "snappy", "codec")
    for name in ("in0.avro", "in1.avro"):  # one that is only read
        blocks_of_one_channel(name, "bzip2", 0, 3)
        told, paths = rotated(name)
        same((told["blocks_copied"], Part(paths[0]).file.codec), (0, "snappy"), "codec")


def test_lonely_times():
    """More points than fit, and one ages before them: the span is halved by points, not by time."""
    count = 250000
    blocks = [[foreign.record(("a", ()), [(START + count - i - k, ("long", k))
                                          for k in range(2000)])] for i in range(0, count, 2000)]
    blocks.append([foreign.record(("a", ()), [(-(1 << 63), ("long", 0))])])
    foreign.write("in.avro", blocks)
    told, paths = rotated("--sort", "time", "--memory", "16MiB", "in.avro")
    times = [ns for _, ns, _ in Part(paths[0]).points]
    same((len(times), times == sorted(times)), (count + 1, True), "points in order")
    check(told["blocks_decoded"] < 5 * len(blocks), told["blocks_decoded"], "of", len(blocks))


def test_selection():
    """Only the points that are asked for, the same that `tlm checksum` takes."""
    for seed in range(4):
        inputs = Inputs(seed).names
        for asked in (("-c", "*a*"), ("--exclude", "*a*"), ("--from", "+1us"), ("--to", "-1us"),
                      ("--tag", "car=7"), ("--from", "+1us", "--to", "-1us", "-c", "*")):
            none = not checksum([*asked, *inputs]).strip(b"0")
            done = rotate("-q", "-f", *asked, "--coalesce", "-o", "some.avro", *inputs,
                          status=1 if none else 0)
            if none:
                same(done.err, "tlm rotate: no point of the input is selected\n", "message")
            else:
                same(checksum(["some.avro"]), checksum([*asked, *inputs]), f"{asked} of {seed}")
        done = rotate("-o", "no.avro", "--delete-source", "-c", "*", *inputs, status=2)
        check("sources are only deleted" in done.err, done.err)
        for name in names():
            os.unlink(name)


def test_times_in_names():
    """Of the first point of each part."""
    foreign.write("in.avro", [[foreign.record(("a", ()), [
        (START + i * 3600 * 10**9, ("long", i)) for i in range(48)])]])
    _, paths = rotated("--rotate-span", "1d", "-o", "out/%Y%m%d_{index}.avro", "in.avro")
    same(paths, ["out/20231114_000.avro", "out/20231115_001.avro"], "names")
    _, paths = rotated("--split-by", "channel", "-o", "out/{channel}_%H.avro", "in.avro")
    same(paths, ["out/a_22.avro"], "names")


if __name__ == "__main__":
    run_all("test_rotate", globals())
