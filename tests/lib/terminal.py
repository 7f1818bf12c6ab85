# SPDX-License-Identifier: MIT
"""A program on a terminal of its own, to be typed at.

    with Terminal(["ronin", "repl"]) as t:
        t.wait("=> ")
        t.type("(+ 1 2)\r")
        t.wait("3")
        assert t.end() == 0

Whatever is waited for must come within a minute, or the test fails and shows what
the program wrote. wait() looks only at what came after the last wait.
"""
import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

LIMIT_S = 50
INTERRUPT = "\x03"
END = "\x04"
TAB = "\t"
UP = "\x1b[A"


class Terminal:
    """The master side of a pseudo terminal with a program on the other."""

    def __init__(self, argv, rows=24, columns=80, **env):
        self.output = ""
        self.seen = 0
        self.status = None
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(env)
            os.environ["TERM"] = env.get("TERM", "xterm")
            os.execvp(argv[0], argv)
        size = struct.pack("HHHH", rows, columns, 0, 0)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, size)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            self.reap()
        os.close(self.fd)

    def type(self, text):
        """Types, as fast as the terminal takes it."""
        os.write(self.fd, text.encode())

    def read(self, timeout_s):
        """Takes what is there; False at the end of the program."""
        ready, _, _ = select.select([self.fd], [], [], timeout_s)
        if not ready:
            return True
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            data = b""
        self.output += data.decode("utf-8", "replace")
        return bool(data)

    def wait(self, text):
        """Until the text was written; gives what came up to its end."""
        limit = time.monotonic() + LIMIT_S
        while (at := self.output.find(text, self.seen)) < 0:
            if time.monotonic() > limit or not self.read(0.2):
                self.fail(f"{text!r} did not come")
        before = self.output[self.seen:at + len(text)]
        self.seen = at + len(text)
        return before

    def reap(self):
        _, status = os.waitpid(self.pid, 0)
        self.status = os.waitstatus_to_exitcode(status)

    def end(self):
        """Until the program has ended; its exit status."""
        limit = time.monotonic() + LIMIT_S
        while self.read(0.2):
            if time.monotonic() > limit:
                self.fail("it did not end")
        self.reap()
        return self.status

    def fail(self, why):
        rest = self.output[self.seen:]
        print(f"{why}; since the last wait: {rest!r}")
        print(f"all: {self.output!r}")
        sys.exit(1)
