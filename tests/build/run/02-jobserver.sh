# SPDX-License-Identifier: MIT
# GNU make's jobserver, with the make of this machine as parent and as child, and
# with tokens taken by hand.
. "$TESTS/lib/build.sh"
. "$TESTS/build/faults/lib.sh"
command -v make >/dev/null || exit 77

# Each command writes + when it begins and - when it ends.
write step <<'END'
#!/bin/sh
echo + >>log
sleep 0.05
echo - >>log
touch "$1"
END
chmod +x step
most()
{
    awk '/\+/ { n++; if (n > most) most = n } /-/ { n-- }
         END { print most; exit n != 0 }' log || fail "more ends than beginnings"
}
steps()
{
    python3 - "$1" >build.magma <<'END'
import sys
for i in range(int(sys.argv[1])):
    print(f'(action :outputs ["s{i}"] :rule {{:command ["./step" "s{i}"]}})')
END
    rm -f log s? s??
}

# As a child of make -jN: all of make's jobs together are at most N.
write Makefile <<'END'
all: ronin others
ronin:
	+ronin build $(ARGS)
others: o1 o2 o3
o1 o2 o3:
	./step $@
END
steps 8
make -j3 all >make.log 2>&1 || fail "$(cat make.log)"
[ "$(most)" -le 3 ] || fail "$(most) at once under make -j3"
[ "$(most)" -ge 2 ] || fail "make's tokens were not used"

# -j N says otherwise, and make -n runs nothing of ours but with +.
steps 8
make -j1 ronin ARGS=-j4 >make.log 2>&1
[ "$(most)" -gt 1 ] || fail "-j4 was not heeded"

# Every token is given back, also after failures, interrupts and commands that
# are killed: a parent counts what is in its fifo.
write parent.py <<'END'
import os, signal, subprocess, sys, time
style, tokens, end, args = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4:]
if style == "fifo":
    auth = f"fifo:{os.getcwd()}/fifo"
    os.mkfifo("fifo")
    ends = [os.open("fifo", os.O_RDWR)]
else:
    ends = os.pipe()
    auth = f"{ends[0]},{ends[1]}"
os.write(ends[-1], b"abcdefgh"[:tokens])
env = dict(os.environ, MAKEFLAGS=f" -j{tokens + 1} --jobserver-auth={auth}")
child = subprocess.Popen(["ronin", *args], env=env, stdin=subprocess.DEVNULL,
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                         pass_fds=ends if style == "pipe" else ())
if end != "wait":
    while not os.path.exists("started"):
        time.sleep(0.01)
    child.send_signal(getattr(signal, end))
status = child.wait()
os.set_blocking(ends[0], False)
left, deadline = b"", time.time() + 20
while len(left) < tokens:
    try:
        left += os.read(ends[0], 100)
    except BlockingIOError:
        # A ronin that was killed leaves them to its guard.
        if end != "SIGKILL" or time.time() > deadline:
            break
        time.sleep(0.01)
print(status, "".join(sorted(left.decode())))
if style == "fifo":
    os.unlink("fifo")
END
parent() { python3 parent.py fifo "$@"; }
steps 6
assert_equal "$(parent 2 wait build)" "0 ab"
[ "$(most)" -le 3 ] || fail "$(most) at once with two tokens"
[ "$(most)" -ge 2 ] || fail "tokens were not used"
write build.magma <<'END'
(doseq [i (range 6)]
  (action :outputs [(str "f" i)] :rule {:command ["sh" "-c" "kill -9 $$"]}))
(action :outputs ["g"] :rule {:command ["false"]})
END
assert_equal "$(parent 3 wait build -k0)" "1 abc"
assert_equal "$(parent 3 wait build --fail-fast)" "1 abc"
write build.magma <<'END'
(doseq [i (range 3)]
  (action :outputs [(str "h" i)]
          :rule {:command ["sh" "-c" "touch started; sleep 30"]}))
END
assert_equal "$(parent 2 SIGINT build)" "130 ab"
rm started
assert_equal "$(parent 2 SIGTERM build)" "143 ab"
for style in fifo pipe; do
    rm -f started
    assert_equal "$(python3 parent.py $style 2 SIGKILL build)" "-9 ab"
done
assert_no_process

# Without a token one command still runs.
steps 3
assert_equal "$(parent 0 wait build)" "0 "
assert_equal "$(most)" 1

# As the parent: make below shares our jobs. Each of two makes has four jobs of
# its own; three run at once.
mkdir -p one two
for dir in one two; do
    { echo "all: $dir/t1 $dir/t2 $dir/t3 $dir/t4"; echo "$dir/t%:"
      printf '\t./step $@\n'; } >$dir/Makefile
done
write build.magma <<'END'
(doseq [dir ["one" "two"]]
  (action :name dir :implicit :always
          :rule {:command ["make" "-s" "-f" (str dir "/Makefile")]}))
END
rm -f log
ronin_ok -j3
assert_lacks "$OUTPUT" warning
[ "$(most)" -le 3 ] || fail "$(most) at once below ronin -j3"
[ "$(most)" -ge 2 ] || fail "make below took no tokens"

# A ronin below a ronin as well, by name.
mkdir -p inner
(cd inner && cp ../step . && steps 6 && ln -sf ../log log)
write build.magma <<'END'
(action :name "inner" :implicit :always :rule {:command ["ronin" "-C" "inner" "build"]})
(doseq [i (range 4)]
  (action :outputs [(str "s" i)] :rule {:command ["./step" (str "s" i)]}))
END
rm -f log s?
ronin_ok -j3 --jobserver fifo
[ "$(most)" -le 3 ] || fail "$(most) at once in both"

# A child that is killed with tokens in its hands costs none for ever.
write thief <<'END'
#!/usr/bin/env python3
import os, re, select, signal
name = re.search(r"fifo:(\S+)", os.environ["MAKEFLAGS"])[1]
fd = os.open(name, os.O_RDONLY | os.O_NONBLOCK)
select.select([fd], [], [], 20)
try:
    print(len(os.read(fd, 2)), "taken")
except BlockingIOError:
    pass  # the others were faster
os.kill(os.getpid(), signal.SIGKILL)
END
chmod +x thief
steps 4
cat >>build.magma <<'END'
(action :outputs ["thief"] :rule {:command ["./thief"]})
END
ronin_fails 1 -j3 -k0 --jobserver fifo
assert_output 'killed by signal 9'
steps 4
write second.magma <<'END'
(action :name "show" :implicit :always :pool "console"
  :rule {:command ["sh" "-c" "echo \"flags: $MAKEFLAGS\"; ls /proc/self/fd | wc -l"]})
END

# Exactly three descriptors (and the one that ls opens), unless by descriptors.
ronin_ok -f second.magma -j3 --jobserver fifo
assert_output 'flags:  -j3 --jobserver-auth=fifo:/proc/' $'\n4'
ronin_ok -f second.magma -j3 --jobserver pipe
assert_output 'flags:  -j3 --jobserver-auth=' $'\n6'
ronin_ok -f second.magma -j3 --jobserver none
assert_output 'flags: ' $'\n4'
assert_lacks "$OUTPUT" jobserver
ronin_ok -f second.magma -j1 --jobserver fifo
assert_lacks "$OUTPUT" jobserver
ronin_fails 2 --jobserver both
assert_output 'it takes auto, fifo, pipe or none'

# One that cannot be used: one job, and a note; not with -j.
steps 4
MAKEFLAGS=' -j4 --jobserver-auth=97,98' ronin_ok
assert_output 'note: the jobserver 97,98 of MAKEFLAGS cannot be used: going on with -j1'
assert_equal "$(most)" 1
steps 4
MAKEFLAGS=' -j4 --jobserver-auth=97,98' ronin_ok -j4
assert_lacks "$OUTPUT" jobserver
