# SPDX-License-Identifier: MIT
# What README says to users of CMake and Meson, line by line, with what `make install`
# installs; and folders that were another ninja's before, and are again afterwards.
. "$TESTS/lib/build.sh"

command -v cmake >/dev/null && command -v ninja >/dev/null && command -v cc >/dev/null || exit 77
export HOME=$PWD/home
make -s -C "$ROOT" -o all O="$TREE" PREFIX="$HOME/.local" install >out 2>&1 || fail "$(cat out)"
[[ $("$HOME/.local/libexec/ronin/ninja" --version) == 1.* ]] || fail 'is no ninja'
make -s -C "$ROOT" -o all O="$TREE" DESTDIR="$PWD/root" install >out 2>&1
[ -x root/usr/local/libexec/ronin/ninja ] || fail 'a link to elsewhere'
cp "$ROOT/README.md" README
PATH=${PATH#"$TREE":} # as if it were not built here

# readme WORD: the line of a block of README that has it.
readme()
{
    local line

    line=$(sed -n '/^```/,/^```/p' README | grep -F -- "$1" | head -1)
    [ -n "$line" ] || fail "README does not tell: $1"
    printf '%s\n' "$line"
}

write hello.c 'int main(void) { return 0; }'
write CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.13)
project(hello C)
enable_testing()
add_executable(hello hello.c)
add_test(NAME runs COMMAND hello)
install(TARGETS hello DESTINATION bin)
END
write meson.build "project('hello', 'c')" \
    "test('runs', executable('hello', 'hello.c', install: true))"

# at_rest NINJA: the folder `build` is at rest, whoever looks.
at_rest()
{
    "$1" -C build >out 2>&1
    assert_equal "$(tail -1 out)" 'ninja: no work to do.'
}

# goes_over: from ninja to ronin and back nothing is built again, and what is built
# by one is for both.
goes_over()
{
    at_rest ninja
    at_rest "$HOME/.local/libexec/ronin/ninja"
    sleep 0.02
    touch hello.c
    "$HOME/.local/libexec/ronin/ninja" -C build >out
    assert_equal "$(grep -c '^\[' out)" 2
    at_rest ninja
    sleep 0.02
    touch hello.c
    ninja -C build >out
    at_rest "$HOME/.local/libexec/ronin/ninja"
}

eval "$(readme 'cmake -G Ninja')" >out
cmake --build build >out
assert_equal "$(grep -c '^\[' out)" 2
cmake --build build >out
assert_equal "$(tail -1 out)" 'ninja: no work to do.'
(cd build && ctest >../out) || fail "$(cat out)"
DESTDIR=$PWD/there cmake --install build >out
assert_file there/usr/local/bin/hello
[ -d build/.ronin ] || fail 'ronin did not build it'

# A folder of ninja's is taken over by the same line, and given back.
rm -rf build
cmake -G Ninja -B build >out
cmake --build build >out
eval "$(readme 'cmake -G Ninja')" >out
cmake --build build >out
assert_equal "$(tail -1 out)" 'ninja: no work to do.'
[ -d build/.ronin ] || fail 'ronin did not take it over'
cmake -DCMAKE_MAKE_PROGRAM="$(command -v ninja)" -B build >out
cmake --build build >out
assert_equal "$(tail -1 out)" 'ninja: no work to do.'
goes_over

command -v meson >/dev/null || exit 0
rm -rf build
eval "$(readme 'meson setup')" >out
export NINJA="$HOME/.local/libexec/ronin/ninja"
meson compile -C build >out
meson test -C build >out
assert_contains "$(cat out)" 'no work to do'
meson install -C build --destdir "$PWD/there2" >out
assert_file there2/usr/local/bin/hello
[ -d build/.ronin ] || fail 'ronin did not build it'
unset NINJA
rm -rf build
meson setup build >out
ninja -C build >out
goes_over
