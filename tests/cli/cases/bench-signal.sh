# A signal ends it by that signal, and the folder goes away.
mkdir here
for from in memory jsonl; do
    for signal in INT TERM; do
        /usr/bin/python3 - $from $signal <<'END'
import os, signal, subprocess, sys, time
source, name = sys.argv[1:]
run = subprocess.Popen(
    ["tlm", "bench", "--points", "2M", "--runs", "1000", "--dir", "here", "--from", source],
    stdout=subprocess.DEVNULL,
    preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
)
while not (os.listdir("here") and os.listdir("here/" + os.listdir("here")[0])):
    time.sleep(0.01)
run.send_signal(getattr(signal, "SIG" + name))
print(source, name, run.wait(), os.listdir("here"))
END
    done
done
