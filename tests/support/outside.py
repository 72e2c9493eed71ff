"""What the tests that look at `tlm write` from outside have in common.

A test is a function; run_all runs those of a module, each in an empty folder of its own, and prints
"NAME: N passed, M failed". Raise Skip when the machine cannot do what a test needs.
"""

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
TLM = os.path.abspath(os.environ.get("TLM") or os.path.join(ROOT, "build", "tlm"))
LONG = os.environ.get("CHECK_LONG") == "1"
PATIENCE = 60.0  # seconds until something that has to happen is given up


class Skip(Exception):
    """The test cannot be run here."""


def check(condition, *what):
    if not condition:
        raise AssertionError(" ".join(str(part) for part in what))


def same(got, wanted, what):
    check(got == wanted, f"{what}: {got!r}, wanted {wanted!r}")


def wait_until(condition, what, seconds=PATIENCE):
    """Returns what condition() returned, once that is true."""
    end = time.monotonic() + seconds
    while True:
        got = condition()
        if got:
            return got
        check(time.monotonic() < end, "waited in vain:", what)
        time.sleep(0.005)


def is_sanitized(program=TLM):
    with open(program, "rb") as stream:
        return b"__asan_init" in stream.read()


# ---- running the command -----------------------------------------------------------------------


def environment(**more):
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith("TLM_") and name not in ("COLUMNS", "POSIXLY_CORRECT")}
    return {**kept, "LC_ALL": "C", "TZ": "UTC", "NO_COLOR": "1", **more}


def _plain_signals():
    """What a shell gives to a program in the foreground."""
    for number in (signal.SIGINT, signal.SIGPIPE, signal.SIGXFSZ, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def start(*args, program=TLM, command="write", env=None, before=None, **how):
    """Starts `tlm write ARGS`, or another command; before() runs in the child."""
    def prepare():
        _plain_signals()
        if before:
            before()
    how.setdefault("stdin", subprocess.DEVNULL)
    how.setdefault("stdout", subprocess.PIPE)
    how.setdefault("stderr", subprocess.PIPE)
    # pylint: disable=subprocess-popen-preexec-fn,consider-using-with
    return subprocess.Popen([program, command, *map(str, args)], preexec_fn=prepare,
                            env=environment(**(env or {})), **how)


class Done:
    """How a run ended."""

    def __init__(self, process, feed=None, seconds=None):
        self.out, self.err = process.communicate(feed, timeout=seconds or PATIENCE * 5)
        self.status = process.returncode
        self.err = (self.err or b"").decode("utf-8", "replace")
        self.lines = self.err.splitlines()

    def ended(self, status):
        check(self.status == status, f"exit status {self.status}, wanted {status}; said:\n"
              + self.err)
        check("Sanitizer" not in self.err and "runtime error" not in self.err, self.err)
        return self

    def said(self, *texts):
        for text in texts:
            check(text in self.err, f"{text!r} was not said, but:\n{self.err}")
        return self

    def one_line(self, *texts):
        same(len(self.lines), 1, f"lines on stderr ({self.err!r})")
        return self.said(*texts)


def finish(process, feed=None):
    return Done(process, feed)


def tlm(*args, feed=None, **how):
    if feed is not None:
        how["stdin"] = subprocess.PIPE
    return Done(start(*args, **how), feed)


class Live:
    """A writer that reads from a pipe which the test holds."""

    def __init__(self, *args, **how):
        self.process = start(*args, "-", stdin=subprocess.PIPE, **how)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    def send(self, data):
        self.process.stdin.write(data if isinstance(data, bytes) else data.encode())
        self.process.stdin.flush()

    def signal(self, number):
        self.process.send_signal(number)

    def end(self):
        return Done(self.process)


def rows(first, end, *, step_ns=1000000):
    """JSON lines whose channel n counts."""
    return "".join(f'{{"ts":{1700000000000000000 + i * step_ns},"n":{i}}}\n'
                   for i in range(first, end))


# ---- what is there -----------------------------------------------------------------------------


def names(folder="."):
    return sorted(os.listdir(folder))


def parts(folder="."):
    return [name for name in names(folder) if name.endswith(".avro") and name[0] != "."]


def partials(folder="."):
    return [name for name in names(folder) if ".partial" in name]


def digest(path):
    with open(path, "rb") as stream:
        return hashlib.sha256(stream.read()).hexdigest()


def digests(folder="."):
    return {name: digest(os.path.join(folder, name)) for name in parts(folder)}


def index_of(name):
    return int(re.search(r"_(\d+)\.avro$", name).group(1))


def read(path):
    """The points [(channel, time, value)] of a file, which has to be whole by every measure."""
    import readavro  # pylint: disable=import-outside-toplevel
    with open(path, "rb") as stream:
        file = readavro.File(stream.read())
    points, records = [], 0
    for _, _, record in file.records():
        records += 1
        points += [(record["channel"], at, readavro.plain(*value))
                   for at, value in zip(record["timestamps"], record["values"])]
    figures = {key: int(file.meta["tlm." + key])
               for key in ("points", "records", "first_ns", "last_ns")}
    same(figures["points"], len(points), f"{path}: tlm.points")
    same(figures["records"], records, f"{path}: tlm.records")
    times = [point[1] for point in points]
    same(figures["first_ns"], min(times), f"{path}: tlm.first_ns")
    same(figures["last_ns"], max(times), f"{path}: tlm.last_ns")
    return points


def values(path, channel="n"):
    return [value for name, _, value in read(path) if name == channel]


def no_partials(folder="."):
    same(partials(folder), [], "partial files left")


# ---- running the tests -------------------------------------------------------------------------


def _run(test):
    folder = tempfile.mkdtemp(prefix=f"tlm-{test.__name__}-")
    os.chdir(folder)
    start_time = time.monotonic()
    try:
        test()
        return "passed"
    except Skip as skip:
        print(f"skipped {test.__name__}: {skip}")
        return "skipped"
    except Exception as error:  # pylint: disable=broad-except
        print(f"FAILED {test.__name__}: {error}")
        if not isinstance(error, AssertionError):
            traceback.print_exc(file=sys.stdout)
        return "failed"
    finally:
        if os.environ.get("OUTSIDE_TIMES"):
            print(f"{time.monotonic() - start_time:6.2f} s {test.__name__}")
        os.chdir("/")
        shutil.rmtree(folder, ignore_errors=True)


def run_all(name, module):
    """Runs the functions test_*, or those named on the command line."""
    sys.stdout.reconfigure(line_buffering=True, errors="backslashreplace")
    if not os.access(TLM, os.X_OK):
        print(f"{name}: there is no {TLM}: build it first")
        sys.exit(1)
    wanted = sys.argv[1:] or [key for key in module if key.startswith("test_")]
    results = [_run(module[key]) for key in wanted]
    failed = results.count("failed")
    print(f"{name}: {results.count('passed')} passed, {failed} failed")
    sys.exit(1 if failed else 0)
