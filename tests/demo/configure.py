#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The configure step of the demonstration: writes build.magma for ronin's own
sources into the current folder. The compiler and its flags come from the
environment (RONIN_CFLAGS and so on, as `make demo` sets them); without
arguments it is run again by ronin itself when a source comes or goes."""

import glob
import os
import shlex
import sys

ROOT = os.path.relpath(os.path.join(os.path.dirname(__file__), "..", ".."))
sys.path.insert(0, os.path.join(ROOT, "stdlib"))

from magma_syntax import Writer, kw, raw, sym  # noqa: E402

LAYERS = ["exec", "interp", "runtime"]
SETTINGS = ["CC", "RONIN_CFLAGS", "RONIN_LDFLAGS", "RONIN_LIBS"]


def sources(layer):
    found = []
    for pattern in ("*.c", "*.S", "*/*.c", "*/*.S"):
        found += glob.glob(os.path.join(ROOT, layer, pattern))
    return sorted(found)


def object_of(source):
    return os.path.splitext(os.path.relpath(source, ROOT))[0] + ".o"


def rules(w):
    w.define("flags", shlex.split(os.environ["RONIN_CFLAGS"]))
    w.define("libraries", shlex.split(os.environ["RONIN_LDFLAGS"]) +
             shlex.split(os.environ["RONIN_LIBS"]))
    w.define("cc", os.environ.get("CC", "cc"))
    w.newline()
    include = ["-I" + ROOT, "-Wa,-I" + ROOT]
    w.defn("compile", ["vars"], {kw("command"): [
        sym("cc"), sym("flags"), *include, "-MD", "-MF", w.var("depfile"),
        "-c", w.var("in"), "-o", w.var("out")]})
    w.defn("archive", ["vars"], [
        {kw("command"): ["rm", "-f", w.var("out")]},
        {kw("command"): ["ar", "rcs", w.var("out"), w.var("in")]}])
    w.defn("link", ["vars"], {kw("command"): [
        sym("cc"), "-o", w.var("out"), w.var("in"), sym("libraries")]})
    w.newline()


def compile_source(w, source):
    out = object_of(source)
    # The assembler reads what .incbin names without telling a depfile.
    embedded = sorted(glob.glob(os.path.join(ROOT, "stdlib", "*.magma")) +
                      glob.glob(os.path.join(ROOT, "exec", "*", "*.sql")))
    w.action(outputs=[out], rule=sym("compile"),
             inputs={"ifwritten": [source]},
             implicit={"ifwritten": embedded}
             if source.endswith(".S") else None,
             depfile=out[:-2] + ".d", description="compile " + out)
    return out


def program(w, name, objects, archives):
    w.action(outputs=[name], rule=sym("link"),
             inputs={"ifchanged": objects + archives},
             description="link " + name)


def unit_tests(w):
    harness = compile_source(w, os.path.join(ROOT, "tests/lib/test.c"))
    archives = {"exec": ["exec.a"], "interp": ["interp.a"],
                "runtime": ["runtime.a", "exec.a", "interp.a"]}
    names = []
    for layer in LAYERS:
        pattern = os.path.join(ROOT, "tests/unit", layer + "_*.c")
        for source in sorted(glob.glob(pattern)):
            out = compile_source(w, source)
            names.append(out[:-2])
            program(w, out[:-2], [out, harness], archives[layer])
    return names


def generator(w):
    w.defn("sources-changed?", ["event"], raw(
        '(and (re-find #"\\.[cS]$" (:path event))\n'
        '       (not= :modified (:kind event)))'))
    this = os.path.relpath(__file__)
    w.action(outputs=["build.magma"], generator=True, env=SETTINGS,
             rule={kw("command"): [sys.executable, this]},
             inputs={"watch": {os.path.join(ROOT, layer):
                               sym("sources-changed?")
                               for layer in LAYERS + ["tests"]}},
             implicit={"ifchanged": [
                 this, os.path.join(ROOT, "stdlib/magma_syntax.py")]})


def main():
    with open("build.magma.new", "w", encoding="utf-8") as out:
        w = Writer(out)
        w.comment("SPDX-License-Identifier: MIT")
        w.comment("Written by " + os.path.relpath(__file__) + ".")
        rules(w)
        for layer in LAYERS:
            objects = [compile_source(w, s) for s in sources(layer)]
            w.action(outputs=[layer + ".a"], rule=sym("archive"),
                     inputs={"ifchanged": objects},
                     description="archive " + layer)
        program(w, "ronin", [], ["runtime.a", "exec.a", "interp.a"])
        runner = compile_source(w, os.path.join(ROOT, "tests/lang/runner.c"))
        program(w, "tests/lang-runner", [runner], ["interp.a"])
        w.group("tests", unit_tests(w) + ["tests/lang-runner"])
        w.group("default", ["ronin"])
        generator(w)
    os.replace("build.magma.new", "build.magma")


main()
