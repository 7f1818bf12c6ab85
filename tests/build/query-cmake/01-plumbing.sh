# SPDX-License-Identifier: MIT
# Queries in a build folder of CMake: what it puts in for itself is left out,
# objects have their targets, sources are found by the way from here, and
# answers agree with ninja's own tools.
. "$TESTS/lib/build.sh"
command -v cmake ninja >/dev/null || exit 77
write CMakeLists.txt <<'EOF'
cmake_minimum_required(VERSION 3.10)
project(x C)
add_subdirectory(lib)
add_executable(app main.c)
target_link_libraries(app foo)
add_custom_target(docs COMMAND true)
enable_testing()
add_test(NAME t COMMAND app)
install(TARGETS app)
EOF
write lib/CMakeLists.txt 'add_library(foo STATIC foo.c more.c)'
write lib/foo.c '#include "foo.h"' 'int f(void) { return N; }'
write lib/more.c 'int more(void) { return 1; }'
write lib/foo.h '#define N 0'
write main.c 'int f(void); int main(void) { return f(); }'
cmake -G Ninja -B out >/dev/null 2>&1 || exit 77
cd out
ronin_ok build

answer()
{
    ronin query "$@" >"$SCENARIO_LOGS/answer" || fail "query $* ended with $?"
    ANSWER=$(cat "$SCENARIO_LOGS/answer")
}
case $(ronin query 'all - sources') in
*cmake_object_order* | *.util* | *lib/all* | *edit_cache*)
    fail "plumbing is shown: $(ronin query 'all - sources')" ;;
esac
answer 'all - sources | count'
shown=$ANSWER
answer --raw 'all - sources | count'
[ "$ANSWER" -gt $((2 * shown)) ] || fail "only $ANSWER of $shown are hidden"
# What is named is shown.
answer edit_cache
[ -n "$ANSWER" ] || fail "a name alone is hidden"

# Through the plumbing, from a source by its way from here, to what is made.
answer '../lib/foo.h | rdeps | kind executable'
[ "$ANSWER" = app ] || fail "executables behind foo.h: $ANSWER"
cd ../lib
answer -C ../out "../lib/more.c | rdeps 1 | matching *.o"
[ "$ANSWER" = lib/CMakeFiles/foo.dir/more.c.o ] || fail "users: $ANSWER"
cd ../out

answer 'actions | where target == foo | emit path'
[ "$ANSWER" = "lib/CMakeFiles/foo.dir/foo.c.o
lib/CMakeFiles/foo.dir/more.c.o
lib/libfoo.a" ] || fail "of the target foo: $ANSWER"
answer 'app | emit target'
[ "$ANSWER" = app ] || fail "the target of app: $ANSWER"

# As ninja answers: inputs, commands and targets, whatever their order.
ninja -t inputs app 2>/dev/null | sort >theirs
ronin query --raw 'app | deps edges=explicit,implicit,order | files' |
    sort >ours
# ninja counts the names of phony actions among inputs.
grep -v -e cmake_object_order -e '^libfoo.a$' theirs >wanted || true
[ "$(wc -l <wanted)" -ge 7 ] || fail "ninja tells only $(cat wanted)"
comm -23 wanted ours >missing
[ ! -s missing ] || fail "inputs that a query lacks: $(cat missing)"
ninja -t commands app | sort >theirs
ronin query 'app | deps | actions | emit command' | sort >ours
python3 - <<'EOF'
import shlex
def commands(name):
    return [" ".join(shlex.split(line)) for line in open(name) if line.strip()]
theirs, ours = commands("theirs"), commands("ours")
compiled = [c for c in theirs if " -c " in c]
assert len(compiled) == 3 and all(c in ours for c in compiled), (compiled, ours)
EOF
answer 'app | children edges=explicit,implicit'
ninja -t query app | sed -n '/input:/,/outputs:/p' |
    sed -n 's/^    |\{0,1\} \{0,1\}\([^ |:]*\.[oa]\)$/\1/p' >theirs
[ "$(wc -l <theirs)" -ge 2 ] || fail "nothing to compare in: $(cat theirs)"
while read -r path; do
    assert_contains "$ANSWER" "$path"
done <theirs
