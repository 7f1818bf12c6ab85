# SPDX-License-Identifier: MIT
# "[3/8]": both numbers are ninja's, from the first line on; in dry runs, at the
# first contact with a folder, when the build file is made first, and where less
# is to be done than it seemed.
. "$TESTS/lib/build.sh"
. "$TESTS/ninja/lib.sh"

begin <<'N'
rule cp
  command = cp $in $out
  description = CP $out
build a: cp in
build b: cp a
build c: cp b
build d: cp in2
N
each 'echo 1 >in; echo 2 >in2'
round
each 'echo 11 >in'
round
each 'echo 111 >in'
met
round
each 'rm b'
round
each 'rm b'
met
round

# restat: the number falls, and not before the line of the edge that had nothing new.
begin <<'N'
rule gen
  command = cmp -s $in $out || cp $in $out
  restat = 1
  description = GEN $out
rule cp
  command = cp $in $out
  description = CP $out
build a: gen in
build b: cp a
build c: cp b
build d: cp a | e
build e: cp in2 || a
N
each 'echo 1 >in; echo 2 >in2'
round
each 'touch in'
round
each 'touch in in2'
counted
met
each 'touch in'
counted
met
counted

# Phony edges are no number; what always runs is one each time.
begin <<'N'
rule cp
  command = cp $in $out
  description = CP $out
build a: cp in
build b: cp a
build all: phony a b
build c: cp in2 || all
build always: phony
build e: cp in2 | always
build f: cp e
default all c f
N
each 'echo 1 >in; echo 2 >in2'
round
each 'touch in'
round
met
round
each 'rm a'
met
round

# Failures: what is not run stays in the total.
begin <<'N'
rule cp
  command = cp $in $out
  description = CP $out
rule f
  command = test -f ok && cp $in $out
  description = F $out
build a: cp in
build b: f a
build c: cp b
build d: cp in2
build e: f in2
build g: cp in2 || e
N
each 'echo 1 >in; echo 2 >in2'
counted -n
counted a
counted -k0
counted -n
each 'touch ok'
round
each 'rm ok; touch in'
counted -k0
met
counted -n
counted -k0
