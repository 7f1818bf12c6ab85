#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes a build.ninja as CMake does for a large C project, to measure loading.

    gen_cmake.py EDGES FOLDER

Static libraries of fifty sources; every edge binds its flags, definitions and
folders, so that a hundred thousand of them are about 80 MB. Prints a target.
"""
import os
import sys

PER_LIBRARY = 50
SOURCES = "/home/user/project"

RULES = """rule C_COMPILER__{name}_Release
  depfile = $DEP_FILE
  deps = gcc
  command = ${{LAUNCHER}}${{CODE_CHECK}}/usr/bin/cc $DEFINES $INCLUDES $FLAGS -MD -MT $out -MF $DEP_FILE -o $out -c $in
  description = Building C object $out

rule C_STATIC_LIBRARY_LINKER__{name}_Release
  command = $PRE_LINK && /usr/bin/cmake -E rm -f $TARGET_FILE && /usr/bin/ar qc $TARGET_FILE $LINK_FLAGS $in && /usr/bin/ranlib $TARGET_FILE && $POST_BUILD
  description = Linking C static library $TARGET_FILE
  restat = $RESTAT

"""
COMPILE = """build {object}: C_COMPILER__{name}_Release {src}/src/{name}/{file} || cmake_object_order_depends_target_{name}
  DEFINES = -DHAVE_CONFIG_H -D_GNU_SOURCE -DPROJECT_VERSION=\\"12.1\\" -DLAYER_{name}
  DEP_FILE = {object}.d
  FLAGS = -O2 -g -DNDEBUG -Wall -Wextra -std=gnu11 -fPIC -fvisibility=hidden
  INCLUDES = -I{src}/include -I{src}/src/{name} -I{src}/src/common -I{src}/build/src/{name}
  OBJECT_DIR = {dir}
  OBJECT_FILE_DIR = {dir}

"""
LINK = """build {lib}: C_STATIC_LIBRARY_LINKER__{name}_Release {objects}
  LANGUAGE_COMPILE_FLAGS = -O2 -g -DNDEBUG
  OBJECT_DIR = {dir}
  POST_BUILD = :
  PRE_LINK = :
  TARGET_FILE = {lib}
  TARGET_PDB = {name}.a.dbg

build {name}: phony {lib}

build lib{name}.a: phony {lib}

"""


def write_library(out, rules, name):
    folder = "src/%s/CMakeFiles/%s.dir" % (name, name)
    lib = "src/%s/lib%s.a" % (name, name)
    rules.write(RULES.format(name=name))
    out.write("build cmake_object_order_depends_target_%s: phony || %s\n\n"
              % (name, folder))
    objects = []
    for i in range(PER_LIBRARY):
        source = "file%03d.c" % i
        objects.append("%s/%s.o" % (folder, source))
        out.write(COMPILE.format(object=objects[-1], name=name, src=SOURCES,
                                 file=source, dir=folder))
    out.write(LINK.format(lib=lib, name=name, objects=" ".join(objects),
                          dir=folder))
    return lib, objects[0]


def main():
    edges, folder = int(sys.argv[1]), sys.argv[2]
    os.makedirs(os.path.join(folder, "CMakeFiles"), exist_ok=True)
    libraries = []
    with open(os.path.join(folder, "build.ninja"), "w") as out, \
            open(os.path.join(folder, "CMakeFiles/rules.ninja"), "w") as rules:
        out.write("ninja_required_version = 1.5\n\nCONFIGURATION = Release\n"
                  "include CMakeFiles/rules.ninja\n\n")
        for i in range(max(1, edges // (PER_LIBRARY + 4))):
            libraries.append(write_library(out, rules,
                                           "widget_layer_%05d" % i))
        out.write("build all: phony %s\n\ndefault all\n" % " ".join(
            lib for lib, _ in libraries))
    print(libraries[0][1])


if __name__ == "__main__":
    main()
