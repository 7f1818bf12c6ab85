# SPDX-License-Identifier: MIT
# The examples of the design that ask about earlier runs, earlier graphs, and
# what would run now.
. "$TESTS/lib/build.sh"
. "$TESTS/build/query/lib.sh"

write_project

# Nothing was built yet.
asks 'src/hello_world | deps | count' <<'END'
10
END
notes '3 actions never built: headers unknown'
asks 'src/hello_world | executable' </dev/null
notes '1 file is not built yet'
asks 'dirty | emit path why' <<'END'
src/config.h	it was never built
obj/check.o	it was never built
obj/my_lib.o	it was never built
obj/z.o	it was never built
obj/main.o	it was never built
test/check	it was never built
src/hello_world	it was never built
END
asks built </dev/null
notes 'no run that would tell is recorded'
[ ! -e .ronin ] || fail "a query wrote"

# Run 1 builds all, run 2 what main.cpp reaches.
ronin_ok
asks dirty </dev/null
edit src/main.cpp 's/main/main2/'
asks changed <<'END'
src/main.cpp
END
asks 'changed | rdeps | executable' <<'END'
src/hello_world
END
asks 'dirty | emit path why' <<'END'
obj/main.o	src/main.cpp changed
src/hello_world	obj/main.o changed
END
asks 'obj/*.o | dirty' <<'END'
obj/main.o
END
ronin_ok
asks 'built | emit path why' <<'END'
obj/main.o	src/main.cpp changed
src/hello_world	obj/main.o changed
END
asks 'built -2 | count' <<'END'
7
END
asks 'built 1 except built' <<'END'
src/config.h
obj/check.o
obj/my_lib.o
obj/z.o
test/check
END
asks 'actions | reason input-written | emit path runs' <<'END'
obj/main.o	2
src/hello_world	2
END
asks 'critical | emit path critical' <<'END'
obj/main.o	true
src/hello_world	true
END
asks 'changed 1' <<'END'
src/main.cpp
obj/main.o
src/hello_world
END
asks 'built | where duration < 1h and started > 2020-01-01 and exit == 0 | count' \
    <<'END'
2
END
ronin q 'actions | sort -duration | first 10 | emit duration path' >answer.txt
assert_equal "$(wc -l <answer.txt)" 7
asks 'actions | where state == clean | count' <<'END'
7
END

# A failure.
edit compile 's/^cat/test "$in" != lib\/z.c++ || { echo no z; exit 3; }; cat/'
ronin_fails 1
asks 'failed | emit command' <<'END'
./compile obj/z.o lib/z.c++ lib/z.h
END
asks 'failed | emit path exit state output' <<'END'
obj/z.o	3	failed	$'no z\n'
END
asks 'changed last-ok | sources' <<'END'
compile
END
edit compile 's/^test.*; cat/cat/'
ronin_ok

# Another graph: z is gone, the text of config.h is another.
edit build.ninja 's/ obj\/z.o / /; s/config. >/CONFIG'\'' >/'
asks 'src/hello_world | deps | except at(-1, deps(src/hello_world))' </dev/null
asks 'at(-1, deps(src/hello_world)) except (src/hello_world | deps)' <<'END'
lib/z.c++
lib/z.h
obj/z.o
END
ronin_ok
asks 'diff -2 -1 | emit path change' <<'END'
src/config.h	changed: command
src/hello_world	changed: command, inputs
END
asks 'at(-2, src/hello_world | actions)' <<'END'
src/hello_world
END
asks 'at(-2, :all | deps) except at(-1, :all | deps)' <<'END'
lib/z.c++
lib/z.h
obj/z.o
END

# What nobody makes any more: kept, because it was asked to be.
edit build.ninja 's/^build obj.z.o.*//; s/^  headers = lib.z.h//'
edit build.ninja 's/obj.check.o obj.my_lib.o$/obj\/check.o/'
asks orphans <<'END'
obj/z.o
END
ronin_ok
asks orphans </dev/null
asks 'diff -2 -1 | where change == removed' <<'END'
obj/z.o
END
asks 'diff -2 -1 | emit path change' <<'END'
obj/z.o	removed
test/check	changed: command, inputs
END
