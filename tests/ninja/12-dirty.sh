# SPDX-License-Identifier: MIT
# When an edge runs: each case in ninja and in ronin, side by side. The numbers
# are those of the table in tests/README.md.
. "$TESTS/lib/build.sh"
. "$TESTS/ninja/lib.sh"

# S1: what comes out the same stops those behind it.
begin <<'END'
rule keep
  command = cmp -s $in $out || cp $in $out
  description = $out
  restat = 1
rule cp
  command = cp $in $out
  description = $out
build a: keep in
build b: cp a
build c: cp b
END
each 'echo 1 >in'
ran a b c
each 'touch in'
ran a
ran
each 'echo 2 >in'
ran a b c
# S2: an output that is missing is made, and counts.
each 'rm a'
ran a b c
ran
# S4: the input itself is changed by the rule.
begin <<'END'
rule grow
  command = echo more >>$in; test -e $out || touch $out
  description = $out
  restat = 1
build a: grow in
END
each 'echo 1 >in'
ran a
ours_ran a

# S3: a sibling that is older than the input.
begin <<'END'
rule two
  command = test -e a || touch a; cp in b
  description = $out
  restat = 1
rule cp
  command = cp $in $out
  description = $out
build a b: two in
build c: cp a
build d: cp b
END
each 'echo 1 >in'
ran 'a b' c d
each 'echo 2 >in'
ran 'a b' d

# S5: a generator's command does not count; S6: that of others does.
begin <<'END'
rule gen
  command = cp in $out
  description = $out
  generator = 1
rule cp
  command = cp in $out
  description = $out
build a: gen in
build b: cp in
END
each 'echo 1 >in'
ran a b
each "sed -i 's/= cp in/= cp -p in/' build.ninja"
ran b
ran
each 'touch in'
ran a b
each "sed -i 's/= cp -p/=  cp   -p/' build.ninja" # the same words
ours_ran

# S6, S7: a response file's text counts; it is removed unless its edge failed.
begin <<'END'
word = one
rule rsp
  command = cat $out.rsp >$out && test $word != bad
  description = $out
  rspfile = $out.rsp
  rspfile_content = $word $in_newline
build a: rsp x y
END
each 'touch x y'
ran a
assert_file two/a $'one x\ny'
assert_absent two/a.rsp
each "sed -i 's/word = one/word = two/' build.ninja"
ran a
each "sed -i 's/word = two/word = bad/' build.ninja"
ours
assert_contains "$TOLD" 'FAILED: a'
assert_file two/a.rsp $'bad x\ny'
each "sed -i 's/word = bad/word = good/' build.ninja"
ours_ran a
assert_absent two/a.rsp

# S8: a failure is tried again, whatever it wrote.
begin <<'END'
rule r
  command = cp in $out && test ! -e bad
  description = $out
build a: r in
END
each 'echo 1 >in; touch bad'
ours
assert_contains "$TOLD" 'FAILED: a'
assert_absent two/a
ours
assert_contains "$TOLD" 'FAILED: a'
each 'rm bad'
ours_ran a
ours_ran

# S9: remembered and not on disk, on disk and not remembered. S10: no inputs.
begin <<'END'
rule r
  command = echo made >$out
  description = $out
build a: r in
build b: r
END
each 'touch in; echo by hand >a'
ran a b
ran
each 'rm a b'
ran a b
ran

# S11: an input that changes while it is read. S12: one that was discovered.
begin <<'END'
rule slow
  command = cat in >$out; echo late >>in; echo 'a: head' >$out.d; echo late >>head
  description = $out
  depfile = $out.d
  deps = gcc
build a: slow in
END
each 'echo 1 >in; echo 1 >head'
ours_ran a
ours_ran a

# S13: an input that became older: for ronin that is a change.
begin <<'END'
rule cp
  command = cp $in $out
  description = $out
build a: cp in
END
each 'echo 1 >in'
ran a
each 'echo 2 >in; touch -d 2001-01-01 in'
ours_ran a
assert_file two/a 2

# S14: a phony edge without inputs and without a file is always new, and with one
# is as old as that. S15: one with inputs is as new as those.
begin <<'END'
rule cp
  command = cp in $out
  description = $out
build gone: phony
build held: phony |@ in
build there: phony
build names: phony in more
build a: cp gone
build b: cp there
build c: cp | names
build d: cp | held
END
each 'touch in more there'
ran a b c d
ran a d
each 'touch there'
ran a b d
each 'touch more'
ran a c d
each 'touch gone'
ran a d
each 'touch held'
ran d
ran
# S16: one that names itself is taken as if it did not.
begin <<'END'
rule cp
  command = cp in $out
  description = $out
build a: phony a
build b: cp a
END
each 'touch in a'
same b
assert_contains "$TOLD" "phony target 'a' names itself as an input"
ours b # the file is not read again
assert_equal "$TOLD" 'ninja: no work to do.'

# S17: what only orders does not count, unless it is discovered as well.
begin <<'END'
rule cc
  command = cp in $out && echo '$out: $head' >$out.d
  description = $out
  depfile = $out.d
  deps = gcc
build a: cc in || order
build b: cc in || order
  head = order
END
each 'touch in order'
ran a b
each 'touch order'
ran b
ran

# S18: a depfile that is missing. S20: one that names something else.
begin <<'END'
rule cc
  command = cp in $out && echo '$names: head' >$out.d
  description = $out
  depfile = $out.d
build a: cc in
  names = a
build b: cc in
  names = b
END
each 'touch in head'
ran a b
ran
each 'touch head'
ran a b
each 'rm head; touch head'
ran a b
# S23: what was discovered and is gone makes it run, and is no error.
each "rm head; sed -i 's/: head/: in/' build.ninja"
ran a b
ran

# S19: with deps = gcc the depfile is read once and taken away. S21, S22: more
# than one target, phony lines as -MP writes them, escapes, other line ends; any
# of the outputs may be the one that is named.
begin <<'END'
rule cc
  command = cp in $out && cp $out.dep $out.d
  description = $out
  depfile = $out.d
  deps = gcc
rule two
  command = cp in a2; cp in b2; cp two.dep two.d
  description = $out
  depfile = two.d
  deps = gcc
build a: cc in
build a2 b2: two in
END
write a.dep <<'END'
a: h1 h\ 2 \
 h\#3 h$$4

h1:
END
sed -i 's/$/\r/' a.dep
each 'touch in h1 "h 2" "h#3" h\$4 h5; cp ../a.dep .; echo "b2: h5" >two.dep'
ran a 'a2 b2'
assert_absent two/a.d two/two.d
ran
for head in h1 'h 2' 'h#3' 'h$4'; do
    each "touch '$head'"
    ran a
    ran
done
each 'touch h5'
ran 'a2 b2'
each 'rm h5'
ran 'a2 b2'
