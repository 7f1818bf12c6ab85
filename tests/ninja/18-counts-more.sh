# SPDX-License-Identifier: MIT
# As 17-counts: with what is discovered, a build file that is made, and dyndep.
. "$TESTS/lib/build.sh"
. "$TESTS/ninja/lib.sh"

# What was discovered counts, also what ninja's log tells of it.
begin <<'N'
rule cc
  command = cp $in $out && echo "$out: $in h" >$out.d
  depfile = $out.d
  deps = gcc
  description = CC $out
rule cc2
  command = cp $in $out && echo "$out: $in h" >$out.d
  depfile = $out.d
  description = CC2 $out
rule ld
  command = cat $in >$out
  description = LD $out
build a.o: cc a.c
build b.o: cc2 b.c
build gen.h: ld h.in
build c.o: cc c.c || gen.h
build x: ld a.o b.o c.o
build y: ld x
N
each 'echo 1 >a.c; echo 2 >b.c; echo 3 >h.in; echo 4 >c.c; echo 5 >h'
round
each 'touch h'
round
met
round
each 'touch a.c'
met
round
each 'touch h.in'
round
each 'rm b.o.d'
met
round
each 'rm h'
counted -n
counted -k0

# The build file is made first, in a build of its own: with -n, that is all. Newer
# versions of ninja count its edges in the total of the second build as well, which
# is never reached then.
numbered()
{
    case $(ninja --version) in
    1.1[01].*) counted "$@" ;;
    *) same "$@" ;;
    esac
}
numbered_round()
{
    numbered -n
    numbered
    numbered -n
}
begin <<'N'
rule cp
  command = cp $in $out
  description = CP $out
rule conf
  command = touch $out
  generator = 1
  description = CONF $out
build build.ninja: conf conf.in | c2
build c2: cp c2.in
build a: cp in
build b: cp a
N
each 'echo 1 >in; echo 2 >conf.in; echo 3 >c2.in; touch build.ninja'
numbered
numbered_round
each 'touch conf.in'
numbered_round
each 'touch conf.in c2.in in'
numbered_round
each 'touch conf.in in'
met
numbered_round
each 'touch in'
numbered -n build.ninja
numbered build.ninja
numbered_round

# dyndep: read before anything is said, where it stays as it is.
begin <<'N'
rule cp
  command = cp $in $out
  description = CP $out
rule dd
  command = printf 'ninja_dyndep_version = 1\nbuild out: dyndep | a\n' >$out
  description = DD $out
rule out
  command = cat in a >$out
  dyndep = dd
  description = OUT $out
build dd: dd in2
build a: cp in
build out: out in || dd
build z: cp out
default z
N
each 'echo 1 >in; echo 2 >in2'
counted
counted -n
each 'touch in'
round
met
round
each 'touch in2'
round
each 'touch in2'
met
round

# What only a dyndep file names counts as well, whether that is made or written by
# hand; one that is missing is an input like others.
begin <<'N'
rule cp
  command = cp $in $out
  description = CP $out
rule out
  command = cat in only >$out
  dyndep = hand
  description = OUT $out
rule dd
  command = printf 'ninja_dyndep_version = 1\nbuild out2: dyndep | only\n' >$out
  description = DD $out
rule out2
  command = cat in only >$out
  dyndep = dd
  description = OUT2 $out
build first: cp only
build out: out in || hand
build dd: dd in2
build out2: out2 in || dd
N
each 'echo 1 >in; echo 2 >in2; echo 3 >only'
each 'printf "ninja_dyndep_version = 1\nbuild out: dyndep | only\n" >hand'
counted
each 'touch only'
round
met
each 'touch only'
round
each 'rm hand; touch only'
for how in '' -n; do
    ours out $how
    assert_equal "$TOLD" "ninja: error: 'hand', needed by 'out', missing and no known rule to make it"
done

# Order-only inputs and validations.
begin <<'N'
rule cp
  command = cp $in $out
  description = CP $out
build a: cp in
build b: cp in2 || a
build c: cp b |@ v
build v: cp c
N
each 'echo 1 >in; echo 2 >in2'
counted -n c
counted c
each 'touch in'
round
each 'touch in2'
met
round

# All the letters that tell of it.
begin <<'N'
rule cp
  command = cp $in $out
  description = CP $out
build a: cp in
build b: cp a
build c: cp b
N
each 'echo 1 >in'
export NINJA_STATUS='[%s %t %p %r %u %f] '
same
unset NINJA_STATUS
