# SPDX-License-Identifier: MIT
"""A client of nREPL in plain bytes, and `ronin repl --nrepl` to talk to.

    with Server() as server, Client(server.port) as client:
        session = client.ask(op="clone")["new-session"]
        assert client.eval("(+ 1 2)", session=session).values == ["3"]
"""
import itertools
import os
import re
import signal
import socket
import subprocess

LIMIT_S = 50


def encode(value):
    """Bencode of texts, numbers, lists and dictionaries."""
    if isinstance(value, bytes):
        return b"%d:%s" % (len(value), value)
    if isinstance(value, str):
        return encode(value.encode())
    if isinstance(value, int):
        return b"i%de" % value
    if isinstance(value, list):
        return b"l" + b"".join(map(encode, value)) + b"e"
    return b"d" + b"".join(encode(k) + encode(v)
                           for k, v in sorted(value.items())) + b"e"


def decode(data, at=0):
    """The value at a place, and where the next begins; IndexError or ValueError
    while it is not whole."""
    head = data[at:at + 1]
    if head == b"":
        raise IndexError
    if head == b"i":
        end = data.index(b"e", at)
        return int(data[at + 1:end]), end + 1
    if head in (b"l", b"d"):
        items = []
        at += 1
        while data[at:at + 1] != b"e":
            item, at = decode(data, at)
            items.append(item)
        if head == b"l":
            return items, at + 1
        keys = items[::2]
        assert keys == sorted(keys), f"keys are not sorted: {keys}"
        return dict(zip(keys, items[1::2])), at + 1
    colon = data.index(b":", at)
    end = colon + 1 + int(data[at:colon])
    if len(data) < end:
        raise IndexError
    return data[colon + 1:end].decode("utf-8", "surrogateescape"), end


class Server:
    """A REPL for editors in the working folder."""

    def __init__(self, *options):
        self.process = subprocess.Popen(
            ["ronin", "repl", *options, "--nrepl"], stdout=subprocess.PIPE,
            text=True)
        line = self.process.stdout.readline()
        found = re.search(r"started on port (\d+) on host 127\.0\.0\.1", line)
        assert found, line
        self.port = int(found[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def end(self, number=signal.SIGTERM):
        """Sends a signal; the exit status."""
        self.process.send_signal(number)
        return self.process.wait(LIMIT_S)


class Answers:
    """All answers to one message."""

    def __init__(self, answers):
        self.all = answers
        self.values = [a["value"] for a in answers if "value" in a]
        self.out = "".join(a.get("out", "") for a in answers)
        self.err = "".join(a.get("err", "") for a in answers)
        self.status = [s for a in answers for s in a.get("status", [])]

    def __getitem__(self, key):
        return next(a[key] for a in self.all if key in a)


class Client:
    """A connection. send() and wait() are apart for what runs meanwhile."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), LIMIT_S)
        self.socket.settimeout(LIMIT_S)
        self.data = b""
        self.answers = []
        self.ids = itertools.count(1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, **message):
        message.setdefault("id", str(next(self.ids)))
        self.socket.sendall(encode(message))
        return message["id"]

    def receive(self):
        """The next answer, whatever it answers."""
        while True:
            try:
                answer, end = decode(self.data)
                self.data = self.data[end:]
                return answer
            except (IndexError, ValueError):
                more = self.socket.recv(65536)
                assert more, "the server has closed the connection"
                self.data += more

    def wait(self, number, status="done"):
        """Answers to a message, up to the one with that status."""
        while True:
            mine = [a for a in self.answers if a.get("id") == number]
            if mine and status in mine[-1].get("status", []):
                self.answers = [a for a in self.answers
                                if a.get("id") != number]
                return Answers(mine)
            self.answers.append(self.receive())

    def ask(self, **message):
        return self.wait(self.send(**message))

    def eval(self, code, **message):
        return self.ask(op="eval", code=code, **message)


os.environ.setdefault("XDG_STATE_HOME", os.getcwd())
