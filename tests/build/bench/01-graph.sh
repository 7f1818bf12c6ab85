# SPDX-License-Identifier: MIT
# The graph of the measurements: ronin builds it, does nothing the second
# time, follows one source and one header, and makes the bytes that ninja
# makes where there is one.
. "$TESTS/lib/build.sh"

${CC:-cc} -D_GNU_SOURCE -o cheapcc "$TESTS/bench/cheapcc.c"
source=$(python3 "$TESTS/bench/gen.py" 200 . | head -n 1)
[ "$(grep -c '^(action' ronin/build.magma)" = 200 ] || fail "not 200 actions"
[ "$(grep -c '^build ' ninja/build.ninja)" = 200 ] || fail "not 200 edges"

cd ronin
ronin_ok -j4
assert_output 'built: 200 ran'
ronin_ok
assert_ran
echo 'int edited;' >>"../$source"
object=out/${source#src/}
object=${object%.c}.o
ronin_ok
assert_ran "$object" "$(dirname "$object" | sed 's|out/|out/lib|').a" \
    out/program000

header=$(sed -n 's/#include "\(.*\)"/\1/p' "../$source" | head -n 1)
echo 'int more;' >>"../src/$header"
users=$(cd .. && grep -rl "\"$header\"" src | sed 's|^src|out|; s|c$|o|' |
    LC_ALL=C sort)
ronin_ok
objects=$(events action.start path | grep '\.o$' | LC_ALL=C sort)
assert_equal "$objects" "$users"

command -v ninja >/dev/null || exit 0
(cd ../ninja && ninja >/dev/null)
diff -r out ../ninja/out || fail "ninja made other bytes"
