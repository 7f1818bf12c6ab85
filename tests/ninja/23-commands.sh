# SPDX-License-Identifier: MIT
# What a command is given and what is done with it: streams, groups, signals, the
# console, interrupts, and who comes first.
. "$TESTS/lib/build.sh"
. "$TESTS/ninja/lib.sh"

version=$(ninja --version)
by_length= # ninja takes the longest way first
[[ $version =~ ^1\.(1[2-9]|[2-9][0-9])\. ]] && by_length=1

# --- Streams, groups, descriptors, signals ------------------------------------------------

write probe.py <<'END'
import os, sys
def name(fd):
    try:
        return os.readlink(f"/proc/self/fd/{fd}")
    except OSError:
        return "none"
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
outer = int(os.environ["OUTER"])
print("input:", name(0))
open(sys.argv[1], "w").close()
print("output:", "pipe" if name(1)[:5] == "pipe:" else "given",
      "one" if name(1) == name(2) else "two")
more = [fd for fd in range(3, 64) if name(fd) != "none" and name(fd)[:6] != "/proc/"]
open(".ninja_more", "w").write(str(more))  # older ninjas give some
print("group:", "outer" if os.getpgrp() == outer else "own")
print("signals:", status["SigBlk"].strip())
print("folder:", os.getcwd() == os.environ["PWD"], oct(os.umask(0)))
print("words:", sys.argv[1:])
sys.stdout.flush()
os.write(2, b"error\n")
os.write(1, b"output\n")
END
begin <<'END'
rule probe
  command = python3 ../probe.py $out 'a b' c\ d
rule shell
  command = : ; python3 ../probe.py $out "$$HOME"
rule console
  command = python3 ../probe.py $out
  pool = console
build direct: probe
build shell: shell | direct
build console: console | shell
END
OUTER=$(ps -o pgid= -p $$ | tr -d ' ')
export OUTER
same shell
assert_file two/.ninja_more '[]'
assert_contains "$TOLD" 'input: /dev/null'
assert_contains "$TOLD" 'output: pipe one'
assert_contains "$TOLD" 'group: own'
same console
assert_file two/.ninja_more '[]'
assert_contains "$TOLD" 'output: given one'
assert_contains "$TOLD" 'group: outer'
# What is written to both comes in its order.
assert_equal "$(grep -xE 'error|output' told.two | tail -2 | tr '\n' ' ')" 'error output '

# --- The console ----------------------------------------------------------------------------

# While it is somebody's nothing else is printed, and what others say comes whole
# afterwards; it is nobody else's meanwhile.
begin <<'END'
rule talk
  command = mkdir held; mkfifo fifo; echo begins; cat fifo; echo ends; rmdir held; touch $out
  pool = console
rule second
  command = mkdir held && rmdir held && echo second && touch $out
  pool = console
rule quiet
  command = until [ -p fifo ]; do sleep 0.01; done; echo told by quiet; touch $out; echo from quiet >fifo
  description = QUIET $out
build talk: talk
build second: second
build quiet: quiet
END
for folder in one two; do
    program=ninja
    [ $folder = one ] || program=../bin/ninja
    (cd $folder && timeout 40 $program -j3 >../console.$folder 2>&1 </dev/null) ||
        fail "$(cat console.$folder)"
    # Which of the consoles is first is not told, and what a number is then.
    sed 's/^\[[0-9]*/[N/' console.$folder | tr '\n' ';' |
        grep -o '\(begins;from quiet;ends;\).*\(QUIET quiet;told by quiet\)' >order.$folder ||
        fail "in $folder: $(cat console.$folder)"
done

# --- Interrupts --------------------------------------------------------------------------------

# All three signals end the build with 130; who runs gets it as well. What the command
# wrote is gone, and what has a depfile in any case, for nobody knows of it.
for signal in INT TERM HUP; do
    begin <<END
rule wait
  command = python3 ../wait.py $signal \$out \$\$PPID
rule wait_dep
  command = python3 ../wait.py $signal \$out
  depfile = \$out.d
build wrote: wait
build kept: wait_dep
build plain: wait
  command = until [ -e started.kept ]; do sleep 0.01; done; sleep 20; :
END
    write wait.py <<'END'
import os, signal, sys, time
name, out = sys.argv[1:3]
def on_signal(number, frame):
    open("got." + out, "w").write(signal.Signals(number).name)
    sys.exit(3)
signal.signal(getattr(signal, "SIG" + name), on_signal)
if out == "wrote":
    open(out, "w").write("half")
    while not os.path.exists("started.kept"):
        time.sleep(0.01)
    os.kill(int(sys.argv[3]), getattr(signal, "SIG" + name))
else:
    open(out + ".d", "w").write(out + ": half")
    open("started." + out, "w")
time.sleep(20)
END
    each 'echo whole >kept; echo whole >plain; echo whole >wrote'
    for folder in one two; do
        program=ninja
        [ $folder = one ] || program=../bin/ninja
        status=0
        (cd $folder && timeout 15 $program -j3 >../interrupt 2>&1 </dev/null) || status=$?
        assert_equal "$(tail -1 interrupt)" 'ninja: build stopped: interrupted by user.'
        [ $folder = one ] || assert_equal "$status" 130
        assert_absent $folder/wrote $folder/kept $folder/kept.d
        assert_file $folder/plain whole
        assert_equal "$(cat $folder/got.kept)" "SIG$signal"
    done
done

# --- Who comes first --------------------------------------------------------------------------

# The longest way to the end, and then the order of the file.
begin <<'END'
rule r
  command = echo $out >>order; touch $out
  description = $out
build z1: r
build z2: r
build short: r
build long1: r
build long2: r long1
build long3: r long2
build a1: r
build also1: r
build also2: r also1
END
[ -n "$by_length" ] || ours
[ -z "$by_length" ] || same
expected='long1 long2 also1 z1 z2 short long3 a1 also2 '
assert_equal "$(tr '\n' ' ' <two/order)" "$expected"
[ -z "$by_length" ] || assert_equal "$(tr '\n' ' ' <one/order)" "$expected"
