# SPDX-License-Identifier: MIT
# A Meson project with ronin as its ninja.
. "$TESTS/lib/build.sh"

command -v meson >/dev/null || exit 77
mkdir bin project
ln -s "$RONIN" bin/ninja
export NINJA=$PWD/bin/ninja
write project/meson.build <<'END'
project('hello', 'c')
greet = static_library('greet', 'greet.c')
hello = executable('hello', 'main.c', link_with: greet, install: true)
test('runs', hello)
END
write project/main.c <<'END'
#include "greet.h"
int main(void) { greet(); return 0; }
END
write project/greet.c <<'END'
#include "greet.h"
#include <stdio.h>
void greet(void) { puts("hello"); }
END
write project/greet.h 'void greet(void);'

meson setup b project >out || fail "$(cat out)"
python3 -c 'import json; json.load(open("b/compile_commands.json"))'
bin/ninja -C b >out
assert_equal "$(b/hello)" hello
bin/ninja -C b >out
assert_equal "$(tail -1 out)" 'ninja: no work to do.'
meson test -C b >out || fail "$(cat out)"
DESTDIR=$PWD/root meson install -C b >out || fail "$(cat out)"

echo '/* more */' >>project/greet.h
bin/ninja -C b >out
assert_equal "$(grep -c 'Compiling C object' out)" 2

echo "executable('second', 'main.c', link_with: greet)" >>project/meson.build
bin/ninja -C b >out
assert_equal "$(b/second)" hello
bin/ninja -C b >out
assert_equal "$(tail -1 out)" 'ninja: no work to do.'
meson compile -C b --clean >out
assert_absent b/hello
meson compile -C b >out || fail "$(cat out)"
assert_equal "$(b/second)" hello

# Converted, the graph is the same. A change of the project configures,
# converts, and builds.
(cd b && ronin convert >../out && ronin convert --check)
ronin_ok -C b
ronin_ok -C b
assert_ran
echo "executable('third', 'main.c', link_with: greet)" >>project/meson.build
ronin_ok -C b
assert_equal "$(b/third)" hello
(cd b && ronin convert --check)
ronin_ok -C b
assert_ran
