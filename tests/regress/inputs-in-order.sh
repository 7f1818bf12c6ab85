# SPDX-License-Identifier: MIT
# -t inputs -d and -t multi-inputs listed what whole edges read, edge behind edge:
# an object belongs right behind its own source, as it would be made.
. "$TESTS/lib/build.sh"

cat >build.ninja <<'E'
rule r
  command = r
build a.o: r a.c | gen.h || order
build b.o: r b.c | gen.h
build gen.h: r gen.in
build order: phony first
build first: r first.in
build lib: r a.o b.o
build app: r lib b.o
build all: phony app lib
E

in_order='a.c
gen.in
gen.h
first.in
first
a.o
b.c
b.o
lib'
assert_equal "$(ronin ninja -t inputs -d app)" "$in_order"
assert_equal "$(ronin ninja -t inputs -d all app)" "$in_order
app"
assert_equal "$(ronin ninja -t inputs app)" "$(LC_ALL=C sort <<<"$in_order")"
assert_equal "$(ronin ninja -t multi-inputs -d : lib first)" \
    "$(sed '/^lib$/d; s/^/lib:/' <<<"$in_order")
first:first.in"

# A long chain is walked without a stack.
awk 'BEGIN { print "rule r\n  command = r"
    for (i = 0; i < 100000; i++) print "build n" i + 1 ": r n" i }' >build.ninja
assert_equal "$(ronin ninja -t inputs -d n100000 | sed -n '1p;$p' | xargs)" \
    "n0 n99999"
