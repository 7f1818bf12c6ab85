# SPDX-License-Identifier: MIT
"""Writes Magma build files from Python: for configure steps.

One file without dependencies; copy it next to the script that uses it.

    from magma_syntax import Writer, kw, sym

    with open("build.magma", "w", encoding="utf-8") as out:
        w = Writer(out)
        w.defn("cc", ["vars"], {
            kw("command"): ["cc", w.var("inputs"), "-o", w.var("out")]})
        w.action(outputs=["main"], rule=sym("cc"),
                 inputs={"ifwritten": ["main.c"]})

Python values become Magma values: str a string, int and float a number, bool
true or false, None nil, dict a map, list and tuple a vector, set and frozenset
a set (sorted, so that the same input gives the same bytes). kw("x") is :x,
sym("x") is x, call("f", 1) is (f 1), and raw("...") is text that is put in as
it is.
"""

import re

__all__ = ["Writer", "kw", "sym", "raw", "call"]

WIDTH = 78


class _Text:
    """Text of Magma that stands as it is."""

    def __init__(self, text):
        self.text = text

    def __eq__(self, other):
        return isinstance(other, _Text) and self.text == other.text

    def __hash__(self):
        return hash(self.text)


class _Call:
    def __init__(self, name, arguments):
        self.name = name
        self.arguments = arguments


def raw(text):
    """Text of Magma that is put in as it is."""
    return _Text(text)


def _name(text):
    if not re.fullmatch(r"[^\s()\[\]{}\"@^`~,;\\#:][^\s()\[\]{}\"@^`~,;\\]*",
                        text):
        raise ValueError("no name of Magma: %r" % text)
    return text


def kw(name):
    """The keyword :name; underscores stay underscores."""
    return _Text(":" + _name(name))


def sym(name):
    """The symbol name."""
    return _Text(_name(name))


def call(function, *arguments):
    """The call (function arguments...)."""
    return _Call(sym(function), arguments)


_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def _string(text):
    out = []
    for char in text:
        if char in _ESCAPES:
            out.append(_ESCAPES[char])
        elif ord(char) < 32 or ord(char) == 127:
            out.append("\\u%04x" % ord(char))
        elif 0xD800 <= ord(char) <= 0xDFFF:
            raise ValueError("a path or text that is no UTF-8: %r" % text)
        else:
            out.append(char)
    return '"' + "".join(out) + '"'


def _key(key):
    return kw(key) if isinstance(key, str) else key


def _atom(value):
    """The text of a value without parts, or None."""
    if isinstance(value, _Text):
        return value.text
    if value is None:
        return "nil"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        return _string(value)
    return None


def _parts(value):
    """Opening, items and closing of a collection; a map gives pairs."""
    if isinstance(value, _Call):
        return "(", [value.name, *value.arguments], ")"
    if isinstance(value, (list, tuple)):
        return "[", list(value), "]"
    if isinstance(value, (set, frozenset)):
        return "#{", sorted(value, key=lambda item: _line(item)), "}"
    if isinstance(value, dict):
        return "{", [item for pair in value.items() for item in pair], "}"
    raise TypeError("no value of Magma: %r" % (value,))


def _line(value):
    """The value on one line."""
    atom = _atom(value)
    if atom is not None:
        return atom
    opening, items, closing = _parts(value)
    return opening + " ".join(_line(item) for item in items) + closing


def _layout(value, indent):
    """The value, over several lines where it does not fit one."""
    line = _line(value)
    if _atom(value) is not None or indent + len(line) <= WIDTH:
        return line
    opening, items, closing = _parts(value)
    inner = indent + len(opening)
    if isinstance(value, dict):
        texts = []
        for key, item in value.items():
            head = _line(key)
            texts.append(head + " " + _layout(item, inner + len(head) + 1))
        return opening + ("\n" + " " * inner).join(texts) + closing
    return opening + _fill([_layout(item, inner) for item in items],
                           inner) + closing


def _fill(texts, indent):
    """Texts side by side as far as they fit."""
    lines = [""]
    for text in texts:
        width = indent + len(lines[-1]) + 1 + len(text.split("\n", 1)[0])
        if lines[-1] and (width > WIDTH or "\n" in text):
            lines.append("")
        lines[-1] += (" " if lines[-1] else "") + text
    return ("\n" + " " * indent).join(lines)


class Writer:
    """Writes forms to a text stream."""

    def __init__(self, output):
        self.output = output

    @staticmethod
    def var(name):
        """What a rule reads of its action: (:name vars)."""
        return _Call(kw(name), (sym("vars"),))

    def comment(self, text):
        for line in text.split("\n"):
            self.output.write(("; " + line).rstrip() + "\n")

    def newline(self):
        self.output.write("\n")

    def form(self, value):
        """Any form at the top level."""
        self.output.write(_layout(value, 0) + "\n")

    def require(self, namespace, alias):
        """(require '[namespace :as alias])"""
        self.output.write("(require '[%s :as %s])\n"
                          % (_name(namespace), _name(alias)))

    def define(self, name, value):
        """(def name value)"""
        self._head("(def " + _name(name), [value])

    def defn(self, name, parameters, *body):
        """(defn name [parameters] body...)"""
        names = "[" + " ".join(_name(p) for p in parameters) + "]"
        self._head("(defn " + _name(name) + " " + names, body)

    def _head(self, head, body):
        self.output.write(head)
        for value in body:
            self.output.write("\n  " + _layout(value, 2))
        self.output.write(")\n")

    def _keyed(self, head, keys):
        self.output.write(head)
        for key, value in keys:
            if value is None:
                continue
            text = ":" + key + " "
            self.output.write("\n  " + text + _layout(value, 2 + len(text)))
        self.output.write(")\n")

    @staticmethod
    def _edges(value):
        """A dict of edge kinds, whose keys may be plain strings."""
        if value == "always":
            return kw("always")
        if isinstance(value, dict):
            return {_key(key): item for key, item in value.items()}
        return value

    def action(self, outputs=(), rule=None, inputs=None, implicit=None,
               order_only=None, name=None, **keys):
        """(action ...): inputs and implicit are dicts such as
        {"ifwritten": [...]}, or "always". Other keys of `action` are given by
        their names with underscores: depfile, env, generator, vars..."""
        self._keyed("(action", [
            ("name", name), ("outputs", list(outputs)), ("rule", rule),
            ("inputs", self._edges(inputs)),
            ("implicit", self._edges(implicit)),
            ("order-only", order_only),
            *((key.replace("_", "-"), self._plain(value))
              for key, value in keys.items())])

    @staticmethod
    def _plain(value):
        if isinstance(value, dict):
            return {_key(key): item for key, item in value.items()}
        return value

    def dynout(self, name, rule, inputs=None, implicit=None, env=None):
        """(def name (dynout ...))"""
        pairs = [("inputs", self._edges(inputs)),
                 ("implicit", self._edges(implicit)),
                 ("env", env), ("rule", rule)]
        arguments = []
        for key, value in pairs:
            if value is not None:
                arguments += [kw(key), value]
        self.define(name, call("dynout", *arguments))

    def group(self, name, members):
        """(group name members)"""
        self._head("(group " + _string(name), [members])

    def pool(self, name, depth):
        """(pool name depth)"""
        self.form(call("pool", name, depth))
