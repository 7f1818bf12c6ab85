# SPDX-License-Identifier: MIT
# -t clean left what only a dyndep file says is made, -t query and graph did not
# know of it, and -t cleandead removed it, for no edge of the build file makes it.
. "$TESTS/lib/build.sh"

cat >build.ninja <<'END'
rule scan
  command = cp $in $out
rule make
  command = cp a.c a.o && echo 1 >a.mod
  dyndep = a.dd
rule use
  command = cat a.mod >b.o
  dyndep = a.dd
build a.dd: scan a.scan
build a.o: make a.c || a.dd
build b.o: use b.c | plain || a.dd
build all: phony a.o b.o
default all
END
cat >a.scan <<'END'
ninja_dyndep_version = 1
build a.o | a.mod: dyndep
build b.o: dyndep | a.mod
END
touch a.c b.c plain

# Without the file there is nothing to know, and nothing wrong.
assert_equal "$(ronin ninja -t query b.o | sed -n '3,5p' | tr -d '\n')" \
    '    b.c    | plain    || a.dd'

ronin ninja >out
assert_file a.mod 1
assert_equal "$(ronin ninja -t query b.o | sed -n '3,6p' | tr -d '\n')" \
    '    b.c    | plain    | a.mod    || a.dd'
assert_equal "$(ronin ninja -t query a.mod | tr -d '\n')" \
    'a.mod:  input: make    a.c    || a.dd  outputs:    b.o'
assert_contains "$(ronin ninja -t graph b.o)" '"a.mod" ->'

# What the log knows of it is no leftover.
ronin ninja -t cleandead >out
assert_file out 'Cleaning... 0 files.'
assert_file a.mod 1
[ "$(ronin ninja)" = 'ninja: no work to do.' ] || fail 'not idle'

ronin ninja -t clean >out
assert_file out 'Cleaning... 4 files.'
assert_absent a.mod

# What is no dyndep file says nothing.
echo nonsense >a.dd
ronin ninja -t clean >out
assert_file out 'Cleaning... 1 files.'
