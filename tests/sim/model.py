# SPDX-License-Identifier: MIT
"""The reference: which actions must run, told from what is on disk.

It knows nothing of how ronin decides. A file is looked at as a whole, nothing is
cached, and every action is compared with what it saw when it ran last. Because an
action runs after all that it needs, what it found is what lies there after the
build; only its own outputs are taken as they were before.
"""
import hashlib
import os
import stat

GRAIN = 1  # of the times that files have, in nanoseconds
WRITTEN, CHANGED, CREATED, DELETED = "ifwritten", "ifchanged", "ifcreated", \
    "ifdeleted"


class Seen:
    """A file, folder or link as it is now; `there` is false if it is not."""

    def __init__(self, path):
        self.there = os.path.lexists(path)
        self.written = self.content = None
        if not self.there:
            return
        try:
            st = os.stat(path)
        except OSError:  # A link that leads nowhere.
            self.written = self.content = ("nowhere", os.readlink(path))
            return
        link = os.readlink(path) if os.path.islink(path) else None
        if stat.S_ISDIR(st.st_mode):
            times, size, self.content = tree(path)
            self.written = (stat.S_IMODE(st.st_mode), link, times, size,
                            self.content)
            return
        with open(path, "rb") as file:
            digest = hashlib.sha256(file.read()).hexdigest()
        self.content = ("file", digest)
        # Where only ctime, inode and owner differ, content decides: so they
        # are not looked at. A link has a time beside that of its file.
        self.written = ("file", stat.S_IMODE(st.st_mode), st.st_size,
                        st.st_mtime_ns // GRAIN, digest,
                        link and os.lstat(path).st_mtime_ns // GRAIN)


def tree(path):
    """All that is below a folder: the newest time, the size of all files, and
    names, permissions and what the files hold."""
    found, newest, size = [], 0, 0
    for folder, names, files in os.walk(path):
        for name in names + files:
            full = os.path.join(folder, name)
            st, what = os.lstat(full), "dir"
            if name in files:
                with open(full, "rb") as file:
                    what = hashlib.sha256(file.read()).hexdigest()
                newest = max(newest, st.st_mtime_ns // GRAIN)
                size += st.st_size
            found.append((os.path.relpath(full, path), st.st_mode, what))
    return newest, size, ("dir", tuple(sorted(found)))


def listing(path):
    """What a watch compares: every file with attributes that count."""
    found = {}
    for folder, _, files in os.walk(path):
        for name in files:
            full = os.path.join(folder, name)
            st = os.lstat(full)
            found[full] = (st.st_size, st.st_mtime_ns // GRAIN, st.st_mode)
    return found


def events(before, after):
    """(path, kind) of everything that differs between two listings."""
    for path in sorted(before.keys() | after.keys()):
        if path not in before:
            yield path, "created"
        elif path not in after:
            yield path, "deleted"
        elif before[path] != after[path]:
            yield path, "modified"


def differs(kinds, before, now, by_content):
    """Whether an edge of these kinds makes its action dirty."""
    if by_content and WRITTEN in kinds:
        kinds = kinds - {WRITTEN} | {CHANGED}
    return ((WRITTEN in kinds and before.written != now.written) or
            (CHANGED in kinds and before.content != now.content) or
            (CREATED in kinds and now.there and not before.there) or
            (DELETED in kinds and before.there and not now.there))


class Record:
    """What an action saw when it ran last. `sure` is false if a kill or a fault
    leaves open whether that is what ronin remembers. `read` is false if a call
    failed then: what a file held may be unknown, and no equal bytes keep the
    action from running, until it did."""

    def __init__(self, action, found, env):
        self.recipe = action.recipe()
        self.inputs = {p: (k, found(p)) for p, k in action.inputs().items()}
        self.found = {p: (k, found(p)) for p, k in action.discovered.items()}
        self.outputs = {p: found(p) for p in action.outs}
        self.env = {name: env.get(name) for name in action.env}
        self.watched = {d: listing(d) for d in action.watches}
        self.sure = self.read = True


class Model:
    """All records, and what follows from them."""

    def __init__(self):
        self.records = {}
        self.past = {}  # by path: what ronin made there, by content

    def forget(self):
        self.records = {}
        self.past = {}

    def doubt(self):
        """Anything may be remembered, or nothing."""
        for record in self.records.values():
            record.sure = False

    def is_adopted(self, action, before):
        """A generator that was run by hand."""
        return (action.key not in self.records and action.generator and
                not action.always and all(before(o).there
                                          for o in action.outs))

    def why(self, action, before, now, env, by_content):
        """The first reason for which the action must run, or None. `before` and
        `now` look at a path as it was and is."""
        record = self.records.get(action.key)
        if self.is_adopted(action, before):
            return None
        if record is None:
            return "no record"
        if action.always:
            return "always"
        if record.recipe != action.recipe():
            return "recipe"
        if {p: k for p, (k, _) in record.inputs.items()} != action.inputs():
            return "list of inputs"
        if record.outputs.keys() != set(action.outs):
            return "list of outputs"
        if record.env != {name: env.get(name) for name in action.env}:
            return "environment"
        for path, (kinds, seen) in {**record.inputs, **record.found}.items():
            if differs(kinds, seen, now(path), by_content):
                return f"input {path}"
        for path, (kinds, seen) in record.found.items():
            if differs(kinds, seen, now(path), by_content):
                return f"discovered {path}"
        for path, seen in record.outputs.items():
            if differs({WRITTEN}, seen, before(path), by_content) or \
                    not before(path).there:
                return f"output {path}"
        for folder, accepts in action.watches.items():
            for event in events(record.watched[folder], listing(folder)):
                if accepts(*event):
                    return f"watched {event}"
        return None

    def ran(self, action, now, env):
        self.records[action.key] = Record(action, now, env)
        if not action.generator:
            for path in action.outs:
                self.past[path] = now(path).content
                if os.path.islink(path):  # Somebody's, and written through.
                    del self.past[path]

    def failed(self, action):
        self.records.pop(action.key, None)
        if action.generator:  # It has a record, of a failure.
            self.records[action.key] = Record(action, Seen, {})
            self.records[action.key].recipe = None

    def was_clean(self, action, now, env, by_content):
        """Judged, and not dirty: existence and listings are the next base."""
        record = self.records.get(action.key)
        if record is None or (not record.sure and not by_content):
            self.ran(action, now, env)
            self.records[action.key].read = record is None or record.read
            return
        if any(seen.there != now(path).there and kinds & {CREATED, DELETED}
               for path, (kinds, seen) in record.inputs.items()):
            action.discovered = {p: k for p, (k, _) in record.found.items()}
            self.ran(action, now, env)
            self.records[action.key].read = record.read
        record.watched = {d: listing(d) for d in action.watches}
