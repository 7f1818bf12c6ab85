# SPDX-License-Identifier: MIT
"""What is built, and how. `header` is touched to see that the same commands run.
`tests` picks among the project's own tests where all of them take minutes; it is
None where there are none to run."""
from dataclasses import dataclass, field

from generated import many_targets, modules, no_modules


@dataclass
class Project:
    name: str
    package: str = ""          # of the archive; "": made by `make`
    system: str = "cmake"
    folder: str = "."          # of the build file in the source
    options: list = field(default_factory=list)
    header: str = ""           # below the source
    tests: list = field(default_factory=list)  # words for ctest, meson test
    program: str = ""          # or for this one, in the build folder
    needs: list = field(default_factory=list)  # programs
    files: dict = field(default_factory=dict)  # put into the source: texts
    parts: dict = field(default_factory=dict)  # and other packages
    extra: str = ""            # CMake code that is run in the project
    multi: bool = False        # several configurations in one folder
    make: object = None        # writes a source
    lacks: object = None       # tells why it cannot be built here
    features: str = ""         # what is special about it


# The library in units, with split debug information and precompiled headers, and
# two of its tests: all of them take minutes to compile.
FMT = """
set(CMAKE_CXX_FLAGS "${CMAKE_CXX_FLAGS} -gsplit-dwarf")
enable_testing()
function(add_some_tests)
  target_precompile_headers(fmt PRIVATE <vector> <string>)
  set(CMAKE_UNITY_BUILD OFF)
  set(gtest test/gtest)
  add_library(test-main STATIC test/test-main.cc test/gtest-extra.cc
              test/util.cc ${gtest}/googletest/src/gtest-all.cc
              ${gtest}/googlemock/src/gmock-all.cc)
  target_include_directories(test-main PUBLIC
              ${gtest}/googletest ${gtest}/googletest/include
              ${gtest}/googlemock ${gtest}/googlemock/include)
  target_link_libraries(test-main fmt)
  foreach(name args assert)
    add_executable(${name}-test test/${name}-test.cc)
    target_link_libraries(${name}-test test-main)
    add_test(NAME ${name}-test COMMAND ${name}-test)
  endforeach()
endfunction()
cmake_language(DEFER CALL add_some_tests)
"""

PROJECTS = [
    Project("zlib", "zlib", header="zlib.h", files={"win32/zlib1.rc": ""}),
    Project("jansson", "jansson", options=["-DJANSSON_BUILD_DOCS=OFF"],
            header="src/jansson_private.h"),
    Project("json-c", "json-c", header="json_object.h"),
    Project("json-c-multi", "json-c", header="json_object.h", multi=True,
            program="tests/Debug/test_cast",  # the others need one folder
            features="several configurations"),
    Project("expat", "expat", folder="expat", header="expat/lib/expat.h",
            options=["-DEXPAT_BUILD_DOCS=OFF"], needs=["g++"]),
    Project("lz4", "lz4", folder="build/cmake", header="lib/lz4.h",
            program="lz4", tests=["-b1", "-i0"]),  # none in CMake
    # All of its tests take minutes, and some need a network; this is one.
    Project("libuv", "libuv1", header="src/uv-common.h",
            options=["-DLIBUV_BUILD_TESTS=ON"], program="uv_run_tests",
            tests=["timer_again"]),
    Project("fmt", "fmtlib", header="include/fmt/format.h", needs=["g++"],
            options=["-DFMT_DOC=OFF", "-DCMAKE_UNITY_BUILD=ON",
                     "-DFMT_TEST=OFF"],
            parts={"test/gtest": "googletest"}, extra=FMT,
            features="precompiled headers, unity build, split dwarf"),
    # All of its tests take minutes to compile; the samples are tests as well.
    Project("googletest", "googletest", needs=["g++"],
            options=["-Dgtest_build_samples=ON", "-DBUILD_GMOCK=OFF"],
            program="googletest/sample5_unittest",
            header="googletest/include/gtest/gtest-printers.h"),
    Project("inih", "libinih", system="meson", header="ini.h",
            needs=["g++"]),
    Project("fribidi", "fribidi", system="meson", options=["-Ddocs=false"],
            header="lib/common.h"),
    Project("pixman", "pixman", system="meson",
            options=["-Dgtk=disabled", "-Dlibpng=disabled"],
            header="pixman/pixman-private.h"),
    Project("dav1d", "dav1d", system="meson", options=["-Denable_asm=false"],
            header="src/levels.h"),
    Project("epoxy", "libepoxy", system="meson", header="src/dispatch_common.h",
            options=["-Dglx=no", "-Degl=no", "-Dx11=false"]),
    Project("modules", make=modules, lacks=no_modules, needs=["g++"],
            header="scale.h", features="C++20 modules"),
    Project("many", make=many_targets, header="g7/common.h", tests=None,
            features="5,000 targets"),
    Project("lapack", "lapack", header="SRC/la_constants.f90",
            needs=["gfortran"], tests=["-R", "BLAS"],
            options=["-DBUILD_TESTING=ON", "-DBUILD_DOUBLE=OFF",
                     "-DBUILD_COMPLEX=OFF", "-DBUILD_COMPLEX16=OFF",
                     "-DCMAKE_Fortran_FLAGS=-O0"],
            features="Fortran with dyndep, more than 1,000 commands"),
]
