#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Which C++20 modules a source gives and needs, for compilers that cannot tell.

    scan.py SOURCE OBJECT RESULT DEPFILE

RESULT gets it in the form that CMake reads (P1689), DEPFILE the source. The
declarations must stand at the beginning of lines, as they do in modules.py.
"""
import json
import pathlib
import re
import sys

DECLARATION = re.compile(r"(export +)?(module|import) +([\w.]*(?::\w+)?) *;")


def scan(text, target):
    rule = {"primary-output": target, "provides": [], "requires": []}
    own = ""
    for line in text.splitlines():
        match = DECLARATION.match(line)
        if not match or not match[3]:
            continue
        exported, word, name = match.groups()
        if word == "module":
            own = name.partition(":")[0]
            if exported:
                rule["provides"].append(
                    {"logical-name": name, "is-interface": True})
                continue
        if name.startswith(":"):  # A partition of the module at hand.
            name = own + name
        rule["requires"].append({"logical-name": name})
    return {"version": 1, "revision": 0, "rules": [rule]}


def main():
    source, target, result, depfile = sys.argv[1:]
    text = pathlib.Path(source).read_text(encoding="utf-8")
    pathlib.Path(result).write_text(json.dumps(scan(text, target)))
    pathlib.Path(depfile).write_text(f"{result}: {source}\n")


if __name__ == "__main__":
    main()
