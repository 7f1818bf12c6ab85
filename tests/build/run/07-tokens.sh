# SPDX-License-Identifier: MIT
# A token that was taken for a command that then does not start, as there is none,
# goes back at once, and not when something else has ended.
. "$TESTS/lib/build.sh"
. "$TESTS/build/faults/lib.sh"

write build.magma <<'END'
(action :outputs ["a"] :inputs {:ifchanged ["in"]}
  :rule {:command ["sh" "-c" "touch started; while [ ! -e go ]; do sleep 0.01; done; cp in a"]})
(action :outputs ["b"] :inputs {:ifchanged ["a"]} :rule {:command ["cp" "a" "b"]})
(action :outputs ["c"] :inputs {:ifchanged ["other"]} :rule {:command ["cp" "other" "c"]})
END
write other same
write parent.py <<'END'
import os, subprocess, sys, time
os.mkfifo("fifo")
fifo = os.open("fifo", os.O_RDWR | os.O_NONBLOCK)
os.write(fifo, b"x")
env = dict(os.environ, MAKEFLAGS=f" -j2 --jobserver-auth=fifo:{os.getcwd()}/fifo")
child = subprocess.Popen(["ronin", "build"], env=env, stdin=subprocess.DEVNULL)
# `a` runs, and has the place that needs no token; the others are not dirty yet, or
# not at all. Whoever else wants the token finds it.
while not os.path.exists("started") and child.poll() is None:
    time.sleep(0.01)
found, deadline = b"", time.time() + 15
while not found and time.time() < deadline and child.poll() is None:
    try:
        found = os.read(fifo, 1)
        # It is still there a moment later: ronin does not ask for it again and again.
        os.write(fifo, found)
        time.sleep(0.1)
        found = os.read(fifo, 1)
    except BlockingIOError:
        found = b""
        time.sleep(0.01)
print("found" if found else "missing")
if found:
    os.write(fifo, found)
open("go", "w").close()
print(child.wait())
os.unlink("fifo")
END

for text in one two; do
    rm -f go started
    write in $text
    OUTPUT=$(python3 parent.py 2>&1) || fail "$OUTPUT"
    assert_output found $'\n0'
    assert_file b $text
done
