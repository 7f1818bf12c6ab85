#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes a graph like that of a C project, for ninja, for make and for ronin.

    gen.py ACTIONS FOLDER [--also NAME]... [--watch NAME]

FOLDER/src gets the sources; FOLDER/ninja/build.ninja, FOLDER/make/Makefile and
FOLDER/ronin/build.magma describe exactly ACTIONS actions with the same command
lines. --also gives another tool that reads build.ninja a folder of its own,
--watch another ronin one, which also watches everything below the root. Libraries of fifty sources each: a generated header that its compiles
wait for, an archive, and a program for every tenth library. Which headers a
source includes is known from depfiles alone.
"""
import argparse
import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..",
                                "stdlib"))

from magma_syntax import Writer, kw, sym  # noqa: E402

SOURCES_PER_LIBRARY = 50
LIBRARIES_PER_PROGRAM = 10
FLAGS = ["-O2", "-g", "-Wall", "-Wextra", "-std=c11", "-fPIC",
         "-fvisibility=hidden", "-DNDEBUG", "-DHAVE_CONFIG_H=1",
         "-D_GNU_SOURCE", "-DPROJECT_VERSION=12"]
TOOL = "../cheapcc"


class Library:
    def __init__(self, number, sources):
        self.name = "part%04d" % number
        self.sources = ["%s/file%03d.c" % (self.name, i)
                        for i in range(sources)]
        self.config = "%s/config.in" % self.name
        self.header = "out/%s/config.h" % self.name
        self.archive = "out/lib%s.a" % self.name

    def object_of(self, source):
        return "out/" + source[:-2] + ".o"

    def objects(self):
        return [self.object_of(source) for source in self.sources]


def lay_out(actions):
    """Libraries and programs that make exactly so many actions."""
    per_library = SOURCES_PER_LIBRARY + 2 + 1 / LIBRARIES_PER_PROGRAM
    count = max(1, int(actions / per_library))
    programs = max(1, count // LIBRARIES_PER_PROGRAM)
    compiles = actions - 2 * count - programs
    if compiles < count:
        raise SystemExit("gen.py: too few actions: %d" % actions)
    libraries = [Library(i, compiles // count + (i < compiles % count))
                 for i in range(count)]
    linked = [libraries[i::programs] for i in range(programs)]
    return libraries, linked


def write_sources(folder, libraries, headers_each, rnd):
    total = sum(len(library.sources) for library in libraries)
    headers = ["include/h%05d.h" % i for i in range(max(100, total // 5))]
    for name in ["include"] + [library.name for library in libraries]:
        os.makedirs(os.path.join(folder, name), exist_ok=True)
    for header in headers:
        with open(os.path.join(folder, header), "w") as out:
            out.write("int declared_in_%s;\n" % header[8:-2])
    for library in libraries:
        with open(os.path.join(folder, library.config), "w") as out:
            out.write("#define PART \"%s\"\n" % library.name)
        for source in library.sources:
            # A few headers are everywhere, most are rare.
            picked = sorted({int(len(headers) * rnd.random() ** 3)
                             for _ in range(headers_each)})
            with open(os.path.join(folder, source), "w") as out:
                for i in picked:
                    out.write("#include \"%s\"\n" % headers[i])
                out.write("int defined_in_%s;\n" % source[-6:-2])


def write_ninja(path, libraries, linked):
    with open(path, "w") as out:
        out.write("flags = %s\n" % " ".join(FLAGS))
        out.write("rule cc\n"
                  "  command = %s cc -I ../src $flags -MF $out.d -o $out $in\n"
                  "  depfile = $out.d\n  deps = gcc\n" % TOOL)
        for rule in ("gen", "ar", "ld"):
            out.write("rule %s\n  command = %s %s -o $out $in\n"
                      % (rule, TOOL, rule))
        for library in libraries:
            out.write("build %s: gen ../src/%s\n"
                      % (library.header, library.config))
            for source in library.sources:
                out.write("build %s: cc ../src/%s || %s\n"
                          % (library.object_of(source), source,
                             library.header))
            out.write("build %s: ar %s\n"
                      % (library.archive, " ".join(library.objects())))
        for i, parts in enumerate(linked):
            out.write("build out/program%03d: ld %s\n"
                      % (i, " ".join(part.archive for part in parts)))


def write_make(folder, libraries, linked):
    """Depfiles are read back by wildcard; folders must be there before."""
    with open(os.path.join(folder, "Makefile"), "w") as out:
        out.write("MAKEFLAGS += -rR\n.SUFFIXES:\nflags := %s\n"
                  "all: %s\n.PHONY: all\n" % (
                      " ".join(FLAGS), " ".join(
                          "out/program%03d" % i for i in range(len(linked)))))
        for library in libraries:
            os.makedirs(os.path.join(folder, "out", library.name),
                        exist_ok=True)
            out.write("%s: ../src/%s\n\t@%s gen -o $@ $<\n" % (
                library.header, library.config, TOOL))
            for source in library.sources:
                out.write("%s: ../src/%s | %s\n\t@%s cc -I ../src $(flags)"
                          " -MF $@.d -o $@ $<\n" % (
                              library.object_of(source), source,
                              library.header, TOOL))
            out.write("%s: %s\n\t@%s ar -o $@ $^\n" % (
                library.archive, " ".join(library.objects()), TOOL))
        for i, parts in enumerate(linked):
            out.write("out/program%03d: %s\n\t@%s ld -o $@ $^\n" % (
                i, " ".join(part.archive for part in parts), TOOL))
        out.write("-include $(wildcard out/*/*.d)\n")


def write_watch(path):
    with open(path, "a") as out:
        out.write("(action :outputs [\"watched\"]\n"
                  "        :inputs {:watch {\".\" (fn [event]"
                  " (ends-with? (:path event) \".new\"))}}\n"
                  "        :rule {:command [\"touch\" \"watched\"]})\n")


def write_rules(w):
    w.define("flags", FLAGS)
    w.defn("cc", ["vars"], {kw("command"): [
        TOOL, "cc", "-I", "../src", sym("flags"), "-MF", w.var("depfile"),
        "-o", w.var("out"), w.var("in")]})
    for rule in ("gen", "ar", "ld"):
        w.defn(rule, ["vars"], {kw("command"): [
            TOOL, rule, "-o", w.var("out"), w.var("in")]})


def write_magma(path, libraries, linked):
    with open(path, "w") as out:
        w = Writer(out)
        write_rules(w)
        for library in libraries:
            w.action(outputs=[library.header], rule=sym("gen"),
                     inputs={"ifwritten": ["../src/" + library.config]})
            for source in library.sources:
                made = library.object_of(source)
                w.action(outputs=[made], rule=sym("cc"),
                         inputs={"ifwritten": ["../src/" + source]},
                         order_only=[library.header],
                         depfile=made + ".d", deps=kw("gcc"))
            w.action(outputs=[library.archive], rule=sym("ar"),
                     inputs={"ifwritten": library.objects()})
        for i, parts in enumerate(linked):
            w.action(outputs=["out/program%03d" % i], rule=sym("ld"),
                     inputs={"ifwritten": [part.archive for part in parts]})


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("actions", type=int)
    parser.add_argument("folder")
    parser.add_argument("--headers", type=int, default=30,
                        help="how many headers a source includes, at most")
    parser.add_argument("--also", action="append", default=[])
    parser.add_argument("--watch")
    options = parser.parse_args()
    rnd = random.Random(options.actions)
    libraries, linked = lay_out(options.actions)
    folders = ["ninja", "make", "ronin", *options.also]
    for name in ["src", *folders, *([options.watch] if options.watch else [])]:
        os.makedirs(os.path.join(options.folder, name), exist_ok=True)
    write_sources(os.path.join(options.folder, "src"), libraries,
                  options.headers, rnd)
    for name in ["ninja", *options.also]:
        write_ninja(os.path.join(options.folder, name, "build.ninja"),
                    libraries, linked)
    write_make(os.path.join(options.folder, "make"), libraries, linked)
    if options.watch:
        path = os.path.join(options.folder, options.watch, "build.magma")
        write_magma(path, libraries, linked)
        write_watch(path)
    write_magma(os.path.join(options.folder, "ronin", "build.magma"),
                libraries, linked)
    middle = libraries[len(libraries) // 2]
    print("src/" + middle.sources[0])
    print("src/include/h00000.h")


if __name__ == "__main__":
    main()
