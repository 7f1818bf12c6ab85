# SPDX-License-Identifier: MIT
"""What is built, and how. `header` is touched to see that the same commands
run; `tests` is False where the project's own take longer than all the rest."""
import pathlib
from dataclasses import dataclass, field


@dataclass
class Project:
    name: str
    package: str = ""          # of the archive; "": made by `make`
    system: str = "cmake"
    folder: str = "."          # of the build file in the source
    options: list = field(default_factory=list)
    header: str = ""           # pattern, below the source
    tests: bool = True
    needs: list = field(default_factory=list)  # programs
    stubs: list = field(default_factory=list)  # left out of the archive
    extra: str = ""            # CMake code that is run in the project
    multi: bool = False        # several configurations in one folder
    make: object = None        # writes a source
    features: str = ""         # what is special about it


def many_targets(source, count=5000):
    """A CMake tree of so many targets: a library of one file each, in folders of
    a hundred."""
    per_folder = 100
    top = ["cmake_minimum_required(VERSION 3.13)", "project(many C)"]
    source.mkdir(parents=True, exist_ok=True)
    for group in range(count // per_folder):
        folder = source / f"g{group}"
        folder.mkdir(exist_ok=True)
        (folder / "common.h").write_text(f"#define GROUP {group}\n")
        lines = []
        for i in range(per_folder):
            name = f"t{group}_{i}"
            (folder / f"{name}.c").write_text(
                f'#include "common.h"\nint {name}(void) {{ return GROUP; }}\n')
            lines.append(f"add_library({name} STATIC {name}.c)")
        (folder / "CMakeLists.txt").write_text("\n".join(lines) + "\n")
        top.append(f"add_subdirectory(g{group})")
    (source / "CMakeLists.txt").write_text("\n".join(top) + "\n")


PRECOMPILED = """
set(CMAKE_CXX_FLAGS "${CMAKE_CXX_FLAGS} -gsplit-dwarf")
cmake_language(DEFER CALL target_precompile_headers fmt PRIVATE
               <vector> <string>)
"""

PROJECTS = [
    Project("zlib", "zlib", header="zlib.h", stubs=["win32/zlib1.rc"]),
    Project("jansson", "jansson", options=["-DJANSSON_BUILD_DOCS=OFF"],
            header="src/jansson_private.h"),
    Project("json-c", "json-c", header="json_object.h"),
    Project("json-c-multi", "json-c", header="json_object.h", multi=True,
            tests=False, features="several configurations"),
    Project("expat", "expat", folder="expat", header="expat/lib/expat.h",
            options=["-DEXPAT_BUILD_DOCS=OFF"], needs=["g++"]),
    Project("lz4", "lz4", folder="build/cmake", header="lib/lz4.h",
            tests=False),
    Project("libuv", "libuv1", header="src/uv-common.h", tests=False),
    Project("fmt", "fmtlib", header="include/fmt/format.h", tests=False,
            options=["-DFMT_DOC=OFF", "-DCMAKE_UNITY_BUILD=ON",
                     "-DFMT_TEST=OFF"],
            extra=PRECOMPILED, needs=["g++"],
            features="precompiled headers, unity build, split dwarf"),
    Project("googletest", "googletest", tests=False,
            options=["-Dgtest_build_samples=ON"], needs=["g++"],
            header="googletest/include/gtest/gtest-printers.h"),
    Project("inih", "libinih", system="meson", header="ini.h",
            needs=["g++"]),
    Project("fribidi", "fribidi", system="meson", options=["-Ddocs=false"],
            header="lib/common.h"),
    Project("pixman", "pixman", system="meson",
            options=["-Dgtk=disabled", "-Dlibpng=disabled"],
            header="pixman/pixman-private.h", tests=False),
    Project("dav1d", "dav1d", system="meson", options=["-Denable_asm=false"],
            header="src/levels.h", tests=False),
    Project("epoxy", "libepoxy", system="meson", tests=False,
            options=["-Dglx=no", "-Degl=no", "-Dx11=false", "-Dtests=false"],
            header="src/dispatch_common.h"),
    Project("lapack", "lapack", header="", tests=False, needs=["gfortran"],
            options=["-DBUILD_TESTING=OFF", "-DCMAKE_Fortran_FLAGS=-O0"],
            features="Fortran with dyndep, more than 1,000 steps"),
    Project("many", make=many_targets, header="g7/common.h", tests=False,
            features="5,000 targets"),
]


def find_header(source, pattern):
    """The file to touch, or None where any source does."""
    return pathlib.Path(source) / pattern if pattern else None
