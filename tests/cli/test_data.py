#!/usr/bin/python3
"""Real files: each file of the folder TLM_TEST_DATA is converted, read back with python3-avro and
with avro-c, and compared value by value with an independent parse (tests/support/reference.py).

usage: test_data.py [NAME...]       only these files

TLM is the program under test; without it, build/tlm. The files' flags are in the folder's README.
"""

import csv
import dataclasses
import glob
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "support"))

# pylint: disable=wrong-import-position
import readback  # noqa: E402
from reference import Options, convert  # noqa: E402

TLM = os.environ.get("TLM") or os.path.join(HERE, "..", "..", "build", "tlm")
PX4 = (["-t", "timestamp", "-T", "relative:us", "--time-origin", "2024-01-01T00:00:00Z"],
       Options(input="csv", time_field="timestamp", time_format="relative:us",
               time_origin="2024-01-01T00:00:00Z"))
BOSTON = ["-t", "open_dt", "--tz", "America/New_York"]
BOSTON_OPTIONS = Options(time_field="open_dt", tz="America/New_York")

# The flags a person would type, and what they mean.
FILES = {
    "nab_machine_temperature.csv": (
        ["--tz", "UTC"], Options(input="csv", time_field="timestamp", tz="UTC")),
    "rocketpy_telemega_flight3.csv": (
        ["-t", "time", "-T", "relative:s", "--time-origin", "2022-06-24T15:17:16Z"],
        Options(input="csv", time_field="time", time_format="relative:s",
                time_origin="2022-06-24T15:17:16Z")),
    "xio_fusion_sensor_data.csv": (
        ["-t", "Time (s)", "-T", "relative:s", "--time-origin", "2024-01-01T00:00:00Z"],
        Options(input="csv", time_field="Time (s)", time_format="relative:s",
                time_origin="2024-01-01T00:00:00Z")),
    "px4_estimator_status.csv": PX4,
    "px4_sensor_combined.csv": PX4,
    "movingpandas_boat_positions.csv": (
        ["-t", "ais_pos_timestamp", "-T", "strptime:%d/%m/%Y %H:%M", "--tz", "UTC",
         "--tag-field", "vessel=ID"],
        Options(input="csv", time_field="ais_pos_timestamp", tz="UTC",
                time_format="strptime:%d/%m/%Y %H:%M", tag_fields={"vessel": "ID"})),
    "qsv_boston311.csv": (BOSTON, dataclasses.replace(BOSTON_OPTIONS, input="csv")),
    "qsv_boston311.jsonl": (BOSTON, BOSTON_OPTIONS),
    "gfw_ais_416000000.jsonl": (
        ["-t", "timestamp", "--tz", "UTC", "--tag-field", "ssvid=ssvid"],
        Options(time_field="timestamp", tz="UTC", tag_fields={"ssvid": "ssvid"})),
    "timberdew_sysmon_metrics.jsonl": (
        ["-t", "ts", "--flatten", ".", "--duplicate-keys", "last"],
        Options(flatten=".", duplicate_keys="last")),
    "spacex_ses11_raw.jsonl": (
        ["-t", "time", "-T", "relative:s", "--time-origin", "2017-10-11T22:53:00Z"],
        Options(time_field="time", time_format="relative:s", time_origin="2017-10-11T22:53:00Z")),
    "lisbon_weather.jsonl": (["-t", "ts"], Options()),
    "otrf_windows_events_slice.jsonl": (
        ["-t", "@timestamp"], Options(time_field="@timestamp")),
}
NOT_DATA = {"README.md"}

# Further limits, which must not change what is inside.
LIMITS = {
    "small batches": ["--batch-points", "777", "--rotate-points", "10000"],
    "rotation by size, little memory": ["--memory", "8MiB", "--rotate-size", "64KiB",
                                        "--codec", "deflate"],
    "rotation by span": ["--batch-points", "5000", "--rotate-span", "20m", "--codec", "null"],
}
TINY = {"tiny batches": ["--batch-points", "7", "--rotate-points", "1000"]}
TINY_POINTS = 30000  # files with more would make too many records


class Data:
    """Counts checks; says what failed."""

    def __init__(self, folder, scratch):
        self.folder, self.scratch = folder, scratch
        self.avro_c = readback.AvroC(scratch)
        self.passed = self.failed = self.runs = 0

    def check(self, what, problem):
        if problem:
            self.failed += 1
            print(f"FAILED {what}: {problem}")
        else:
            self.passed += 1

    def write(self, name, flags):
        """The parts of a run, in order."""
        self.runs += 1
        folder = os.path.join(self.scratch, f"run{self.runs}")
        os.mkdir(folder)
        done = subprocess.run(
            [TLM, "write", "-q", *flags, "-o", os.path.join(folder, "out.avro"),
             os.path.join(self.folder, name)], capture_output=True, text=True, check=False)
        paths = sorted(glob.glob(os.path.join(folder, "*")), key=lambda path: (len(path), path))
        left = [entry for entry in os.listdir(folder) if entry.startswith(".")]
        if done.returncode != 0 or done.stderr or left or not paths:
            raise AssertionError(f"exit {done.returncode}, {left or 'no partials'},"
                                 f" {len(paths)} parts: {done.stderr.strip()}")
        return paths

    def whole(self, name, flags, wanted):
        """One file with both readers: everything, and in order of first appearance."""
        paths = self.write(name, flags)
        part = readback.Part(paths[0])
        part.check_header()
        found = readback.of_series(part.points)
        self.check(f"{name} by python3-avro", readback.difference(found, wanted)
                   or list(found) != list(wanted) and "channels are out of order")
        self.check(f"{name} by avro-c", part.points != self.avro_c.points(paths)
                   and "the two readers differ")

    def limited(self, name, flags, limits, result):
        paths = self.write(name, flags + limits)
        parts = [self.avro_c.points([path]) for path in paths]
        wanted = result.series()
        self.check(f"{name} {limits}", readback.difference(
            readback.of_series(point for part in parts for point in part), wanted))
        if "--rotate-points" in limits:
            limit = int(limits[limits.index("--rotate-points") + 1])
            whole, rest = divmod(len(result.points), limit)
            sizes = [limit] * whole + [rest] * (rest > 0)
            self.check(f"{name}: parts of {limit} points", [len(part) for part in parts] != sizes
                       and f"found {[len(part) for part in parts]}, want {sizes}")

    def file(self, name):
        if name not in FILES:
            self.check(name, "has no flags in this test")
            return
        flags, options = FILES[name]
        with open(os.path.join(self.folder, name), "rb") as stream:
            result = convert([(name, stream.read())], options)
        self.check(f"{name}: the reference takes every row", result.rejects[:1])
        print(f"{name}: {result.rows} rows, {len(result.points)} points,"
              f" {len(result.series())} series")
        self.guarded(name, lambda: self.whole(name, flags, result.series()))
        small = len(result.points) <= TINY_POINTS
        for what, limits in (LIMITS | TINY if small else LIMITS).items():
            self.guarded(f"{name}, {what}", lambda limits=limits: self.limited(
                name, flags, limits, result))

    def guarded(self, what, step):
        try:
            step()
        except Exception as error:  # pylint: disable=broad-except
            self.check(what, f"{type(error).__name__}: {error}")


def twins(data):
    """The CSV and the JSON of qsv_boston311 hold the same: all as text, read both ways."""
    parts = {}
    for kind in "csv", "jsonl":
        flags = BOSTON + ["--type", "*=string", "--tag-field", "case=case_enquiry_id"]
        part = readback.Part(data.write(f"qsv_boston311.{kind}", flags)[0])
        parts[kind] = {(series, ns): value[1].strip() for series, ns, value in part.points
                       if value[1].strip()}
    differing = [(key, parts["csv"].get(key), parts["jsonl"].get(key))
                 for key in parts["csv"].keys() | parts["jsonl"].keys()
                 if parts["csv"].get(key) != parts["jsonl"].get(key)]
    data.check("qsv_boston311.csv and .jsonl as text", differing[:3])
    data.check("qsv_boston311: both have points", not parts["csv"] and "none")


def boston_by_python(data):
    """The same CSV by Python's csv module: a second parse beside the reference."""
    flags = BOSTON + ["--type", "*=string", "--tag-field", "case=case_enquiry_id"]
    part = readback.Part(data.write("qsv_boston311.csv", flags)[0])
    found = {(series[1][0][1], series[0]): value[1] for series, _, value in part.points}
    wanted = {}
    with open(os.path.join(data.folder, "qsv_boston311.csv"), newline="",
              encoding="utf-8-sig") as stream:
        for row in csv.DictReader(stream):
            for name, cell in row.items():
                if cell.strip() and name not in ("open_dt", "case_enquiry_id"):
                    wanted[row["case_enquiry_id"], name] = cell.strip()
    data.check("qsv_boston311.csv by Python's csv", {key: cell.strip() for key, cell in
                                                     found.items()} != wanted and "they differ")
    with open(os.path.join(data.folder, "qsv_boston311.jsonl"), encoding="utf-8") as stream:
        nulls = sum(value is None for line in stream for value in json.loads(line).values())
    data.check("qsv_boston311.jsonl has the nulls it is said to have", nulls != 227 and nulls)


def main():
    folder = os.environ.get("TLM_TEST_DATA")
    if not folder:
        print("TLM_TEST_DATA names no folder of data files: skipped")
        print("data: 0 passed, 0 failed")
        return 0
    with tempfile.TemporaryDirectory(prefix="tlm-data.") as scratch:
        data = Data(folder, scratch)
        names = sys.argv[1:] or sorted(set(os.listdir(folder)) - NOT_DATA)
        for name in names:
            data.file(name)
        if {"qsv_boston311.csv", "qsv_boston311.jsonl"} <= set(names):
            data.guarded("twins", lambda: twins(data))
            data.guarded("csv module", lambda: boston_by_python(data))
        if not sys.argv[1:]:
            for name in FILES.keys() - set(names):
                data.check(name, "is not in the folder")
    print(f"data: {data.passed} passed, {data.failed} failed")
    return data.failed > 0


if __name__ == "__main__":
    sys.exit(main())
