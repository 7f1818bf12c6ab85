# SPDX-License-Identifier: MIT
# The build file is a target too: a .c file that comes or goes configures
# again, other files do not.
. "$TESTS/lib/build.sh"
. "$TESTS/build/sample/lib.sh"
sample_project
ronin_ok build all
ronin_ok build prog
assert_ran

write notes.txt 'not C'
ronin_ok build prog
assert_ran
write extra.c 'int extra;'
ronin_ok build prog
assert_ran build.magma
ronin_ok build prog
assert_ran
rm extra.c
CFLAGS=-g ronin_ok build prog
assert_ran build.magma
CFLAGS=-g ronin_ok build prog
assert_ran

# A generated build file that differs is loaded at once. (What left the graph
# can be told only since the dynout was resolved once: it might name prog.)
edit template 's/\["prog"\]/["program"]/'
edit template 's/"prog" image/"program" image/'
write another.c 'int another;'
ronin_ok build program
assert_ran build.magma program
assert_file program
assert_absent prog
