# SPDX-License-Identifier: MIT
# A pseudo terminal for what commands print: byte for byte, of any size, without
# a controlling terminal, and ended with its command.
. "$TESTS/lib/build.sh"

write build.magma <<'END'
(action :outputs ["seen"] :rule {:command ["python3" "look.py"]})
(action :outputs ["long"]
  :rule {:command ["sh" "-c" "seq 300000; echo err >&2; touch long"]})
(action :outputs ["value"]
  :rule [{:command ["sh" "-c" "test -t 1 || printf 'no terminal'"] :stdout :string}
         {:write "value"}])
(action :outputs ["left"]
  :rule {:command ["sh" "-c" "sleep 30 & echo $! >pid; echo half a line; touch left"]})
END
write look.py <<'END'
import os, sys
assert os.isatty(1) and os.isatty(2) and not os.isatty(0)
assert os.ttyname(1) == os.ttyname(2)
size = os.get_terminal_size(1)
assert (size.columns, size.lines) == (80, 24), size
assert os.getsid(0) == os.getpid(), "its own session"
try:
    os.open("/dev/tty", os.O_RDWR)
    sys.exit("there is a controlling terminal")
except OSError:
    pass
os.write(1, b"\x1b[31mred\x1b[0m\nbytes \xff\r\n")
open("seen", "w").close()
END
ronin_ok --pty=on seen
assert_output $'red\nbytes \\xff'
assert_lacks "$OUTPUT" $'\033'
assert_contains "$(ronin log -o json seen)" '\u001b[31mred'
rm seen
OUTPUT=$(ronin --pty=on --color=always seen)
assert_output $'\033[31mred'

# Nothing is lost, nor put in another order.
ronin_ok --pty=on long
assert_equal "$(tail -n 1 .ronin/output/long-*.log)" err
assert_equal "$(head -n 300000 .ronin/output/long-*.log | cksum)" \
    "$(seq 300000 | cksum)"
ronin_ok --pty=on value
assert_file value 'no terminal'

# A process that keeps the terminal open does not hold the build.
ronin_ok --pty=on left
kill "$(cat pid)"
assert_output 'half a line' 'left a process behind'

# auto: only where colours are shown; and words that it does not know.
rm seen
ronin_fails 1 --pty=auto seen
ronin_fails 2 --pty=maybe seen
assert_output 'it takes auto, on or off'
