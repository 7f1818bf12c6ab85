# SPDX-License-Identifier: MIT
"""Sources that the archive does not have: many targets, and C++20 modules."""
import pathlib
import re
import shutil
import subprocess


def many_targets(source, count=5000):
    """A CMake tree of so many targets, in folders of a hundred: one in ten a
    library of the objects before it, the others objects of one source."""
    per_folder, per_library = 100, 10
    top = ["cmake_minimum_required(VERSION 3.13)", "project(many C)"]
    source.mkdir(parents=True, exist_ok=True)
    for group in range(count // per_folder):
        folder = source / f"g{group}"
        folder.mkdir(exist_ok=True)
        (folder / "common.h").write_text(f"#define GROUP {group}\n")
        lines, objects = [], []
        for i in range(per_folder):
            name = f"t{group}_{i}"
            if i % per_library == per_library - 1:
                lines.append(f"add_library({name} STATIC {' '.join(objects)})\n"
                             f"set_target_properties({name} PROPERTIES "
                             "LINKER_LANGUAGE C)")
                objects = []
                continue
            (folder / f"{name}.c").write_text(
                f'#include "common.h"\nint {name}(void) {{ return GROUP; }}\n')
            lines.append(f"add_library({name} OBJECT {name}.c)")
            objects.append(f"$<TARGET_OBJECTS:{name}>")
        (folder / "CMakeLists.txt").write_text("\n".join(lines) + "\n")
        top.append(f"add_subdirectory(g{group})")
    (source / "CMakeLists.txt").write_text("\n".join(top) + "\n")


# CMake 3.25 knows modules as an experiment that has to be asked for by this name,
# and gcc 12 cannot tell which modules a source gives and needs: scan.py does.
MODULES = {
    "CMakeLists.txt": """
cmake_minimum_required(VERSION 3.25)
project(modules CXX)
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_EXTENSIONS OFF)
if(CMAKE_VERSION VERSION_LESS 3.28)
  set(CMAKE_EXPERIMENTAL_CXX_MODULE_CMAKE_API
      "3c375311-a3c9-4396-a187-3227ef642046")
  set(CMAKE_EXPERIMENTAL_CXX_MODULE_DYNDEP ON)
  set(CMAKE_EXPERIMENTAL_CXX_SCANDEP_SOURCE "python3 ${CMAKE_SOURCE_DIR}/scan.py \
<SOURCE> <OBJECT> <DYNDEP_FILE> <DEP_FILE>")
  set(CMAKE_EXPERIMENTAL_CXX_MODULE_MAP_FORMAT "gcc")
  set(CMAKE_EXPERIMENTAL_CXX_MODULE_MAP_FLAG
      "-fmodules-ts -Mno-modules -fmodule-mapper=<MODULE_MAP_FILE>")
endif()
add_library(shapes STATIC area.cxx)
target_sources(shapes PUBLIC FILE_SET CXX_MODULES
               BASE_DIRS ${CMAKE_SOURCE_DIR}
               FILES shapes.cxx units.cxx circle.cxx)
target_compile_features(shapes PUBLIC cxx_std_20)
add_executable(app main.cxx)
target_sources(app PRIVATE FILE_SET CXX_MODULES
               BASE_DIRS ${CMAKE_SOURCE_DIR} FILES report.cxx)
target_link_libraries(app shapes)
enable_testing()
add_test(NAME app COMMAND app)
install(TARGETS app)
""",
    "scale.h": "#define SCALE 2\n",
    "units.cxx": """module;
#include "scale.h"
export module units;
export int scaled(int n) { return n * SCALE; }
""",
    "circle.cxx": """export module shapes:circle;
import units;
export int circle(int radius) { return scaled(3 * radius * radius); }
""",
    "shapes.cxx": """export module shapes;
export import :circle;
export int area(int width, int height);
""",
    "area.cxx": """module shapes;
import units;
int area(int width, int height) { return scaled(width * height); }
""",
    "report.cxx": """export module report;
import shapes;
export int total() { return area(2, 3) + circle(1); }
""",
    "main.cxx": """import report;
int main() { return total() == 18 ? 0 : 1; }
""",
}


def modules(source):
    source.mkdir(parents=True, exist_ok=True)
    for name, text in MODULES.items():
        (source / name).write_text(text)
    shutil.copy(pathlib.Path(__file__).with_name("scan.py"), source)


def version(program):
    """The first number with dots that a program tells of itself."""
    text = subprocess.run([program, "--version"], stdout=subprocess.PIPE,
                          text=True, check=False).stdout
    return tuple(map(int, re.search(r"(\d+)\.(\d+)", text).groups()))


def no_modules():
    """Why this machine cannot build them, or None."""
    cmake, compiler = version("cmake"), version("c++")
    if cmake >= (3, 28):
        return None if compiler >= (14, 0) else "the compiler cannot scan them"
    return None if cmake[:2] == (3, 25) else (
        f"CMake {cmake[0]}.{cmake[1]} has another experiment of them")
