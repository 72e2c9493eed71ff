#!/usr/bin/python3
"""tlm rotate --delete-source: at every moment the sources or the finished parts hold every point;
signals, full disks and a changing world."""

import contextlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
# pylint: disable=wrong-import-position
from outside import (LONG, TLM, Skip, check, environment, names,  # noqa: E402
                     no_partials, partials, run_all, same, start, wait_until)
from recutting import everything, make, of_file, of_files, read, rotate, tool  # noqa: E402

MOMENTS = 50 if LONG else 10
SOURCES = [f"in{i}.avro" for i in range(5)]


def sources(points=400):
    for i, name in enumerate(SOURCES):
        make(name, points * i, points * (i + 1))
    return sorted(of_files(SOURCES))


def clear():
    for name in names():
        shutil.rmtree(name) if os.path.isdir(name) and not os.path.islink(name) \
            else os.unlink(name)


def finished(folder="."):
    return [os.path.join(folder, name) for name in names(folder)
            if name.startswith("run") and name.endswith(".avro")]


def check_covered(wanted):
    """Sources and parts have all points together; either alone has them, unless sources are
    being deleted, when the parts have."""
    left = [name for name in SOURCES if os.path.exists(name)]
    if left == SOURCES:
        same(sorted(of_files(left)), wanted, "points of the sources")
    else:
        same(sorted(of_files(finished())), wanted, "points of the parts")
    return len(left)


# ---- when all goes well --------------------------------------------------------------------------


def test_deleted():
    for more in ((), ("--rotate-points", 333), ("--sort", "time"), ("--coalesce",),
                 ("--split-by", "channel"), ("--recode", "zstandard")):
        clear()
        wanted = sources()
        done = rotate("-o", "run.avro", "--json", "--delete-source", *more, *SOURCES)
        same(json.loads(done.out)["deleted"], 5, "deleted")
        same(sorted(of_files(finished())), wanted, "points")
        same(names(), [name[2:] for name in finished()], "names")


def test_dry_run_deletes_nothing():
    sources()
    before = everything()
    done = rotate("-n", "-o", "run.avro", "--json", "--delete-source", *SOURCES)
    same(json.loads(done.out)["deleted"], 0, "deleted")
    same(everything(), before, "files")


def test_folder_of_sources():
    wanted = sources()
    os.mkdir("old")
    for name in SOURCES:
        os.rename(name, "old/" + name)
    done = rotate("-o", "run.avro", "--delete-source", "old")
    check("5 sources deleted" in done.err, done.err)
    same((names("old"), sorted(of_file("run.avro"))), ([], wanted), "what is left")


def test_target_in_the_folder_of_sources():
    wanted = sources()
    rotate("-o", "run.avro", "--rotate-points", 300, "--delete-source", ".")
    same((sorted(of_files(finished())), len(names())), (wanted, 14), "what is left")


# ---- when not ------------------------------------------------------------------------------------


def test_link():
    """A link is not what was read: it stays, and so does what it leads to."""
    wanted = sources()
    os.rename("in1.avro", "real.avro")
    os.symlink("real.avro", "in1.avro")
    done = rotate("-o", "run.avro", "--delete-source", "-q", *SOURCES, status=1)
    same(done.err, "tlm rotate: in1.avro is not deleted: it is not what was read\n", "messages")
    same(names(), ["in1.avro", "real.avro", "run.avro"], "names")
    same(sorted(of_file("run.avro")), wanted, "points")


def test_read_only_folder():
    def nobody():
        if os.geteuid() == 0:
            os.setuid(65534)
    wanted = sources()
    os.chmod(".", 0o777)
    os.mkdir("old")
    os.rename("in1.avro", "old/in1.avro")
    os.chmod("old", 0o500)
    inputs = [name if name != "in1.avro" else "old/in1.avro" for name in SOURCES]
    if os.geteuid() == 0:
        os.chown("old", 65534, 65534)
    try:
        done = rotate("-o", "run.avro", "--delete-source", "-q", *inputs, before=nobody, status=1)
    except PermissionError as error:
        raise Skip("root may write anywhere, and nobody may not come here") from error
    os.chmod("old", 0o700)
    same(done.err, "tlm rotate: old/in1.avro: cannot be deleted: Permission denied\n", "messages")
    same((sorted(of_file("run.avro")), names()), (wanted, ["old", "run.avro"]), "what is left")


def under_strace(inject, *arguments, follow="-f"):
    if not shutil.which("strace"):
        raise Skip("strace is not installed")
    trace = inject.split(":")[0]
    command = ["strace", follow, "-qq", "-o", "/dev/null", "-e", f"trace={trace}", "-e",
               f"inject={inject}", TLM, "rotate", *map(str, arguments)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False,
                          env=environment(ASAN_OPTIONS="detect_leaks=0"))
    if b"ptrace" in done.stderr:
        raise Skip(done.stderr.decode().strip())
    return done


def test_unlink_fails():
    """One that cannot be deleted is told; the others go."""
    wanted = sources()
    done = under_strace("unlinkat:error=EPERM:when=2", "-q", "-o", "run.avro", "--delete-source",
                        *SOURCES)
    same((done.returncode, done.stderr),
         (1, b"tlm rotate: in1.avro: cannot be deleted: Operation not permitted\n"), "the end")
    same((names(), sorted(of_file("run.avro"))), (["in1.avro", "run.avro"], wanted), "left")


def slowed(*arguments):
    """A run that sleeps before each fsync, so that something can happen meanwhile."""
    if not shutil.which("strace"):
        raise Skip("strace is not installed")
    command = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync", "-e",
               "inject=fsync:delay_enter=1s:when=1", TLM, "rotate", *map(str, arguments)]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE,
                            env=environment(ASAN_OPTIONS="detect_leaks=0"))


def has_figures():
    """True when there is a partial whose header has been filled in."""
    with contextlib.suppress(OSError, IndexError):
        return re.search(rb"tlm\.last_ns\x28 *-?\d", read(partials()[0])[:4096])


def meanwhile(change, *arguments):
    """Does something while the part is on its way to the disk."""
    process = slowed("-o", "run.avro", *arguments)
    wait_until(lambda: has_figures() or process.poll() is not None, "a part that is complete")
    change()
    out, err = process.communicate()
    if b"ptrace" in err:
        raise Skip(err.decode().strip())
    check(b"Sanitizer" not in err, err)
    return process.returncode, err.decode(), out


def test_source_replaced():
    """A source that became another file with other points: all stay."""
    sources()
    before = {name: read(name) for name in SOURCES}

    def replace():
        make("new.avro", 90000, 90001)
        os.rename("new.avro", "in2.avro")
    status, err, _ = meanwhile(replace, "--delete-source", "-q", *SOURCES)
    check(status == 1 and "the parts do not hold the same points as the sources, which stay" in err,
          status, err)
    after = {name: read(name) for name in SOURCES}
    same({name for name in SOURCES if after[name] != before[name]}, {"in2.avro"}, "changed")


def test_source_replaced_by_its_copy():
    """The same points, but not the file that was read: that one stays."""
    wanted = sources()

    def replace():
        shutil.copy("in2.avro", "copy.avro")
        os.rename("copy.avro", "in2.avro")
    status, err, _ = meanwhile(replace, "--delete-source", "-q", *SOURCES)
    same((status, err), (1, "tlm rotate: in2.avro is not deleted: it is not what was read\n"),
         "the end")
    same((names(), sorted(of_file("run.avro"))), (["in2.avro", "run.avro"], wanted), "left")


def test_source_gone():
    sources()
    status, err, _ = meanwhile(lambda: os.unlink("in2.avro"), "--delete-source", "-q", *SOURCES)
    check(status == 1 and "in2.avro: No such file or directory" in err, status, err)
    same(names(), [name for name in SOURCES if name != "in2.avro"] + ["run.avro"], "left")


def test_source_grows():
    """Another writer appended a block: it is told, and nothing is deleted."""
    sources()

    def grow():
        make("more.avro", 0, 10)
        data = read("more.avro")
        with open("in2.avro", "ab") as stream:
            stream.write(data[data.index(bytes(range(100, 116))) + 16:])
        os.unlink("more.avro")
    status, err, _ = meanwhile(grow, "--delete-source", "-q", *SOURCES)
    check(status == 1 and "which stay" in err, status, err)
    same(names(), SOURCES + ["run.avro"], "left")


def test_part_changed():
    """What was written is read again: a part that lost a block keeps the sources."""
    sources()

    def damage():
        with open(partials()[0], "r+b") as stream:
            stream.truncate(os.path.getsize(partials()[0]) - 100)
    status, err, _ = meanwhile(damage, "--delete-source", "-q", *SOURCES)
    check(status == 1 and "run.avro" in err, status, err)
    same([name for name in SOURCES if os.path.exists(name)], SOURCES, "sources")


# ---- a full disk ---------------------------------------------------------------------------------


@contextlib.contextmanager
def small_disk(pages):
    os.mkdir("disk")
    size = pages * os.sysconf("SC_PAGESIZE")
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=0777", "tlm-test",
                           "disk"], capture_output=True, text=True, check=False)
    if done.returncode:
        os.rmdir("disk")
        raise Skip("cannot mount a tmpfs: " + done.stderr.strip())
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", "disk"], check=False)
        os.rmdir("disk")


def test_full_disk():
    wanted = sources()
    for pages in range(1, 12, 1 if LONG else 3):
        for more in ((), ("--rotate-points", 300), ("--sort", "time", "--rotate-points", 300)):
            with small_disk(pages):
                done = rotate("-o", "disk/run.avro", "--delete-source", *more, *SOURCES,
                              status=1).said("disk/.run", "No space left on device")
                same(partials("disk"), [], "partials")
                for part in finished("disk"):
                    same(len(of_file(part)), 300, part)
                if finished("disk"):
                    done.said("finished before; the sources are as they were")
            same(sorted(of_files(SOURCES)), wanted, "the sources")


def test_full_disk_without_mount():
    import resource  # pylint: disable=import-outside-toplevel
    wanted = sources()
    done = rotate("-o", "run.avro", "--delete-source", *SOURCES, status=1,
                  before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000)))
    done.said(".run.avro.partial", "File too large")
    same((names(), sorted(of_files(SOURCES))), (SOURCES, wanted), "left")


# ---- signals -------------------------------------------------------------------------------------


def test_signals():
    """It dies of the signal; nothing half done is left, and the sources are there."""
    os.mkdir("old")
    make("old/0.avro", 0, 20000)
    for i in range(1, 60):
        shutil.copy("old/0.avro", f"old/{i}.avro")
    before, caught = everything("old"), 0
    shutil.copytree("old", "copy")
    for number in (signal.SIGTERM, signal.SIGINT):
        for more in ((), ("--sort", "time"), ("--rotate-points", "10000")):
            process = start("-o", "run.avro", "--delete-source", "--coalesce", "-j1", *more, "old",
                            command="rotate")
            wait_until(lambda: partials() or process.poll() is not None, "a partial")
            process.send_signal(number)
            _, err = process.communicate()
            same(process.returncode, -number, f"exit status ({err})")
            no_partials()
            if b"stopped; the sources are as they were" in err:
                caught += 1
                same(everything("old"), before, f"sources after {number} {more}")
            else:  # it came when they were being deleted
                same(everything("old"), {}, f"sources after {number} {more}")
                os.rmdir("old")
                shutil.copytree("copy", "old")
            for part in finished():
                check("--rotate-points" not in more or len(of_file(part)) == 10000, part)
                os.unlink(part)
    check(caught, "no signal came in time")


def kill_at(moment, *more):
    process = start("-q", "-o", "run.avro", "--delete-source", *more, *SOURCES, command="rotate")
    time.sleep(moment)
    process.kill()
    process.communicate()


def test_kill():
    ways = (("--rotate-points", "333"), ("--coalesce",), ("--sort", "time", "--rotate-size", "20k"))
    chance = random.Random(int.from_bytes(os.urandom(4), "big"))
    for i in range(MOMENTS):
        clear()
        sources()
        began = time.monotonic()
        rotate("-q", "-o", "run.avro", "--delete-source", *ways[i % 3], *SOURCES)
        whole = time.monotonic() - began
        clear()
        wanted = sources()
        kill_at(chance.random() * whole, *ways[i % 3])
        left = check_covered(wanted)
        for part in finished():
            of_file(part)
        # The next run comes through, whatever the dead one left.
        if left == len(SOURCES):
            rotate("-q", "-f", "-o", "run.avro", "--delete-source", *ways[i % 3], *SOURCES)
            same(check_covered(wanted), 0, "sources after the second run")


def test_kill_before_each_call():
    for call, least in {"unlinkat": 5, "renameat2": 3, "fsync": 11}.items():
        for count in range(1, 100):
            clear()
            wanted = sources(100)
            done = under_strace(f"{call}:signal=KILL:when={count}", "-q", "-o", "run.avro",
                                "--rotate-points", 350, "--delete-source", *SOURCES)
            if done.returncode == 0:
                break
            same(done.returncode, -signal.SIGKILL, f"{call} {count}: {done.stderr}")
            try:
                check_covered(wanted)
            except AssertionError as error:
                raise AssertionError(f"killed at {call} {count}: {error}") from error
        check(count > least, call, "was called only", count - 1, "times")


# ---- what is told --------------------------------------------------------------------------------


def test_emit():
    sources()
    done = rotate("-q", "-o", "run.avro", "--rotate-points", 1500, "--emit-files", *SOURCES)
    same(done.out, b"run_000.avro\nrun_001.avro\nrun_002.avro\n", "paths")
    done = rotate("-q", "-o", "two\nlines/run.avro", "--rotate-points", 3000, "--emit-files", "-0",
                  "--split-by", "channel", *SOURCES)
    same(sorted(done.out.split(b"\0")), [b"", b"two\nlines/run_n_000.avro",
                                         b"two\nlines/run_x_000.avro"], "paths")


def test_on_close():
    sources()
    done = rotate("-q", "-o", "run.avro", "--rotate-points", 1500, "--on-close",
                  "sh -c 'echo $TLM_PART_PATH >>log'", *SOURCES)
    same(done.err, "", "messages")
    same(read("log"), b"run_000.avro\nrun_001.avro\nrun_002.avro\n", "paths")
    rotate("-q", "-f", "-o", "run.avro", "--rotate-points", 1500, "--on-close", "sh -c 'exit 4'",
           "--delete-source", *SOURCES, status=3).said("--on-close")


def test_full_stdout():
    sources()
    with open("/dev/full", "wb") as full:
        for i, more in enumerate((("--json",), ("--emit-files",))):
            done = rotate("-o", f"run{i}.avro", *more, *SOURCES, stdout=full, status=(1, 3)[i])
            done.said("standard output", "No space left on device")
            same(len(of_file(f"run{i}.avro")), 4000, "points")


def test_continue():
    """Night after night into the same set."""
    sources()
    for i, name in enumerate(SOURCES):
        rotate("-q", "-o", "run.avro", "--continue", "--rotate-points", 600, "--delete-source",
               name)
        same(len(finished()), 2 * (i + 1), "parts")
    same(names(), [name[2:] for name in finished()], "names")


def test_recovered_by_others():
    """The parts are whole by the measure of tlm verify."""
    sources()
    rotate("-q", "-o", "run.avro", "--rotate-points", 777, *SOURCES)
    tool("verify", "--full", *finished())


if __name__ == "__main__":
    run_all("test_rotate_sources", globals())
