# SPDX-License-Identifier: MIT
# Tools that read dyndep files ended by an assertion where the last statement of
# one names nothing, as those of CMake for Fortran do.
. "$TESTS/lib/build.sh"

cat >build.ninja <<'END'
rule scan
  command = cp $in $out
rule make
  command = touch $out
  dyndep = a.dd
build a.dd: scan a.scan
build a.o: make a.c || a.dd
build b.o: make b.c || a.dd
END
cat >a.scan <<'END'
ninja_dyndep_version = 1
build a.o | a.mod: dyndep | b.c
build b.o: dyndep
END
touch a.c b.c
ronin ninja >out || fail 'not built'
assert_equal "$(ronin ninja -t query b.o | tr -d '\n')" \
    'b.o:  input: make    b.c    || a.dd  outputs:'
ronin ninja -t clean >out || fail 'not cleaned'
assert_file out 'Cleaning... 3 files.'
assert_absent a.o b.o a.dd
