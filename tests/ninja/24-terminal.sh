# SPDX-License-Identifier: MIT
# On a terminal: one line that is drawn over, what commands print above it, colours as
# they are, and the console. Both are run in a pseudo terminal, and draw the same bytes.
. "$TESTS/lib/build.sh"
. "$TESTS/ninja/lib.sh"

command -v python3 >/dev/null || exit 77

# in_terminal.py COLUMNS PROGRAM...: all that a terminal gets, with a line feed behind
# each thing that is drawn, and the status.
write in_terminal.py <<'END'
import fcntl, os, pty, struct, sys, termios
pid, fd = pty.fork()
if pid == 0:
    size = struct.pack("HHHH", 24, int(sys.argv[1]), 0, 0)
    fcntl.ioctl(0, termios.TIOCSWINSZ, size)
    os.execvp(sys.argv[2], sys.argv[2:])
drawn = b""
while True:
    try:
        part = os.read(fd, 65536)
    except OSError:
        break
    if not part:
        break
    drawn += part
text = drawn.decode().replace("\x1b[K", "<K>\n").replace("\x1b", "<ESC>")
print(text.replace("\r\n", "\n").replace("\r", "<CR>"))
print("status", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
END

# drawn COLUMNS ARGS...: both draw the same.
drawn()
{
    sleep 0.02
    (cd one && python3 ../in_terminal.py "$1" ninja "${@:2}" >../told.one)
    (cd two && python3 ../in_terminal.py "$1" ../bin/ninja "${@:2}" >../told.two)
    sed -i 's/\[code=[0-9]*\] //' told.one told.two
    sed -i 's/^status [1-9].*/failed/; s,/dev/pts/[0-9]*,PTS,' told.one told.two
    diff told.one told.two || differs "in a terminal: ninja $*"
}

begin <<'END'
rule quiet
  command = touch $out
  description = QUIET $out
rule loud
  command = echo output of $out; touch $out
  description = A DESCRIPTION OF $out THAT IS TOO LONG TO BE SHOWN WHOLE IN SIXTY COLUMNS
rule console
  command = tty; test -t 0 && test -t 1 && test -t 2 && echo all are; touch $out
  pool = console
rule red
  command = printf '\033[31mred\033[0m\n'; touch $out
rule bad
  command = echo bad; exit 3
build a: quiet
build b: loud a
build c: console b
build d: red c
build e: quiet d
build f: bad e
build g: quiet
END
export TERM=xterm
drawn 200 -j1 f
[ "$(grep -c '^<CR>.*<K>$' told.two)" -ge 6 ] || fail "nothing is drawn over: $(cat told.two)"
assert_contains "$(cat told.two)" 'all are'
assert_contains "$(cat told.two)" '<ESC>[31mred'
drawn 200 -j1 e
drawn 200 -j1 -t targets all
drawn 200 -j1 -v g
each 'rm a b c d e g'
TERM=dumb
drawn 200 -j1 f
assert_lacks "$(cat told.two)" '<CR>'
assert_lacks "$(cat told.two)" '<ESC>'
TERM=xterm

# What is too long loses its middle, and leaves the last column free.
each 'rm b'
(cd two && python3 ../in_terminal.py 60 ../bin/ninja -j1 b >../told.two)
line=$(grep -m1 '<K>' told.two | sed 's/^<CR>//; s/<K>$//')
[[ $line =~ ^\[0/1\]\ A\ DESC.*\.\.\..*\ COLUMNS$ ]] || fail "is drawn: $line"
[ ${#line} -lt 60 ] && [ ${#line} -ge 56 ] || fail "${#line} columns: $line"

# While somebody has the console nothing is drawn; afterwards comes what was printed
# meanwhile, behind its line, and then the line of now.
begin <<'END'
rule console
  command = mkfifo fifo; echo begins; cat fifo; echo ends; touch $out
  pool = console
rule loud
  command = until [ -p fifo ]; do sleep 0.01; done; echo output of $out; touch $out
  description = LOUD $out
rule tell
  command = echo from $out >fifo; touch $out
  description = TELL $out
build z: console
build a: loud
build b: tell a
END
(cd two && timeout 40 python3 ../in_terminal.py 200 ../bin/ninja -j2 >../told.two)
[[ $(tr '\n' ';' <told.two) =~ ';begins;from b;ends;'('<CR>'[^\;]*';')*'[1/3] LOUD a;output of a;' ]] ||
    fail "$(cat told.two)"
