# SPDX-License-Identifier: MIT
# ronin called by a command of its own build, or beside one: tools work at once,
# and never wait. Nothing is opened that is not needed.
. "$TESTS/lib/build.sh"

mkdir bin
ln -s "$RONIN" bin/ninja
N=$PWD/bin/ninja
cat >build.ninja <<END
rule tools
  command = $N --version && $N -t restat build.ninja && $N -t recompact && $N -t targets all && $N -t query made && $N -t commands made && $N -t compdb && $N -t deps && $N -n -t clean && $N -n made && echo whole >\$out
rule cp
  command = cp \$in \$out
rule wait
  command = mkfifo up; cat up; touch \$out
build made: cp source
build tools: tools made
build held: wait
build late: cp made
END
echo 1 >source
timeout 50 "$N" made tools >out 2>&1 || fail "$(cat out)"
assert_file tools whole

# A tool that writes what the build writes: both have it afterwards.
(exec "$N" -j2 held >out 2>&1) &
pid=$!
while [ ! -p up ]; do
    sleep 0.01
done
for tool in '--version' '-t restat' '-t recompact' '-t targets all' '-t deps' \
    '-n -t cleandead' '-n -t clean' '-t missingdeps' '-n late'; do
    # shellcheck disable=SC2086
    timeout 20 "$N" $tool >tool.out 2>&1 </dev/null ||
        fail "while a build runs, $tool ended with $?: $(cat tool.out)"
done
kill -0 "$pid" || fail 'the build was over before its tools'
echo >up
wait "$pid" || fail "$(cat out)"
assert_contains "$(cut -f4 .ninja_log)" held
assert_contains "$(cut -f4 .ninja_log)" made
rm up
assert_equal "$("$N" held made tools)" 'ninja: no work to do.'

# Who waited for a log that was replaced meanwhile goes on with the new one.
if command -v flock >/dev/null; then
    exec 9<.ninja_log
    flock 9
    "$N" -t restat >tool.out 2>&1 </dev/null 9<&- &
    pid=$!
    until grep -q -e "-> FLOCK .* $pid " /proc/locks; do
        kill -0 "$pid" || fail 'did not wait for the log'
        sleep 0.01
    done
    cp .ninja_log newer
    printf '1\t2\t0\tadded\tabc\n' >>newer
    mv newer .ninja_log
    exec 9<&-
    wait "$pid" || fail "$(cat tool.out)"
    assert_contains "$(cut -f4 .ninja_log)" added
    assert_contains "$(cut -f4 .ninja_log)" held
fi

# --- A target that builds its own folder ------------------------------------------

if command -v cmake >/dev/null && command -v cc >/dev/null; then
    mkdir project
    write project/CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.13)
project(own C)
add_executable(inner inner.c)
add_custom_target(outer
    COMMAND ${CMAKE_COMMAND} --build ${CMAKE_BINARY_DIR} --target inner)
END
    write project/inner.c 'int main(void) { return 0; }'
    cmake -G Ninja -S project -B b -DCMAKE_MAKE_PROGRAM="$N" >out
    timeout 50 cmake --build b --target outer >out 2>&1 || fail "$(cat out)"
    assert_file b/inner
    timeout 50 cmake --build b --target outer >out 2>&1 || fail "$(cat out)"
    assert_contains "$(cat out)" 'no work to do'
    timeout 50 cmake --build b >out 2>&1
    assert_equal "$(tail -1 out)" 'ninja: no work to do.'
fi

# --- Starting up -------------------------------------------------------------------

# Nothing of the language is started, which the collector would tell.
export GC_PRINT_STATS=1
if ronin eval -e 1 2>&1 | grep -qi heap; then
    mkdir light
    write light/build.ninja 'rule r' '  command = touch $out' 'build a: r'
    for tool in --version '-t restat x' '-t recompact' '-t targets all' '-n' '-j1' '-j2' \
        '-t clean' '-t cleandead'; do
        # shellcheck disable=SC2086
        (cd light && "$N" $tool) >out 2>&1
        ! grep -i heap out || fail "$tool starts the collector"
    done
fi
unset GC_PRINT_STATS

command -v strace >/dev/null || exit 0

# opened ARGS...: the names of files that a call opens, but for libraries and
# what the C library looks for.
opened()
{
    strace -f -qq -e trace=open,openat,creat -o trace "$N" "$@" >out 2>&1 ||
        fail "$*: $(cat out)"
    sed -n 's/.*open[at]*([^"]*"\([^"]*\)".*= [0-9].*/\1/p' trace |
        grep -v -e '^/etc/ld' -e '/tsan\.rodata' -e '\.so' -e '^/proc/' -e '^/sys/devices/' -e '/locale' |
        LC_ALL=C sort -u | tr '\n' ' '
}
assert_equal "$(opened --version)" ''
assert_equal "$(opened -t list)" ''
mkdir fresh
cd fresh
assert_equal "$(opened -t restat build.ninja)" ''
cp ../build.ninja .
assert_equal "$(opened -t recompact)" 'build.ninja '
assert_equal "$(opened -t targets all)" 'build.ninja '
assert_equal "$(opened -t compdb)" 'build.ninja '
rm trace out
assert_equal "$(ls -A)" build.ninja
