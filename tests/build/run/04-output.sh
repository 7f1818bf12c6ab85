# SPDX-License-Identifier: MIT
# What actions print: whole, in order, harmless; long outputs by their ends and
# with little memory; a lone long action as it goes.
. "$TESTS/lib/build.sh"
. "$TESTS/build/faults/lib.sh"

# Both streams in the order in which they were written, and no final newline.
write build.magma <<'END'
(action :outputs ["both"]
  :rule {:command ["sh" "-c" "echo one; echo two >&2; echo three; printf four >&2; touch both"]})
END
ronin_ok
assert_output $'one\ntwo\nthree\nfour\nbuilt'
assert_equal "$(events action.end output)" $'one\ntwo\nthree\nfour'

# NUL, bytes that are no text, and a line of a megabyte are kept as they are;
# what was drawn over is not shown again.
write build.magma <<'END'
(action :outputs ["bytes"] :rule {:command ["sh" "-c" "cat in; touch bytes"]})
END
python3 -c '
import sys
sys.stdout.buffer.write(b"a\0b\xff\n" + b"x" * (1 << 20) + b"\nend\n")' >in
ronin_ok --quiet
assert_output 'a\x00b\xff' end
assert_equal "$(wc -l <<<"$OUTPUT")" 5
printf '10%%\r50%%\r100%%\r\nwindows\r\n\rlast' >in
rm bytes
ronin_ok --quiet
assert_equal "$OUTPUT" $'100%\nwindows\nlast'

# 400 MB: the ends are shown, all of it is in a file, and memory stays small.
write build.magma <<'END'
(action :outputs ["obj/huge"]
  :rule {:command ["sh" "-c" "seq -f 'line %.0f' 1 150; head -c 400000000 /dev/zero | tr '\\0' x | fold -w 1000; seq -f 'last %.0f' 1 150; echo 'x.c:1: error: at the end'; touch done; exit 1"]})
; With company, so that nothing is shown before the end.
(action :outputs ["company"]
  :rule {:command ["sh" "-c" "until [ -e done ]; do sleep 0.05; done; touch company"]})
END
write measure.py <<'END'
import os, sys
pid = os.fork()
if pid == 0:
    log = os.open("log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.execvp("ronin", ["ronin", "build", "-j2", "--events", "events"])
_, status, usage = os.wait4(pid, 0)
print(os.waitstatus_to_exitcode(status), usage.ru_maxrss)
END
read -r status peak_kib < <(python3 measure.py)
assert_equal "$status" 1
[ "$peak_kib" -lt 65536 ] || fail "took $peak_kib KiB"
for line in 'line 1' 'line 100' 'last 150' 'x.c:1: error: at the end'; do
    grep -qx "$line" log || fail "not shown: $line"
done
! grep -qx 'line 101' log || fail "too much is shown"
path=$(sed -n 's/^\.\.\. .* bytes are left out here: all of it is in //p' log)
assert_equal "$path" "$(echo .ronin/output/obj_huge-????????.log)"
[ "$(wc -c <"$path")" -gt 400000000 ] || fail "$path is not whole"
assert_equal "$(tail -n 1 "$path")" 'x.c:1: error: at the end'
assert_contains "$(tail -n 2 log)" 'x.c:1: error: at the end'
[ "$(stat -c %s events)" -lt 10000000 ] || fail "the events have all of it"

# A shorter one of the same action takes its place.
rm done
edit build.magma 's/400000000/4000000/'
ronin_fails 1 -j2
[ "$(wc -c <"$path")" -lt 5000000 ] || fail "the old file is still there"

# A lone action is shown as it goes after two seconds, once.
write build.magma <<'END'
(action :outputs ["slow"]
  :rule {:command ["sh" "-c" "echo early; while [ ! -e seen ]; do sleep 0.05; done; echo late; touch slow"]})
END
start_build build --events events
deadline=$((SECONDS + 20))
until grep -q early "$SCENARIO_LOGS/background"; do
    [ $SECONDS -lt $deadline ] || fail "nothing was shown while it ran"
    sleep 0.05
done
assert_absent slow
touch seen
end_build 0
assert_equal "$(grep -cx early <<<"$OUTPUT")" 1
assert_output $'early\nlate\nbuilt'
assert_equal "$(grep -c '^\[1/1\]\|^\[0/1\]' <<<"$OUTPUT")" 1
assert_contains "$(cat events)" '"type":"action.output"'

# A grandchild with a pipe in its hands does not hold the build.
write build.magma <<'END'
(action :outputs ["parent"]
  :rule {:command ["sh" "-c" "(sleep 20; echo too late) & echo $! >pid; echo said; touch parent"]})
END
begin=$SECONDS
ronin_ok
[ $((SECONDS - begin)) -lt 10 ] || fail "it was waited for"
assert_output said 'note: parent: left a process behind'
! grep -qx 'too late' <<<"$OUTPUT" || fail "it was waited for"
kill "$(cat pid)"

# Colours where they are shown and nowhere else; other sequences nowhere, also
# not from descriptions, paths and messages.
write build.magma <<'END'
(def evil "\u001b]0;t\u0007\u001b[2J\u009b1m\u001bPq\u001b\\")
(action :outputs [(str "red" evil)] :description (str "do " evil)
  :rule {:command ["sh" "-c" (str "printf '\\033[31mred\\033[0m\\033]52;c;x\\007\\033[5A\\033(0\\n'; exit 1") evil]})
END
for way in 'ronin' 'ronin -v' 'ronin -n' 'ronin --explain' 'ronin why :x'; do
    script -qec "TERM=xterm $way" typescript >/dev/null </dev/null || :
    for bad in ']0;t' ']52;' '[2J' '[5A' '(0' 'P'; do
        ! grep -qaF $'\033'"$bad" typescript || fail "$way: the terminal gets ESC $bad"
    done
    ! grep -qaF $'\302\233' typescript || fail "$way: the terminal gets C1"
done
script -qec 'TERM=xterm ronin' typescript >/dev/null </dev/null || :
grep -qaF $'\033[31mred' typescript || fail "no colour on a terminal"
OUTPUT=$(ronin 2>&1) || :
assert_lacks "$OUTPUT" $'\033'
OUTPUT=$(CLICOLOR_FORCE=1 ronin 2>&1) || :
assert_contains "$OUTPUT" $'\033[31mred'
OUTPUT=$(CLICOLOR_FORCE=1 ronin --color never 2>&1) || :
assert_lacks "$OUTPUT" $'\033'
