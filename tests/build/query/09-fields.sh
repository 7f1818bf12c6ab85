# SPDX-License-Identifier: MIT
# Fields whose answers are about one action and one run of it: what it is called,
# where it runs, what it took, and what its verdict was made from.
. "$TESTS/lib/build.sh"
. "$TESTS/build/query/lib.sh"

# `big` keeps 256 MB in memory, more than ronin has, so that its peak is known.
cat >build.ninja <<'END'
pool heavy
  depth = 1
rule cc
  command = cp $in $out
  description = CC $out
rule big
  command = head -c 268435456 /dev/zero | tail -c 268435456 | wc -c >$out
  pool = heavy
rule slow
  command = sleep 0.1; cat $in >$out
build CMakeFiles/app.dir/main.o: cc main.c
build lib.p/lib.o: cc lib.c
build total: big
build app: slow CMakeFiles/app.dir/main.o
build all: phony app lib.p/lib.o total
default all
END
write main.c main
write lib.c lib
touch -d 2026-01-02T03:04:05 lib.c

# Before it runs: only what the build file says.
asks 'actions | rule cc | emit path desc argv pool' <<'END'
CMakeFiles/app.dir/main.o	CC CMakeFiles/app.dir/main.o	cp main.c CMakeFiles/app.dir/main.o	
lib.p/lib.o	CC lib.p/lib.o	cp lib.c lib.p/lib.o	
END
asks 'actions | where pool == heavy | emit path pool' <<'END'
total	heavy
END
asks 'actions | outputs "*.o" | emit path target' <<'END'
CMakeFiles/app.dir/main.o	app
lib.p/lib.o	lib
END
asks 'actions | where avg >= 0ms or rss >= 0 or manifest =~ . | count' <<'END'
0
END
asks 'lib.c | where mtime < 2026-01-02T04:00 | where mtime > 2026-01-02T03:00' \
    <<'END'
lib.c
END

ronin_ok
# It sleeps for so long; how long others take is not for a test to say.
asks 'app | where avg >= 100ms' <<'END'
app
END
asks 'actions | where rss > 128M' <<'END'
total
END

# What is on the critical path could not have ended later, wherever it leads.
asks 'critical | where slack > 0' </dev/null
asks 'critical | where not slack == 0' </dev/null
asks 'built except (built | where slack >= 0ms)' </dev/null

# A file has the hash of its content, whoever made it.
asks 'set lib.c lib.p/lib.o | tally hash' <<'END'
71bb5c53abec45832f3bbb80a1f2bd4e	2
END
asks 'lib.p/lib.o | where manifest =~ "input lib.c ifwritten size 4" | count' \
    <<'END'
1
END
ronin q 'lib.p/lib.o | emit manifest' -o json >answer.txt
assert_contains "$(cat answer.txt)" 'input lib.c ifwritten size 4'
assert_contains "$(cat answer.txt)" 'output lib.p/lib.o size 4'

# An action is found again by its id, or by what the id begins with.
asks 'actions | where id =~ "^[0-9a-f]+$" | count' <<'END'
4
END
id=$(ronin q 'app | emit id')
assert_equal "$(ronin q "#$id")" app

# Paths that others tell, on standard input; what is no target is left out.
printf 'main.c\nno-such-file\n' | ronin q 'stdin | rdeps | outputs "app"' \
    >answer.txt
assert_equal "$(cat answer.txt)" app
