# SPDX-License-Identifier: MIT
# A CMake project with ronin as its ninja: configured, built, seen again.
. "$TESTS/lib/build.sh"

command -v cmake >/dev/null || exit 77
mkdir bin project
ln -s "$RONIN" bin/ninja
write project/CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.13)
project(hello C)
enable_testing()
add_library(greet STATIC greet.c)
add_executable(hello main.c ${CMAKE_CURRENT_BINARY_DIR}/made.c)
add_custom_command(OUTPUT made.c
    COMMAND ${CMAKE_COMMAND} -E copy ${CMAKE_CURRENT_SOURCE_DIR}/made.in made.c
    DEPENDS made.in)
target_link_libraries(hello greet)
install(TARGETS hello DESTINATION bin)
add_test(NAME runs COMMAND hello)
END
write project/main.c <<'END'
#include "greet.h"
int made(void);
int main(void) { greet(); return made(); }
END
write project/greet.c <<'END'
#include "greet.h"
#include <stdio.h>
void greet(void) { puts("hello"); }
END
write project/greet.h 'void greet(void);'
write project/made.in 'int made(void) { return 0; }'

# lines: how many commands the last build ran.
lines()
{
    grep -c '^\[' out || true
}

cmake -G Ninja -S project -B b -DCMAKE_MAKE_PROGRAM="$PWD/bin/ninja" >out
cmake --build b >out
assert_equal "$(lines)" 6
assert_equal "$(b/hello)" hello
cmake --build b >out
assert_equal "$(tail -1 out)" 'ninja: no work to do.'

echo '/* more */' >>project/greet.h
cmake --build b >out
assert_equal "$(lines)" 4

(cd b && ctest >../out) || fail "$(cat out)"
DESTDIR=$PWD/root cmake --install b >out
cmake --build b --target clean >out
assert_absent b/hello
cmake --build b --clean-first >out
assert_equal "$(b/hello)" hello
cmake --build b --target help >out
assert_contains "$(cat out)" 'greet: phony'

# A change of the project configures once, and then nothing is left to do.
echo 'add_executable(second main.c made.c)
target_link_libraries(second greet)' >>project/CMakeLists.txt
cmake --build b >out
assert_equal "$(grep -c 'Re-running CMake' out)" 1
assert_equal "$(b/second)" hello
cmake --build b >out
assert_equal "$(tail -1 out)" 'ninja: no work to do.'

# Configured by hand: the build need not do it again.
cmake b -DSOMETHING=1 >out
cmake --build b >out
assert_equal "$(tail -1 out)" 'ninja: no work to do.'

# Converted, the graph is the same. A change of the project configures,
# converts, and builds.
(cd b && ronin convert >../out && ronin convert --check)
ronin_ok -C b
ronin_ok -C b
assert_ran
echo 'add_executable(third main.c made.c)
target_link_libraries(third greet)' >>project/CMakeLists.txt
ronin_ok -C b
assert_contains "$(cat b/build.magma)" C_EXECUTABLE_LINKER__third_
assert_equal "$(b/third)" hello
(cd b && ronin convert --check)
ronin_ok -C b
assert_ran

# A failure has the compiler's status and words.
echo 'int broken' >>project/main.c
status=0
cmake --build b >out 2>&1 || status=$?
assert_equal "$status" 1
assert_contains "$(cat out)" 'FAILED: [code=1] CMakeFiles/'
assert_contains "$(cat out)" 'ninja: build stopped: subcommand failed.'
