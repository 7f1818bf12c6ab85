# SPDX-License-Identifier: MIT
# Scanning for modules as CMake does it: a scan has two outputs, of which it writes
# one; the other is written by the collation that reads the first, and read by who
# waits for both. And what else an edge changes of the outputs of others, when the
# folder changes hands.
. "$TESTS/lib/build.sh"
. "$TESTS/ninja/lib.sh"

begin <<'END'
rule scan
  command = sed -n s/^uses.//p $in >$out
  description = scan $in
rule collate
  command = for i in $names; do echo "$$i: $$(cat $$i.ddi)" >$$i.map; done; cat $in >dd.new; cmp -s dd.new dd.list || cp dd.new dd.list; echo 'ninja_dyndep_version = 1' >$out; for i in $names; do echo "build $$i.o: dyndep" >>$out; done
  description = collate
  restat = 1
rule compile
  command = cat $in $map >$out
  description = compile $in
  dyndep = all.dd
build a.ddi | a.map: scan a.c
build b.ddi | b.map: scan b.c
build all.dd: collate a.ddi b.ddi
  names = a b
build a.o: compile a.c || a.map all.dd
  map = a.map
build b.o: compile b.c || b.map all.dd
  map = b.map
END
each 'printf "uses b\nA\n" >a.c; printf "uses nothing\nB\n" >b.c'
ran 'scan a.c' 'scan b.c' collate 'compile a.c' 'compile b.c'
ran
ran

# The folder changes hands: there is nothing to do, and only what has to be done
# is done after an edit.
met
ran
ran
each 'echo more >>a.c'
ran 'scan a.c' collate 'compile a.c'
ran
(cd two && ninja >../told.two)
assert_equal "$(told told.two)" 'ninja: no work to do.'
ran
rm -rf two
cp -a one two
each 'echo "uses b" >b.c'
ran 'scan b.c' collate 'compile b.c'
ran
ran

# All scans anew while nothing is compiled: no map is where its scan left it.
met
rm -rf one/*.ddi two/*.ddi
same
ran
ran

# A map that nobody of these wrote is made good. It is newer than all runs.
sleep 1.1
echo tampered >>two/a.map
ours
assert_contains "$TOLD" 'scan a.c'
assert_file two/a.map 'a: b'
ours_ran

# At first contact it is not taken for that of the collation, either.
met
sleep 1.1
echo tampered >>two/a.map
ours
assert_contains "$TOLD" 'scan a.c'
assert_file two/a.map 'a: b'
ours_ran

# What is stripped in its place, met as ninja left it.
begin <<'END'
rule link
  command = cat $in >$out
  description = link $out
rule strip
  command = sleep 0.05; sed -i s/debug// $app; sleep 0.05; echo done >$out
  description = strip $app
build app: link a
build app.stripped: strip app
  app = app
build lib | lib.map: link a
build lib.stripped: strip lib.map
  app = lib
END
each 'echo "debug one" >a'
(cd one && sed -i 's/cat \$in >\$out/for i in $out lib.map; do cat $in >$$i; done/' build.ninja && ninja >/dev/null)
met
case $(ninja --version) in
1.1[01].*) ran ;;
*) ours ;; # newer ones run `strip app` each time, and we this once
esac
ours_ran
each 'echo "debug two" >a'
same
assert_file two/app ' two'
ours_ran
met
sleep 1.1
echo tampered >>two/app
ours
assert_contains "$TOLD" 'link app'
assert_file two/app ' two'
