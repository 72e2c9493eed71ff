"""The figures of `tlm stats`, worked out in Python without rounding, from what readavro.py reads.

Nothing is shared with the code under test: numbers are fractions, percentiles come from the sorted
values, intervals are walked one by one.
"""

import datetime
import math
import os
import sys
from fractions import Fraction

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

# pylint: disable=wrong-import-position
import readavro  # noqa: E402

NUMBERS = "double", "long"
TEXTS = "string", "JsonStruct"
ITEMS = "DoubleArray", "StringArray"
TYPE_NAMES = {"double": "double", "string": "string", "long": "long",
              "DoubleArray": "double array", "StringArray": "string array", "JsonStruct": "json"}


def time_text(ns):
    """RFC 3339 with as many digits as there are."""
    seconds, rest = divmod(ns, 10**9)
    at = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=seconds)
    fraction = f".{rest:09}".rstrip("0") if rest else ""
    return at.strftime(f"{at.year:04}-%m-%dT%H:%M:%S{fraction}Z")


def root(value):
    """The square root of a fraction as the nearest double, nearly."""
    if not value:
        return 0.0
    shift = 2 * max(0, 120 + value.denominator.bit_length() - value.numerator.bit_length()) + 240
    whole = math.isqrt((value.numerator << shift) // value.denominator)
    return float(Fraction(whole, 1 << (shift // 2)))


def ordered(value):
    return Fraction(value) if math.isfinite(value) else value


def at_rank(values, percent):
    """The smallest value with at least percent of them at or below it."""
    return values[max(1, -(-len(values) * percent // 100)) - 1]


class Line:
    """One line of the table, value by value."""

    def __init__(self):
        self.times, self.types, self.numbers, self.nan = [], set(), [], 0
        self.steps, self.late, self.duplicates = [], 0, 0
        self.texts, self.lengths = {}, []
        self.raw = self.disk = 0

    def add_value(self, kind, value):
        self.types.add(kind)
        if kind in NUMBERS:
            if value != value:
                self.nan += 1
            else:
                self.numbers.append(value)
        elif kind in TEXTS:
            text = value["json"] if kind == "JsonStruct" else value
            self.texts[text] = self.texts.get(text, 0) + 1
        else:
            self.lengths.append(len(value["items"]))

    def add_time(self, ns, latest):
        """Returns the latest time after it."""
        self.times.append(ns)
        if latest is None:
            return ns
        if ns > latest:
            self.steps.append((ns - latest, latest))
            return ns
        self.late += ns < latest
        self.duplicates += ns == latest
        return latest

    # ---- figures -----------------------------------------------------------------------------

    def put_times(self, out, gap, median):
        first, last = min(self.times), max(self.times)
        out.update(points=len(self.times), first_ns=first, last_ns=last, first=time_text(first),
                   last=time_text(last), duration_s=float(Fraction(last - first, 10**9)),
                   out_of_order=self.late, duplicates=self.duplicates)
        gaps = {"count": 0, "exact": True, "total_s": 0.0}
        if self.steps:
            lengths = sorted(step for step, _ in self.steps)
            median = median or at_rank(lengths, 50)
            jitter = at_rank(sorted(abs(step - median) for step in lengths), 50)
            beyond = gap if isinstance(gap, int) else math.floor(gap * float(median))
            found = [step for step in self.steps if step[0] > beyond]
            gaps.update(count=len(found),
                        total_s=float(Fraction(sum(step for step, _ in found), 10**9)))
            if found:
                longest, at = max(found, key=lambda step: step[0])
                gaps.update(longest_s=float(Fraction(longest, 10**9)), longest_at=time_text(at))
            out.update(rate_hz=1e9 / median, interval_median_s=float(Fraction(median, 10**9)),
                       jitter_s=float(Fraction(jitter, 10**9)))
        out["gaps"] = gaps

    def put_numbers(self, out):
        if self.types & set(NUMBERS):
            out.update(nan=self.nan, infinite=sum(not math.isfinite(x) for x in self.numbers))
        if self.numbers:
            values = sorted(self.numbers, key=ordered)
            out.update(min=values[0], max=values[-1], quantile_error=0.0)
            for percent in 1, 50, 99:
                out[f"p{percent}"] = at_rank(values, percent)
        finite = [Fraction(x) for x in self.numbers if math.isfinite(x)]
        if finite:
            mean = sum(finite) / len(finite)
            squares = sum(x * x for x in finite) / len(finite)
            out.update(mean=float(mean), std=root(squares - mean * mean))

    def figures(self, gap, median=None):
        """median: of the intervals, in ns, when it is known otherwise."""
        out = {"types": [name for kind, name in TYPE_NAMES.items() if kind in self.types]}
        self.put_times(out, gap, median)
        self.put_numbers(out)
        if self.types & set(TEXTS):
            top = sorted(self.texts.items(), key=lambda item: (-item[1], item[0].encode()))[:5]
            out.update(distinct=len(self.texts), distinct_exact=True,
                       top=[{"value": text, "count": count} for text, count in top])
        if self.lengths:
            out["length"] = {"min": min(self.lengths), "max": max(self.lengths),
                             "mean": float(Fraction(sum(self.lengths), len(self.lengths)))}
        out.update(bytes_raw=self.raw, bytes_disk=self.disk)
        return out


def blocks_of(path):
    """[(bytes of the block in the file, [(bytes of the record, record), ...]), ...]"""
    data = readavro.read(path)
    borders = readavro.File(data)
    sizes, at = [], borders.body.at()
    for _ in borders.blocks():
        sizes.append(borders.body.at() - at)
        at = borders.body.at()
    blocks = [(size, []) for size in sizes]
    for number, size, record in readavro.File(data).records():
        blocks[number][1].append((size, record))
    return blocks


def key_of(record, by):
    if by == "channel":
        return record["channel"], ()
    if by.startswith("tag."):
        value = record["tags"].get(by[4:])
        return None, () if value is None else ((by[4:], value),)
    return record["channel"], tuple(sorted(record["tags"].items()))


def share_block(lines, size, records, by):
    """The block's bytes, by raw bytes, rounded so that they add up."""
    whole, before = sum(raw for raw, _ in records), 0
    for raw, record in records:
        line = lines.get(key_of(record, by))
        if line and record["timestamps"]:
            line.raw += raw
            line.disk += (before + raw) * size // whole - before * size // whole
            before += raw


def read(paths, by="series"):
    """{(channel or None, tags): Line}"""
    lines, latest = {}, {}
    for path in paths:
        for size, records in blocks_of(path):
            for _, record in records:
                if not record["timestamps"]:
                    continue
                series = record["channel"], tuple(sorted(record["tags"].items()))
                line = lines.setdefault(key_of(record, by), Line())
                for ns, (kind, value) in zip(record["timestamps"], record["values"]):
                    latest[series] = line.add_time(ns, latest.get(series))
                    line.add_value(kind, value)
            share_block(lines, size, records, by)
    return lines


def figures(paths, by="series", gap=3.0):
    """{(channel or None, tags): figures as in the JSON}; gap: a factor, or integer nanoseconds."""
    return {key: line.figures(gap) for key, line in read(paths, by).items()}
