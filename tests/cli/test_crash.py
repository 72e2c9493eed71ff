#!/usr/bin/python3
"""Power cuts: what a run does to files is recorded, and after each operation every folder is made
that a disk may hold then (support/disk.py). In each of them what has its final name is whole,
`recover --finish` gets the rest, and nothing is gone that was safe.

FAULT_LONG=1 (or CHECK_LONG=1) takes every state, otherwise some of each run.
"""

import collections
import hashlib
import multiprocessing
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from disk import Disk
from fault_scenarios import (JOBS, LONG, MARKER, MEMORY, RECORD_FILES, make_inputs,
                             stop_without_tracing)
from known_points import files_of, is_part, points_of
from outside import TLM, check, environment, same

SHORT = 40  # states of a run in the short form

Scenario = collections.namedtuple("Scenario", "name inputs args check options")

WRITE = ("write", "-q", "-t", "ts", "-T", "ns", "-j", "1")
SOURCES = ["src_000.avro", "src_001.avro", "src_002.avro"]


# ---- what has to hold in a state ---------------------------------------------------------------


class State:
    """A folder after a power cut: parts are whole and hold points of the run, none twice."""

    def __init__(self, run, folder):
        self.run = run
        self.files = files_of(folder)
        self.points = collections.Counter()   # of outputs
        self.sources = collections.Counter()  # of inputs that are still there
        for name in filter(is_part, sorted(self.files)):
            if "broken" in run.scenario.options and name in run.inputs:
                continue
            found = points_of(os.path.join(folder, name), self.files[name])
            check(found is not None, name, "is damaged")
            if self.files[name] == run.inputs.get(name):
                self.sources += found
            else:
                self.points += found
        extra = self.points - run.points
        check(not extra, f"{sum(extra.values())} points too many")


def check_nothing(_):
    """Parts that are whole are all that is asked for."""


def check_replaced(state):
    """The old file or the new one."""
    check("again.avro" in state.files, "again.avro is gone")
    check(state.points in (collections.Counter(), state.run.points), "a part of the new file")


def check_all_there(state):
    """Sources that are gone are in the outputs."""
    missing = set(state.run.points) - set(state.points) - set(state.sources)
    check(not missing, f"{len(missing)} points are nowhere")


def check_finished(state):
    """The partial is there, or the part."""
    if not any(".partial" in name for name in state.files):
        same(state.points, state.run.points, "points")


def check_kept(state):
    """Inputs are as they were."""
    for name, data in state.run.inputs.items():
        check(state.files.get(name) == data, name, "was changed")


SCENARIOS = [
    Scenario("write-rotate", ["in.jsonl"],
             [*WRITE, "--rotate-points", "130", "--batch-points", "20", "-o", "run.avro",
              "in.jsonl"], check_nothing, []),
    Scenario("write-flush", ["in.jsonl"],
             [*WRITE, "--rotate-points", "180", "--batch-points", "20", "--fsync", "flush", "-o",
              "run.avro", "in.jsonl"], check_nothing, ["flush"]),
    Scenario("write-force", ["in.jsonl", "again.avro"],
             [*WRITE, "-f", "--batch-points", "20", "-o", "again.avro", "in.jsonl"],
             check_replaced, ["force"]),
    Scenario("rotate-delete-source", SOURCES,
             ["rotate", "-q", "-j", "1", "--delete-source", "-o", "run.avro", *SOURCES],
             check_all_there, []),
    Scenario("rotate-coalesce-delete-source", SOURCES,
             ["rotate", "-q", "-j", "1", "--coalesce", "--rotate-points", "150", "--delete-source",
              "-o", "run.avro", *SOURCES], check_all_there, []),
    Scenario("rotate-cut", SOURCES,
             ["rotate", "-q", "-j", "1", "--rotate-points", "100", "-o", "run.avro", *SOURCES],
             check_kept, []),
    Scenario("recover", ["broken.avro"], ["recover", "-q", "-o", "saved.avro", "broken.avro"],
             check_kept, ["broken"]),
    Scenario("recover-torn", [".torn.avro.partial"],
             ["recover", "-q", "--finish", ".torn.avro.partial"], check_finished, []),
    Scenario("recover-finish", [".left.avro.partial"],
             ["recover", "-q", "--finish", ".left.avro.partial"], check_finished, []),
]


# ---- a recorded run ----------------------------------------------------------------------------


def run_tlm(folder, *args):
    return subprocess.run([TLM, *args], cwd=folder, capture_output=True, check=False,
                          env=environment(ASAN_OPTIONS="detect_leaks=0"))


def key_of(files):
    return hashlib.sha256(repr(sorted(files.items())).encode()).digest()


class Run:
    """A scenario that ran to its end, and what it did."""

    def __init__(self, scenario, inputs):
        self.scenario = scenario
        self.folder = tempfile.mkdtemp(prefix="tlm-crash-", dir=MEMORY)
        self.inputs = {}
        for name in scenario.inputs:
            with open(os.path.join(inputs, name), "rb") as stream:
                self.inputs[name] = stream.read()
        self.fill(self.inputs)
        self.lines = self._record()
        self.whole = files_of(self.folder)
        self.points = collections.Counter()
        for name in filter(is_part, self.whole):
            if self.whole[name] != self.inputs.get(name):
                self.points += points_of(os.path.join(self.folder, name), self.whole[name])

    def _record(self):
        with tempfile.NamedTemporaryFile("r", dir=MEMORY) as record:
            done = subprocess.run([RECORD_FILES, record.name, TLM, *self.scenario.args],
                                  cwd=self.folder, capture_output=True, check=False,
                                  env=environment(TLM_SYNC_MARKER=MARKER,
                                                  ASAN_OPTIONS="detect_leaks=0"))
            check(done.returncode in (0, 3), done.returncode, done.stderr.decode())
            return record.readlines()

    def fill(self, files):
        shutil.rmtree(self.folder)
        os.mkdir(self.folder)
        for name, data in files.items():
            with open(os.path.join(self.folder, name), "wb") as stream:
                stream.write(data)

    def examine(self, files):
        """Returns the points that are there once everything is finished that can be."""
        self.fill(files)
        self.scenario.check(State(self, self.folder))
        force = ["-f"] if "force" in self.scenario.options else []
        for name in sorted(files):
            if re.search(r"\.partial(\.\d+)?$", name) and files[name]:
                done = run_tlm(self.folder, "recover", "-q", *force, "--finish", name)
                check(done.returncode in (0, 1, 3), done.returncode, done.stderr.decode())
        state = State(self, self.folder)
        if not force:  # which replaces the old file by what there is of the new one
            self.scenario.check(state)
        return state.points

    # ---- after each operation -----------------------------------------------------------------

    def _check_promises(self, disk, safe, line, following):
        """A part that has its name for good, and a flush that was synced, are safe."""
        strict = disk.strict()
        if line == "sync\t.\n":
            for name, data in disk.whole().items():
                check(not is_part(name) or strict.get(name) == data, name, "is not safe")
        if "flush" in self.scenario.options and line.startswith("sync") and \
                following.startswith(("write", "create")):
            same(safe, self.examine(disk.whole()), "points after a flush")

    def count_states(self):
        disk, seen = Disk(self.inputs), set()
        for line in self.lines:
            disk.do(line)
            seen.update(map(key_of, [disk.strict(), *disk.states()]))
        return len(seen)

    def check_states(self, every):
        """Takes one of `every` states; returns how many it took, of how many."""
        disk, seen, taken, step = Disk(self.inputs), set(), 0, 0
        for i, line in enumerate(self.lines):
            disk.do(line)
            safe = None
            for files in [disk.strict(), *disk.states()]:
                if key_of(files) in seen:
                    continue
                seen.add(key_of(files))
                step += 1
                if every > 1 and step % every:
                    continue
                taken += 1
                try:
                    safe = self.examine(disk.strict()) if safe is None else safe
                    lost = safe - self.examine(files)
                    check(not lost, f"{sum(lost.values())} points are lost that were safe")
                except AssertionError as error:
                    keep = tempfile.mkdtemp(prefix="tlm-crash-state-")
                    self.fill(files)
                    shutil.copytree(self.folder, keep, dirs_exist_ok=True)
                    raise AssertionError(f"after operation {i + 1} ({line[:60].strip()}), kept in "
                                         f"{keep}: {error}") from error
            safe = self.examine(disk.strict()) if safe is None else safe
            self._check_promises(disk, safe, line, (self.lines + [""])[i + 1])
        same({name: data for name, data in disk.whole().items() if name}, self.whole,
             "files as recorded")
        return taken, len(seen)


def work(job):
    inputs, index, every = job
    scenario = SCENARIOS[index]
    run = None
    try:
        run = Run(scenario, inputs)
        if not every:
            every = max(1, run.count_states() // SHORT)
        taken, known = run.check_states(every)
        return scenario.name, taken, known, None
    except AssertionError as error:
        return scenario.name, 0, 0, str(error)
    finally:
        if run:
            shutil.rmtree(run.folder, ignore_errors=True)


def main():
    sys.stdout.reconfigure(line_buffering=True, errors="backslashreplace")
    stop_without_tracing("crash")
    inputs = tempfile.mkdtemp(prefix="tlm-crash-inputs-", dir=MEMORY)
    total, failed = 0, 0
    try:
        make_inputs(inputs)
        jobs = [(inputs, index, 1 if LONG else 0) for index, each in enumerate(SCENARIOS)
                if each.name in sys.argv[1:] or len(sys.argv) == 1]
        with multiprocessing.Pool(JOBS) as pool:
            for name, taken, known, problem in pool.imap_unordered(work, jobs):
                total += taken
                failed += problem is not None
                print(f"FAILED {name}: {problem}" if problem
                      else f"{name}: {taken} of {known} states")
    finally:
        shutil.rmtree(inputs, ignore_errors=True)
    if not failed:
        print(f"crash states: {total}, all consistent")
    print(f"crash: {total} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
