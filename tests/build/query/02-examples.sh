# SPDX-License-Identifier: MIT
# The examples of the design that ask about graph and files, each with what it
# answers about the project of lib.sh.
. "$TESTS/lib/build.sh"
. "$TESTS/build/query/lib.sh"

write_project
ronin_ok

asks ':all | deps | sources' <<'END'
compile
lib/z.c++
lib/z.h
src/main.cpp
src/my_lib.c++
src/my_lib.h
src/package/tool
test/check.cpp
END
asks 'obj/main.o | deps' <<'END'
compile
src/main.cpp
src/my_lib.h
src/config.h
obj/main.o
END
asks 'src/hello_world | deps | emit command' <<'END'
echo '// config' > src/config.h
./compile obj/my_lib.o src/my_lib.c++ src/my_lib.h
./compile obj/z.o lib/z.c++ lib/z.h
./compile obj/main.o src/main.cpp src/my_lib.h src/config.h
./link src/hello_world obj/main.o obj/my_lib.o obj/z.o
END
asks 'src/hello_world | emit command' <<'END'
./link src/hello_world obj/main.o obj/my_lib.o obj/z.o
END
asks 'src/my_lib.h | rdeps | executable' <<'END'
test/check
src/hello_world
END
asks 'src/my_lib.h | rdeps 1' <<'END'
src/my_lib.h
obj/check.o
obj/my_lib.o
obj/main.o
END
asks 'src/hello_world | somepath lib/z.h' <<'END'
src/hello_world
obj/z.o
lib/z.h
END
# Of ways that are alike short, the one to what stands first in the graph.
asks 'src/hello_world | somepath (obj/z.o + obj/my_lib.o)' <<'END'
src/hello_world
obj/my_lib.o
END
asks 'src/hello_world | allpaths src/my_lib.h' <<'END'
src/my_lib.h
obj/my_lib.o
obj/main.o
src/hello_world
END
asks 'actions | where rule == link | emit outputs command' <<'END'
test/check	./link test/check obj/check.o obj/my_lib.o
src/hello_world	./link src/hello_world obj/main.o obj/my_lib.o obj/z.o
END
asks 'actions | tally rule' <<'END'
cxx	4
link	2
gen	1
END
asks '(:tests | deps) except (src/hello_world | deps)' <<'END'
test/check.cpp
obj/check.o
test/check
:tests
END
asks 'deps(src/hello_world) intersect deps(:tests) | sources' <<'END'
compile
src/my_lib.c++
src/my_lib.h
END
asks 'all | generated | roots' <<'END'
test/check
src/hello_world
END
asks 'disk "src/**/*.cpp" | except all' <<'END'
src/unused.cpp
END
printf '%s\n' src/main.cpp test/check.cpp not/there >changed.list
ronin q 'stdin | rdeps | matching "test/*"' <changed.list >answer.txt \
    2>answer.err
assert_file answer.txt "$(printf 'test/check.cpp\ntest/check')"
notes '1 path of standard input is not in the graph'
asks 'actions | where command =~ "my_lib" and not outputs =~ "test/" | count' \
    <<'END'
4
END
asks 'obj/main.o | reads edges=discovered' <<'END'
src/my_lib.h
src/config.h
END
asks 'actions | where n_outputs == 0' </dev/null
asks 'actions | where undeclared > 0 | emit path undeclared' </dev/null
notes 'undeclared is not known: no run was traced'
[ "$(grep -c undeclared answer.err)" = 1 ] || fail "said more than once"
asks ':all | deps | rule cxx' <<'END'
obj/check.o
obj/my_lib.o
obj/z.o
obj/main.o
END
asks 'let L = (src/my_lib.c++ | rdeps) in :tests | deps | intersect $L' <<'END'
src/my_lib.c++
obj/my_lib.o
test/check
:tests
END

# What the other functions answer.
asks 'set obj/z.o :tests src/my_lib.h | children' <<'END'
compile
lib/z.c++
lib/z.h
test/check
END
asks 'lib/z.h | parents' <<'END'
obj/z.o
END
asks 'group all' <<'END'
test/check
src/hello_world
END
asks 'all | kind group' <<'END'
:tests
:all
:default
END
asks 'src/hello_world | deps edges=explicit | sources' <<'END'
lib/z.c++
src/main.cpp
src/my_lib.c++
END
asks 'obj/main.o | deps edges=-order,-discovered' <<'END'
compile
src/main.cpp
obj/main.o
END
asks 'src/my_lib.h | rdeps within=src/hello_world' <<'END'
src/my_lib.h
obj/my_lib.o
obj/main.o
src/hello_world
END
asks 'src/hello_world | deps | under src' <<'END'
src/main.cpp
src/my_lib.c++
src/my_lib.h
src/package/tool
src/config.h
src/hello_world
END
asks '(obj/*.o | command "*lib*") + none | count' <<'END'
4
END
asks 'actions | command "lib/z"' <<'END'
obj/z.o
END
asks 'actions | inputs re:"z\.h$" | writes' <<'END'
obj/z.o
END
asks 'all | matching exact:lib/z.h' <<'END'
lib/z.h
END
asks 'all | matching sub:heck | leaves' <<'END'
test/check.cpp
END
asks 'actions | trigger ifwritten | count' <<'END'
6
END
asks 'actions | sum n_outputs' <<'END'
7
END
asks 'src/hello_world | deps | files | sort -size | first 2 | emit path size' \
    <<'END'
compile	155
src/hello_world	26
END
asks 'present(no/such/file) union lib/z.h' <<'END'
lib/z.h
END
asks 'all | kind missing' </dev/null
asks 'obj/z.o | emit kind producer uses group path' <<'END'
generated	obj/z.o	1		obj/z.o
END
asks 'obj/main.o | emit inputs reads discovered cwd depfile file line' <<'END'
src/main.cpp compile src/config.h	src/main.cpp compile src/config.h src/my_lib.h	src/config.h src/my_lib.h	.	obj/main.o.d	build.ninja	9
END
asks 'obj/*.o' --order=lex <<'END'
obj/check.o
obj/main.o
obj/my_lib.o
obj/z.o
END

# A group that was reached from a member brings none of the others, whatever
# becomes of the set on the way; one that is named brings them all.
for query in 'lib/z.h | rdeps | actions' 'lib/z.h | rdeps | emit path rule' \
    'let s = (lib/z.h | rdeps) in $s | rule *' 'lib/z.h | rdeps | first 9 | writes' \
    'lib/z.h | rdeps | sort -path | kind group | union (lib/z.h | rdeps) | writes' \
    'obj/z.o | parents | parents | union lib/z.h | parents | emit command' \
    'at(-1, lib/z.h | rdeps) | generated | actions' \
    'at(-1, lib/z.h | rdeps) | actions'; do
    ronin q "$query" >answer.txt
    ! grep -q check answer.txt || fail "what does not need it: $query"
done
ronin q 'lib/z.h | rdeps' -o sh >answer.txt
assert_contains "$(cat answer.txt)" ./link
! grep -q check answer.txt || fail "the script makes what does not need it"
asks '(lib/z.h | rdeps) + :tests | writes' <<'END'
obj/z.o
test/check
src/hello_world
END
asks ':tests + (src/my_lib.c++ | parents | parents | parents) | writes' <<'END'
test/check
END

# Nor does a walk down go on through the others.
asks 'src/hello_world | deps' <<'END'
compile
lib/z.c++
lib/z.h
src/main.cpp
src/my_lib.c++
src/my_lib.h
src/package/tool
src/config.h
obj/my_lib.o
obj/z.o
obj/main.o
src/hello_world
END
mv answer.txt deps.txt
for query in 'lib/z.h | rdeps | deps' 'let s = (lib/z.h | rdeps) in deps($s)' \
    'obj/z.o | parents | union (obj/z.o | rdeps) | deps' 'lib/z.h | rdeps | deps | deps'; do
    ronin q "$query | - :all | - :default" >answer.txt
    cmp deps.txt answer.txt || fail "goes through a group: $query"
done
asks 'lib/z.h | rdeps | children' <<'END'
compile
lib/z.c++
src/package/tool
obj/my_lib.o
obj/main.o
END
asks 'lib/z.h | rdeps | roots' <<'END'
:default
END
asks 'lib/z.h | rdeps | somepath test/check.cpp' </dev/null
asks 'lib/z.h | rdeps | union :tests | deps | somepath test/check.cpp' <<'END'
test/check.cpp
END
asks '(lib/z.h | rdeps) + :tests | somepath test/check.cpp' <<'END'
:tests
test/check
obj/check.o
test/check.cpp
END

id=$(ronin q 'obj/z.o | emit id')
asks "#$id" <<'END'
obj/z.o
END

# In a folder below, words are seen from there.
cd src
asks 'main.cpp | parents' <<'END'
obj/main.o
END
cd ..
