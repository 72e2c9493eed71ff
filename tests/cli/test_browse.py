#!/usr/bin/python3
"""tlm inspect --browse, driven through tmux: what is on the screen, and how it is left behind."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from outside import (TLM, Skip, check, environment, is_sanitized, run_all, same, tlm, wait_until)

BASE = 1700000000000000000
SIZES = ((80, 24), (120, 40), (200, 50))


class Screen:
    """A terminal of tmux with a shell in it."""

    made = 0

    def __init__(self, columns=80, rows=24):
        if not shutil.which("tmux"):
            check(os.environ.get("CHECK_STRICT") != "1", "tmux is missing")
            raise Skip("tmux is missing (Debian package tmux)")
        Screen.made += 1
        self.socket = f"socket{Screen.made}"
        self.columns, self.rows = columns, rows
        with open("tmux.conf", "w", encoding="ascii") as conf:
            conf.write("set -g default-terminal screen-256color\nset -g status off\n"
                       "set -g escape-time 0\n")
        self.env = environment(PS1="$ ", TLM=TLM)
        del self.env["NO_COLOR"]
        self.tmux("new-session", "-d", "-x", columns, "-y", rows, "bash", "--norc", "--noprofile",
                  "-i")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run(["tmux", "-S", self.socket, "kill-server"], check=False,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def tmux(self, *args):
        done = subprocess.run(["tmux", "-u", "-S", self.socket, "-f", "tmux.conf",
                               *map(str, args)],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.env,
                              check=False)
        check(done.returncode == 0, "tmux", *args, done.stderr.decode())
        return done.stdout.decode()

    def type(self, text):
        self.tmux("send-keys", "-l", text)

    def keys(self, *names):
        for name in names:
            self.tmux("send-keys", name)

    def lines(self, colors=False):
        return self.tmux("capture-pane", "-p", *(["-e"] if colors else [])).split("\n")

    def text(self):
        return "\n".join(self.lines())

    def shows(self, *texts):
        """Waits until all of them are on the screen."""
        try:
            wait_until(lambda: all(text in self.text() for text in texts), texts, 20)
        except AssertionError as error:
            raise AssertionError(f"{error}; the screen is:\n{self.text()}") from None
        return self.lines()

    def resize(self, columns, rows):
        self.columns, self.rows = columns, rows
        self.tmux("resize-window", "-x", columns, "-y", rows)

    def start(self, command):
        """Runs it with the terminal's settings noted before and after."""
        if os.path.exists("after"):
            os.unlink("after")
        self.type(f"stty -a >before; sh -c 'echo $$ >pid; exec {command}' 2>err; "
                  "echo $? >status; stty -a >after\n")

    def browse(self, *args):
        self.start(f"$TLM inspect --browse {' '.join(args)}")

    def pid(self):
        with open("pid", encoding="ascii") as stream:
            return int(stream.read())

    def ended(self, status=0):
        """Waits for the end; the terminal has to be as it was."""
        wait_until(lambda: os.path.exists("after") and os.path.getsize("after"), "the end", 30)
        with open("before", encoding="ascii") as one, open("after", encoding="ascii") as two:
            same(two.read(), one.read(), "stty -a")
        state = self.tmux("display", "-p", "#{alternate_on} #{cursor_flag} #{keypad_cursor_flag}")
        same(state.strip(), "0 1 0", "alternate screen, cursor, keypad")
        if status is not None:
            with open("status", encoding="ascii") as stream:
                same(int(stream.read()), status, "exit status")
        self.type("echo al''ive\n")
        self.shows("alive")

    def fits(self):
        """Every row is used as it should: a bar at the top, a bar at the bottom, nothing wider."""
        def bars():
            lines = self.lines(colors=True)
            return all(re.search("\x1b\\[(0;)?7m", lines[at]) for at in (0, self.rows - 1))
        try:
            wait_until(bars, "bars at the top and at the bottom", 20)
        except AssertionError as error:
            raise AssertionError(f"{error}; the screen is:\n{self.text()}") from None
        for line in self.lines():
            check(len(line) <= self.columns, "too wide:", line)


def make(name, rows):
    with open("rows.jsonl", "w", encoding="utf-8") as stream:
        stream.writelines(rows)
    tlm("-q", "-o", name, "-t", "ts", "rows.jsonl").ended(0)


def flight(name="flight.avro", n=20000):
    """A long ramp with one point that sticks out, a state, and a value that is not always there."""
    def row(i):
        value = 1000 if i == 12345 else i / n
        return (f'{{"ts":{BASE + i * 1000000},"ramp":{value},"phase":"{"up" if i < 9000 else "down"}"'
                f',"gaps":{"NaN" if i % 1000 == 500 else i},"altitude":{i}}}\n')
    make(name, (row(i) for i in range(n)))
    return name


# ---- what is shown -------------------------------------------------------------------------------


def test_walk_through():
    """Channels, a plot, its window, blocks, metadata, help, and the way back."""
    with Screen() as screen:
        screen.browse(flight())
        screen.shows("altitude", "gaps", "phase", "ramp", "20,000", "4 channels", "Enter plot")
        screen.fits()
        screen.keys("End", "Enter")
        screen.shows("20,000 of 20,000 points", "max 1000", "22:13:20", "everything")
        screen.fits()
        screen.keys("Up", "Up")
        screen.shows("of 20,000 points", "(4.9")
        check("everything)" not in screen.text(), "still everything")
        screen.keys("f")
        screen.shows("everything)")
        screen.keys("?")
        screen.shows("zoom in and out", "back; from the first view, out")
        screen.keys("x", "q", "b")
        screen.shows("offset", "records", "ratio", "ok")
        screen.keys("q", "m")
        screen.shows("schema name", "io.nominal.ingest.AvroStream", "tlm.points", "sync marker")
        screen.keys("q", "q")
        screen.ended()


def test_spike_is_never_lost():
    """One point of twenty thousand, in every window that has it, however wide."""
    flight()
    for columns, rows in SIZES:
        with Screen(columns, rows) as screen:
            screen.browse("flight.avro")
            screen.shows("ramp")
            screen.keys("End", "Enter")
            lines = screen.shows("max 1000", "everything)")
            dots = [re.sub(r"^[^│┤]*[│┤]", "", line).strip() for line in lines[2:rows - 4]]
            check(any(dots[1:3]), "no spike at the top:\n" + "\n".join(lines))
            check(all(dots[3:-2]), "the spike is broken:\n" + "\n".join(lines))
            screen.keys("q", "q")
            screen.ended()


def test_states_and_odd_values():
    with Screen() as screen:
        screen.browse(flight())
        screen.shows("phase")
        screen.type("/phase")
        screen.keys("Enter", "Enter")
        screen.shows("string  20,000 of 20,000 points", "up┤", "down┤")
        screen.keys("q")
        screen.type("/gaps")
        screen.keys("Enter", "Enter")
        lines = screen.shows("20 not finite (!)")
        same(lines[-5].count("!") >= 19 or lines[-6].count("!") >= 19, True, "marks of NaN")
        screen.keys("Q")
        screen.ended()


def test_search():
    with Screen() as screen:
        rows = ["{\"ts\":%d,%s}\n" % (BASE, ",".join(f'"channel.{i:03}":1' for i in range(300)))]
        make("wide.avro", rows)
        screen.browse("wide.avro")
        screen.shows("channel.000")
        check("channel.123" not in screen.text(), "the list is too long to show this")
        screen.type("/L.12")
        screen.shows("/L.12_", "channel.120")
        screen.keys("Enter", "n", "n", "n")
        screen.shows("channel.123")
        screen.keys("Enter")
        screen.shows(" channel.123", "1 of 1 points")
        screen.keys("Escape")
        screen.shows("300 channels")
        screen.type("/nowhere")
        screen.keys("Enter")
        screen.shows('"nowhere" is not here')
        screen.type("/xyz")
        screen.keys("Escape", "q")
        screen.ended()


def test_folder():
    """Several files, one of them damaged, one no telemetry; all together as one."""
    with Screen(120, 40) as screen:
        os.mkdir("runs")
        for i in range(3):
            make(f"runs/run_{i}.avro",
                 (f'{{"ts":{BASE + (i * 100 + k) * 1000000000},"n":{k}}}\n' for k in range(100)))
        with open("runs/broken.avro", "wb") as stream:
            stream.write(b"Obj\1 this is none")
        screen.browse("runs")
        screen.shows("all 3 files", "run_0.avro", "run_2.avro", "broken.avro", "4 files", "300")
        screen.keys("Enter")
        screen.shows("1 channel by name", "300")
        screen.keys("Enter")
        screen.shows("300 of 300 points", "(4m59s, everything)")
        screen.keys("q", "q", "Down", "Enter")
        screen.shows("broken.avro: ")
        screen.keys("Down", "Enter")
        screen.shows("1 channel by name", "100")
        screen.keys("q", "b")
        screen.shows("1 block")
        screen.keys("q", "q")
        screen.ended()


def test_cut_file():
    """What is before the damage is shown, and what is wrong is said."""
    make("cut.avro", (f'{{"ts":{BASE + i},"n":{i},"text":"{i * 7919}"}}\n' for i in range(200000)))
    os.truncate("cut.avro", os.path.getsize("cut.avro") - 1000)
    with Screen() as screen:
        screen.browse("cut.avro")
        screen.shows("cut.avro: ")
        screen.keys("Down")
        screen.keys("b")
        screen.shows("not all", "cut.avro: ")
        screen.keys("q", "m")
        screen.shows("tlm.points")
        screen.keys("Q")
        screen.ended()


def test_resize():
    flight()
    with Screen() as screen:
        screen.browse("flight.avro")
        screen.shows("ramp")
        for view in ((), ("Enter",), ("q", "b"), ("q", "m")):
            screen.keys(*view)
            for columns, rows in SIZES + ((30, 8), (12, 3), (80, 24)):
                screen.resize(columns, rows)
                title = "al" if view == ("Enter",) else "flight"
                wait_until(lambda t=title: t in screen.lines()[0], "the title", 20)
                screen.fits()
        screen.keys("q", "q")
        screen.ended()


def test_ascii_and_colors():
    flight()
    for option, colored in (("--ascii --color always", True), ("--color never", False)):
        with Screen() as screen:
            screen.browse(option, "flight.avro")
            screen.shows("ramp")
            screen.keys("End", "Enter")
            screen.shows("max 1000")
            same(screen.text().isascii(), "ascii" in option, "only ASCII")
            same("\x1b[32m" in "\n".join(screen.lines(colors=True)), colored, "green")
            screen.keys("q", "q")
            screen.ended()


# ---- how it is left -------------------------------------------------------------------------------


def test_ends_by_signals():
    """In the list and in a plot; also by a crash."""
    flight()
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGSEGV,
                   signal.SIGBUS, signal.SIGABRT):
        crash = number in (signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT)
        with Screen() as screen:
            screen.browse("flight.avro")
            screen.shows("ramp")
            if number != signal.SIGTERM:
                screen.keys("Enter")
                screen.shows("everything)")
            os.kill(screen.pid(), number)
            screen.ended(None if crash and is_sanitized() else 128 + number)


def test_interrupt_key():
    with Screen() as screen:
        screen.browse(flight())
        screen.shows("ramp")
        screen.keys("C-c")
        wait_until(lambda: "ramp" not in screen.text(), "the shell's screen")
        screen.type("\necho $? >status; stty -a >after\n")
        screen.ended(130)


def test_suspend():
    """Ctrl-Z gives the terminal back to the shell, fg takes it again; so does SIGSTOP."""
    flight()
    with Screen() as screen:
        screen.type("stty -a >before\n$TLM inspect --browse flight.avro\n")
        screen.shows("ramp")
        for how in ("C-z", "C-z", "stop"):
            if how == "C-z":
                screen.keys("C-z")
            else:
                stop_children(screen)
            screen.shows("Stopped")
            if how == "C-z":
                screen.type("stty -a >between; echo at the sh''ell\n")
                screen.shows("at the shell")
                with open("before", encoding="ascii") as one, \
                        open("between", encoding="ascii") as two:
                    same(two.read(), one.read(), "stty -a while it is stopped")
            screen.resize(100, 30)
            screen.type("fg\n")
            screen.shows("ramp", "4 channels by name", "Enter plot")
            screen.fits()
            screen.resize(80, 24)
            time.sleep(0.3)
        screen.keys("q")
        screen.type("\nstty -a >after; echo 0 >status\n")
        screen.ended()


def stop_children(screen):
    shell = screen.tmux("display", "-p", "#{pane_pid}").strip()
    with open(f"/proc/{shell}/task/{shell}/children", encoding="ascii") as stream:
        for pid in stream.read().split():
            os.kill(int(pid), signal.SIGSTOP)


def test_no_terminal():
    """Said before anything happens, exit 2."""
    flight(n=10)
    for stdin, stdout in ((subprocess.DEVNULL, subprocess.PIPE), (None, subprocess.PIPE)):
        done = subprocess.run([TLM, "inspect", "--browse", "flight.avro"], stdin=stdin,
                              stdout=stdout, stderr=subprocess.PIPE, env=environment(),
                              check=False)
        same(done.returncode, 2, "exit status")
        same(done.stdout, b"", "standard output")
        check(b"is not a terminal" in done.stderr, done.stderr)
    with Screen() as screen:
        for command, said in (("TERM=dumb $TLM inspect --browse flight.avro", "\"dumb\""),
                              ("TERM=nonsense $TLM inspect --browse flight.avro", "\"nonsense\""),
                              ("$TLM inspect --browse -", "standard input"),
                              ("$TLM inspect --browse flight.avro --json", "--json"),
                              ("$TLM inspect --browse flight.avro -c x", "--browse")):
            screen.start(f"env {command}")
            screen.ended(2)
            with open("err", encoding="utf-8") as stream:
                text = stream.read()
                check(said in text, command, "does not say", said, "but", text)


if __name__ == "__main__":
    run_all("test_browse", globals())
