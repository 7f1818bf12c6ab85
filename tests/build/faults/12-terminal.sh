# SPDX-License-Identifier: MIT
# Suspending with the terminal, the console, and a terminal that nobody else may
# touch: ronin under a shell's job control, in a pseudo terminal.
. "$TESTS/lib/build.sh"
. "$TESTS/build/faults/lib.sh"

# terminal.py SCRIPT: runs the function SCRIPT with ronin in a terminal of its
# own, in a process group of its own, in the foreground, as a shell would.
write terminal.py <<'END'
import fcntl, os, pty, select, signal, sys, termios, time

def start(*args):
    pid, fd = pty.fork()
    if pid == 0:
        # The child stands for the shell: ronin gets a group of its own.
        ronin = os.fork()
        if ronin == 0:
            os.setpgid(0, 0)
            signal.signal(signal.SIGTTOU, signal.SIG_IGN)
            os.tcsetpgrp(0, os.getpid())
            signal.signal(signal.SIGTTOU, signal.SIG_DFL)
            os.execvp("ronin", ["ronin", *args])
        with open("pid", "w") as out:
            out.write(str(ronin))
        while True:
            _, status = os.waitpid(ronin, os.WUNTRACED)
            if os.WIFSTOPPED(status):
                open("stopped", "w").close()
                while not os.path.exists("resume"):
                    time.sleep(0.01)
                os.kill(-ronin, signal.SIGCONT)
            else:
                os._exit(os.waitstatus_to_exitcode(status) & 255)
    return pid, fd

def read_all(fd, until=None):
    text = b""
    while until is None or until not in text:
        try:
            part = os.read(fd, 65536)
        except OSError:
            break
        if not part:
            break
        text += part
    return text

def wait_file(name):
    deadline = time.time() + 20
    while not os.path.exists(name):
        if time.time() > deadline:
            sys.exit(f"{name} never came")
        time.sleep(0.01)

def size(name):
    return os.path.getsize(name)

def suspend():
    pid, fd = start("build")
    wait_file("ticks")
    while size("ticks") < 3:
        time.sleep(0.01)
    os.write(fd, b"\x1a")
    wait_file("stopped")
    before = size("ticks")
    time.sleep(0.3)
    if size("ticks") > before + 1:
        sys.exit("the command goes on while ronin is stopped")
    open("resume", "w").close()
    while size("ticks") < before + 3:
        time.sleep(0.01)
    open("enough", "w").close()
    read_all(fd)
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))

def interrupt():
    pid, fd = start("build")
    wait_file("ticks")
    begin = time.time()
    os.write(fd, b"\x03")
    read_all(fd)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    crowding = max(1, os.getloadavg()[0] / os.cpu_count())
    if time.time() - begin > 1.5 * crowding:
        sys.exit("it took too long")
    sys.exit(status)

def ask():
    pid, fd = start("build")
    read_all(fd, b"name? ")
    os.write(fd, b"somebody\n")
    text = read_all(fd)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    sys.stdout.buffer.write(text)
    sys.exit(status)

globals()[sys.argv[1]]()
END

write build.magma <<'END'
(action :outputs ["ticks"]
  :rule {:command ["sh" "-c" "while [ ! -e enough ]; do printf . >>ticks; sleep 0.02; done"]})
END
python3 terminal.py suspend || fail "suspend: $?"
assert_file ticks
ronin_ok
assert_ran
rm -f ticks enough stopped resume

STATUS=0
python3 terminal.py interrupt || STATUS=$?
assert_equal "$STATUS" 130
assert_absent ticks
assert_no_process

# The console has the terminal and can be asked; others have no terminal at all,
# neither as stdin nor as /dev/tty, and are not stopped by it.
write build.magma <<'END'
(action :outputs ["name"] :pool "console"
  :rule {:command ["sh" "-c" "printf 'name? '; read name; echo \"$name\" >name; test -t 0 && test -t 1 && test -t 2 && (: </dev/tty) && echo really"]})
(action :outputs ["other"]
  :rule {:command ["sh" "-c" "cat >other; test -t 0 && exit 1; (: </dev/tty) 2>/dev/null && exit 2; (echo x >/dev/tty) 2>/dev/null && exit 3; exit 0"]})
END
OUTPUT=$(python3 terminal.py ask) || fail "ask: $? $OUTPUT"
assert_output really
assert_file name somebody
assert_file other ""

# ^C with the console in the foreground ends both.
write build.magma <<'END'
(action :outputs ["ticks"] :pool "console"
  :rule {:command ["sh" "-c" "while :; do printf . >>ticks; sleep 0.02; done"]})
END
rm -f ticks
STATUS=0
python3 terminal.py interrupt || STATUS=$?
assert_equal "$STATUS" 130
assert_absent ticks
assert_no_process
