# SPDX-License-Identifier: MIT
# Folders with several build files keep a graph for each: what one of them does
# not know is no orphan of another, and going back and forth reads nothing anew.
. "$TESTS/lib/build.sh"

write build-Debug.ninja <<'END'
include rules.ninja
build Debug/a: cp in
build shared: cp in
END
write build-Release.ninja <<'END'
include rules.ninja
build Release/a: cp in
build shared: cp in
END
write rules.ninja <<'END'
rule cp
  command = cp $in $out
  description = $out
END
write in one
for config in Debug Release Debug Release; do
    ronin_ok build -f build-$config.ninja
    assert_file $config/a one
done
assert_file Debug/a one
ronin_ok build -f build-Debug.ninja
assert_ran
ronin_ok build -f build-Release.ninja
assert_ran
write in two
ronin_ok build -f build-Debug.ninja
assert_ran Debug/a shared
assert_file Release/a one

# What leaves one of them goes, unless the other has it.
edit build-Debug.ninja '/shared/d; s|Debug/a|Debug/b|'
ronin_ok build -f build-Debug.ninja
assert_absent Debug/a
assert_file shared two
assert_file Release/a one

# Converted, each has namespaces of its own.
ronin_ok convert build-Debug.ninja -o build-Debug.magma
ronin_ok convert build-Release.ninja -o build-Release.magma
ronin_ok convert --check build-Debug.ninja -o build-Debug.magma
ronin_ok convert --check build-Release.ninja -o build-Release.magma
assert_file build_Debug/rules.magma
assert_file build_Release/rules.magma

command -v cmake >/dev/null || exit 0
mkdir bin project
ln -s "$RONIN" bin/ninja
write project/CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.17)
project(hello C)
add_executable(hello main.c)
END
write project/main.c <<'END'
#include <stdio.h>
int main(void) { puts(CONFIG_NAME); return 0; }
END
echo 'target_compile_definitions(hello PRIVATE CONFIG_NAME="$<CONFIG>")' \
    >>project/CMakeLists.txt
cmake -G 'Ninja Multi-Config' -S project -B b \
    -DCMAKE_MAKE_PROGRAM="$PWD/bin/ninja" >out || fail "$(cat out)"
for config in Debug Release; do
    cmake --build b --config $config >out || fail "$(cat out)"
    assert_equal "$(b/$config/hello)" $config
done
for config in Debug Release; do
    cmake --build b --config $config >out
    assert_equal "$(tail -1 out)" 'ninja: no work to do.'
done
echo '/* more */' >>project/main.c
cmake --build b --config Debug >out
assert_equal "$(grep -c '^\[' out)" 2
cmake --build b --config Release --clean-first >out || fail "$(cat out)"
assert_equal "$(b/Release/hello)" Release
assert_equal "$(b/Debug/hello)" Debug
echo 'add_executable(second main.c)
target_compile_definitions(second PRIVATE CONFIG_NAME="second")' \
    >>project/CMakeLists.txt
for config in Release Debug; do
    cmake --build b --config $config >out || fail "$(cat out)"
    assert_equal "$(b/$config/second)" second
    cmake --build b --config $config >out
    assert_equal "$(tail -1 out)" 'ninja: no work to do.'
done
(cd b && ronin convert build-Debug.ninja -o build-Debug.magma >../out &&
    ronin convert --check build-Debug.ninja -o build-Debug.magma &&
    ronin convert build.ninja >../out && ronin convert --check) ||
    fail "$(cat out)"
