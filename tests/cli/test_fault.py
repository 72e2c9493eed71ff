#!/usr/bin/python3
"""Calls that fail: each scenario of fault_scenarios.py runs with its 1st, 2nd, ... allocation, open,
read, write, fsync, rename, thread and so on failing, in every way in which such a call can.

After each run: no crash, no hang, no leak (with a sanitized tlm); what has its final name is whole
and holds points of the input, none twice; inputs are as they were, unless the outputs hold
everything; exit status 0 only when all is there; and a line that says why for status 1.

FAULT_LONG=1 (or CHECK_LONG=1) takes every call, otherwise some of each kind. Arguments are names of
scenarios, or NAME CLASS:KIND:N for one run, which is shown.
"""

import collections
import errno
import multiprocessing
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zlib

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from fault_scenarios import (BUILD, FAIL_CALL, JOBS, LONG, MARKER, MEMORY, SCENARIOS, make_inputs,
                             stop_without_tracing)
from known_points import files_of, is_part, points_of
from outside import TLM, environment, is_sanitized

PRELOAD = os.path.join(BUILD, "tests", "fault", "fail_alloc.so")
SECONDS = 60  # after which a run hangs

# How a call of each class can fail. With "+" all that follow fail, too.
KINDS = {
    "alloc": ["ENOMEM", "ENOMEM+"],
    "open": ["EMFILE", "EACCES", "EIO", "EMFILE+"],
    "read": ["EIO", "EINTR", "one", "half", "EAGAIN"],
    "write": ["ENOSPC", "EIO", "EDQUOT", "EINTR", "one", "half", "EAGAIN", "ENOSPC+"],
    "copy": ["ENOSPC", "EIO", "EINTR", "EXDEV", "EXDEV+", "one", "half"],
    "sync": ["EIO", "ENOSPC", "EINTR"],
    "close": ["EIO", "EINTR"],
    "rename": ["EIO", "ENOSPC", "EACCES", "EINVAL", "ENOSYS+"],
    "link": ["EIO"],
    "unlink": ["EIO", "EACCES"],
    "mkdir": ["ENOSPC", "EACCES"],
    "mmap": ["ENOMEM", "ENOMEM+"],
    "stat": ["EIO"],
    "seek": ["EIO"],
    "random": ["ENOSYS", "EINTR"],
    "thread": ["EAGAIN", "EAGAIN+"],
    "pipe": ["EMFILE"],
    "event": ["EMFILE"],
    "wait": ["EINTR", "ENOMEM"],
    "lock": ["EINTR", "ENOLCK"],
    "dup": ["EMFILE"],
    "truncate": ["EIO", "EINTR"],
    "list": ["EIO"],
    "advise": ["EINVAL"],
    "affinity": ["EPERM"],
}
# How many runs of one class and kind are enough for the short form.
SHORT = 2

Run = collections.namedtuple("Run", "status fired counts on out err")


class Wrong(Exception):
    """A run after which something is not as it should be."""


def need(condition, what):
    if not condition:
        raise Wrong(what)


# ---- one run -----------------------------------------------------------------------------------


def command_of(scenario, fault):
    return [FAIL_CALL, "-s", str(SECONDS), "-p", PRELOAD, *(["-f", fault] if fault else []),
            *scenario.command]


def run(scenario, folder, inputs, fault=None):
    marker = {} if scenario.random else {"TLM_SYNC_MARKER": MARKER}
    options = os.environ.get("ASAN_OPTIONS", "detect_leaks=1")
    env = environment(ASAN_OPTIONS=options + ":verify_asan_link_order=0:exitcode=99", **marker)
    feed = b""
    if scenario.stdin:
        with open(os.path.join(inputs, scenario.stdin), "rb") as stream:
            feed = stream.read()
    with tempfile.TemporaryFile(dir=MEMORY) as report:
        def prepare():
            os.dup2(report.fileno(), 3)
        # pylint: disable=subprocess-popen-preexec-fn
        done = subprocess.run(command_of(scenario, fault), cwd=folder, input=feed, env=env,
                              capture_output=True, check=False, preexec_fn=prepare, pass_fds=(3,))
        report.seek(0)
        line = report.read().decode("utf-8", "replace").rstrip("\n")
    if done.returncode or not line:
        raise RuntimeError(f"fail_call: {done.stderr.decode()}")
    told, on = line.split(" on=", 1)
    words = told.split()
    counts = {key: int(n) for key, n in (word.split("=") for word in words if "=" in word)}
    return Run(told.split(" fired")[0].split(" not-fired")[0], "fired" in words, counts, on,
               done.stdout, done.stderr.decode("utf-8", "replace"))


# ---- what has to hold --------------------------------------------------------------------------


class Outcome:
    """A folder after a run: what is new there."""

    def __init__(self, before, folder):
        self.files = files_of(folder)
        self.gone = [path for path in before if self.files.get(path) != before[path]]
        self.new = [path for path in self.files
                    if is_part(path) and self.files[path] != before.get(path)]
        self.points = collections.Counter()
        for path in sorted(self.new):
            found = points_of(os.path.join(folder, path), self.files[path])
            need(found is not None, f"{path} is damaged")
            self.points += found


def check_files(whole, before, now):
    """whole: the outcome of a run without failure."""
    for path in now.files:
        name = os.path.basename(path)
        known = path in whole.files or path in before or is_part(path)
        need(known or re.fullmatch(r"\.[^/]+\.avro\.partial(\.\d+)?", name),
             f"{path} was left behind")
    extra = now.points - whole.points
    need(not extra, f"{sum(extra.values())} points too many, such as {next(iter(extra), None)}")
    for path in now.gone:
        if path in now.new:  # replaced
            need(now.files[path] == whole.files[path], f"{path} became something else")
        elif is_part(path):
            need(path in whole.gone and now.points == whole.points,
                 f"{path} is gone, but its points are nowhere")
        elif path not in whole.gone:
            kept = [name for name in now.files if name.startswith(path + ".")]
            need(any(now.files[name] == before[path] for name in kept) or path in now.files
                 or os.path.basename(path)[1:-len(".partial")] in now.new, f"{path} is gone")


def check_complete(whole_run, whole, done, now):
    need(now.points == whole.points, f"status {done.status}, but "
         f"{sum((whole.points - now.points).values())} points are missing")
    if done.status != whole_run.status:
        return
    need(done.out == whole_run.out, f"{done.status}, but standard output is not all there")
    missing = [path for path in whole.files if path not in now.files]
    need(not missing, f"{done.status}, but {missing} is not there")


def causes(kind):
    name = kind.rstrip("+")
    wanted = ["out of memory", os.strerror(errno.EAGAIN)] if name == "ENOMEM" else []
    if hasattr(errno, name):
        wanted.append(os.strerror(getattr(errno, name)))
    return wanted


def check_message(scenario, fault, done):
    """One line says what failed; others may say what became of the rest."""
    if done.on == "fd 2":
        return
    lines = done.err.splitlines()
    who = "log_some: " if scenario.name == "log-threads" else "tlm " + scenario.command[1] + ": "
    need(lines, f"{done.status} without a word")
    for line in lines:
        need(line.startswith((who, "tlm: standard output: ")), f"a strange line: {line!r}")
    wanted = [] if fault.startswith("seek:") else causes(fault.split(":")[1])
    need(not wanted or any(cause in done.err for cause in wanted),
         f"the cause is not said: {done.err!r}")
    name = os.path.basename(done.on)
    if "+" in fault:
        return  # a later call may be the one that matters
    if re.search(r"\.(avro|partial|jsonl|csv|gz|txt)$", name):
        need(re.sub(r"^\.|\.partial$", "", name) in done.err, f"{name} is not named: {done.err!r}")


def check_run(scenario, fault, whole_run, whole, before, done, now):
    if "AddressSanitizer: CHECK failed" in done.err and fault.startswith("alloc:"):
        return  # the sanitizer itself had no memory to start a thread
    need("Sanitizer" not in done.err and "runtime error" not in done.err, done.err)
    need(done.status in ("exit 0", "exit 1", "exit 3"), done.status + ": " + done.err)
    check_files(whole, before, now)
    if done.status == "exit 1":
        check_message(scenario, fault, done)
    else:
        need(done.status in (whole_run.status, "exit 3"), done.status)
        check_complete(whole_run, whole, done, now)
        need(done.status == whole_run.status or done.err or done.on == "fd 2",
             f"{done.status} without a word")


# ---- all failures of a scenario ----------------------------------------------------------------


class Bench:
    """A scenario with its inputs, and what comes out when nothing fails."""

    def __init__(self, scenario, inputs):
        self.scenario, self.inputs = scenario, inputs
        self.folder = tempfile.mkdtemp(prefix="run-", dir=inputs)
        self.before = {name: self._input(name) for name in scenario.inputs}
        self._fill()
        self.whole_run = run(scenario, self.folder, inputs)
        need(self.whole_run.status in ("exit 0", "exit 3"),
             self.whole_run.status + ": " + self.whole_run.err)
        self.whole = Outcome(self.before, self.folder)

    def _input(self, name):
        with open(os.path.join(self.inputs, name), "rb") as stream:
            return stream.read()

    def _fill(self):
        shutil.rmtree(self.folder)
        os.mkdir(self.folder)
        for name in self.scenario.inputs:
            shutil.copy2(os.path.join(self.inputs, name), os.path.join(self.folder, name))

    def fail(self, fault):
        """Returns whether the failure came about, and what is wrong then or None."""
        self._fill()
        done = run(self.scenario, self.folder, self.inputs, fault)
        try:
            now = Outcome(self.before, self.folder)
            check_run(self.scenario, fault, self.whole_run, self.whole, self.before, done, now)
        except Wrong as wrong:
            return done, str(wrong)
        return done, None


def numbers(count, name):
    """Which of the calls fail; in the long form until there are no more, for some runs make more of
    them than the first one did."""
    if LONG:
        return range(1, 1000000)
    stride = max(1, (count + SHORT - 1) // SHORT)
    return range(1 + zlib.crc32(name.encode()) % stride, count + 1, stride)


def run_class(bench, kind_of_call):
    """Returns how many failures there were, and [(fault, what is wrong)]."""
    tried, wrong = 0, []
    count = bench.whole_run.counts[kind_of_call]
    for kind in KINDS[kind_of_call] if count else ():
        for n in numbers(count, bench.scenario.name + kind_of_call + kind):
            fault = f"{kind_of_call}:{kind}:{n}"
            done, problem = bench.fail(fault)
            tried += done.fired
            if problem:
                wrong.append((fault, problem))
            if not done.fired:
                break
    return tried, wrong


_benches = {}  # of this process


def work(job):
    inputs, index, kind_of_call = job
    scenario = SCENARIOS[index]
    try:
        if index not in _benches:
            _benches[index] = Bench(scenario, inputs)
        return scenario.name, *run_class(_benches[index], kind_of_call)
    except (Wrong, RuntimeError) as problem:
        return scenario.name, 0, [("no failure", str(problem))]


def run_matrix(inputs, chosen):
    # A sanitizer cannot start a thread without these.
    kinds = [kind for kind in KINDS if kind not in ("mmap", "affinity") or not is_sanitized()]
    jobs = [(inputs, index, kind) for kind in kinds for index, scenario in enumerate(SCENARIOS)
            if scenario.name in chosen]
    total, failures = 0, []
    with multiprocessing.Pool(JOBS) as pool:
        for name, tried, wrong in pool.imap_unordered(work, jobs):
            total += tried
            for fault, problem in wrong:
                failures.append(f"{name} {fault}")
                print(f"FAILED {name} {fault}: {problem}")
    for failure in failures:
        print(f"  {os.path.relpath(__file__)} {failure}")
    print(f"fault: {len(chosen)} scenarios x {total} failure points: {total - len(failures)} "
          f"passed, {len(failures)} failed")
    return not failures and total


def show(inputs, name, fault):
    bench = Bench(next(each for each in SCENARIOS if each.name == name), inputs)
    done, problem = bench.fail(fault)
    print(" ".join(command_of(bench.scenario, fault)))
    print(f"{done.status}, {'fired' if done.fired else 'not fired'} on {done.on}")
    print(done.err, end="")
    print("left:", *sorted(files_of(bench.folder)))
    print("wrong:", problem)
    return problem is None


def main():
    sys.stdout.reconfigure(line_buffering=True, errors="backslashreplace")
    stop_without_tracing("fault")
    inputs = tempfile.mkdtemp(prefix="tlm-fault-inputs-", dir=MEMORY)
    try:
        make_inputs(inputs)
        names = [scenario.name for scenario in SCENARIOS]
        if len(sys.argv) == 3 and ":" in sys.argv[2]:
            sys.exit(not show(inputs, sys.argv[1], sys.argv[2]))
        sys.exit(not run_matrix(inputs, [name for name in names if name in sys.argv[1:]] or names))
    finally:
        shutil.rmtree(inputs, ignore_errors=True)


if __name__ == "__main__":
    main()
