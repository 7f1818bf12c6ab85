# SPDX-License-Identifier: MIT
# What commands find and what they leave: descriptors, masks, limits, orphans.
. "$TESTS/lib/build.sh"
. "$TESTS/build/faults/lib.sh"

# Exactly three descriptors, the usual mask and signals, stdin at its end.
write look <<'END'
import os, sys

def is_open(fd):
    try:
        os.fstat(fd)
    except OSError:
        return False
    return True

with open("seen", "w", encoding="utf-8") as seen:
    print(f"{os.umask(0):04o}", os.readlink("/proc/self/fd/0"),
          repr(sys.stdin.read()),
          [fd for fd in range(256) if is_open(fd) and fd != seen.fileno()],
          file=seen)
END
write build.magma <<'END'
(action :outputs ["seen"] :rule {:command ["python3" "look"]})
(action :outputs ["signals"]
  :rule {:command ["grep" "-E" "SigBlk|SigIgn" "/proc/self/status"] :stdout "signals"})
END
(
    umask 027
    exec 7<build.magma 8>&1
    trap '' USR1 HUP
    ronin build >/dev/null 2>&1
)
assert_file seen "0027 /dev/null '' [0, 1, 2]"
assert_file signals "SigBlk:	0000000000000000
SigIgn:	0000000000000000"

# 32 descriptors and -j60: fewer at once, with a note, and all is built.
python3 - >build.magma <<'END'
for i in range(80):
    print(f'(action :outputs ["f{i}"] :rule {{:command ["sh" "-c" "sleep 0.01; touch f{i}"]}})')
END
(
    ulimit -n 32
    ronin_ok -j60
    assert_output 'note: the limit of open files (ulimit -n) allows -j'
) || exit 1
assert_file f79
ronin_ok
assert_ran

# A command that is killed is named with its signal; one that fails after it
# wrote an output runs again until it succeeds, and its junk goes.
write build.magma <<'END'
(action :outputs ["dead"] :rule {:command ["sh" "-c" "echo junk >dead; kill -9 $$"]})
(action :outputs ["bad"] :rule {:command ["sh" "-c" "echo junk >bad; test -e may"]})
END
ronin_fails 1 -k0
assert_output 'dead' 'killed by signal 9' '2 failed'
assert_absent dead bad
ronin_fails 1 bad
touch may
ronin_ok bad
assert_file bad junk

# Words that cannot run: what and where.
write build.magma <<'END'
(action :outputs ["a"] :rule {:command ["no-such-tool"]})
(action :outputs ["b"] :rule {:command ["./not-executable"]})
(action :outputs ["c"] :rule {:command ["./no-program"]})
(action :outputs ["d"] :rule {:command ["./bad-interpreter"]})
(action :outputs ["e"] :rule {:command ["true"] :dir "nowhere"})
END
write not-executable '#!/bin/sh'
printf 'just text\n' >no-program
printf '#!/no/such/interpreter\n' >bad-interpreter
chmod +x no-program bad-interpreter
ronin_fails 1 -k0
assert_output 'no-such-tool: not found in PATH' "PATH is $PATH" \
    './not-executable' 'Permission denied' '/no-program is not a program' \
    'a script needs a first line' 'the interpreter that it names' 'nowhere'

# Too many words: how much, and what to do.
write build.magma <<'END'
(action :outputs ["long"] :rule {:command (into ["true"] (repeat 300000 "0123456789"))})
(action :outputs ["one"] :rule {:command ["true" (apply str (repeat 200000 "x"))]})
END
ronin_fails 1 -k0
assert_output '300001 arguments' 'KiB together' 'response file' \
    'one of its 2 arguments has 195 KiB'

# What a command leaves behind, also in a session of its own, goes with ronin;
# processes that end while others run are reaped.
write build.magma <<'END'
(action :outputs ["left"]
  :rule {:command ["sh" "-c" "for i in 1 2 3 4 5; do (sh -c : &); done; setsid sh -c 'sleep 1000; :' & sleep 0.05; touch left"]})
(action :outputs ["after"] :inputs {:ifwritten ["left"]}
  :rule {:command ["sh" "-c" "sleep 0.1; ps -o stat= --ppid $PPID | grep -c Z >after; :"]})
END
ronin_ok
assert_file after 0
assert_no_process
write build.magma <<'END'
(action :outputs ["killed"]
  :rule {:command ["sh" "-c" "setsid sh -c 'sleep 1000; :' & (setsid sh -c 'sleep 1000; :' &) ; touch started; sleep 1000"]})
END
rm -f started
start_build
wait_for started
kill -KILL "$BUILD"
end_build 137
assert_no_process

# Interrupted, with the grandchild in its own session as well.
rm -f started
start_build
wait_for started
kill -INT "$BUILD"
end_build 130
assert_no_process

# A reader that goes away: ronin ends, what it did is remembered, nothing is
# left running.
python3 - >build.magma <<'END'
for i in range(30):
    print(f'(action :outputs ["p{i}"] :rule {{:command ["sh" "-c" "echo said {i}; touch p{i}"]}})')
END
STATUS=0
{ ronin -j1 || echo $? >status; } 2>errors | head -n 1 >/dev/null
assert_no_process
ran=$(ls p* | wc -l)
ronin_ok
[ "$(events action.start path | wc -l)" -le $((30 - ran + 1)) ] ||
    fail "$ran had run, and too many run again"
ronin_ok
assert_ran
