# SPDX-License-Identifier: MIT
# What edges are, in ninja and in ronin, side by side: the language, dyndep,
# validations, pools, failures, tools. The numbers are those of the table in
# tests/README.md.
. "$TESTS/lib/build.sh"
. "$TESTS/ninja/lib.sh"

# L1: escapes, braces, comments, lines that go on, carriage returns, scopes.
begin <<'END'
# a comment
one = 1
two = ${one}2$$ $
    go on
rule say
  # inside as well
  command = echo '$two' "$in" '$late' '$own' $
      >$out; cat $out
  description = $out
build a$ b: say c$:d e
late = late
build f: say
    # between
  own = own $one
build $one.x: say | c$:d
one = changed
default a$ b f
END
sed -i 's/$/\r/' one/build.ninja
cp one/build.ninja two
each 'touch c:d e'
same
assert_contains "$TOLD" "12\$ go on 'c:d' e late "
same -v 1.x
same 'a b' f
# L2: include shares its scope, subninja has one of its own (S38), with its own
# rules of the same names.
begin <<'END'
v = outer
rule r
  command = echo $v $name >$out; cat $out
  description = $out
include inc.ninja
subninja sub.ninja
build x: r
  name = x
build twice: r
  name = first
  note = $name
  name = second, not $note
v = last
END
each "printf 'v = included\nbuild y: r\n  name = y\n' >inc.ninja
printf 'v = sub\nrule r\n  command = echo own \$v >\$out; cat \$out\n  description = \$out\nbuild z: r\nbuild w: r\n' >sub.ninja"
same
assert_contains "$TOLD" 'own sub'
assert_contains "$TOLD" 'last y'
assert_contains "$TOLD" 'last second, not'
# L3: the default, all without one, several, and targets by what reads them.
begin <<'END'
rule cp
  command = cp $in $out
  description = $out
build a: cp in
build b: cp a
build c: cp in
build d: cp b
default a
default c
END
each 'touch in'
ran a c
same b
same a^
each 'rm a b'
same ./a^ x/../c
same -t query a
# A target that is called so is the default only if it is made that.
for line in '' 'default b' 'default default' 'default b default'; do
    begin <<END
rule cp
  command = cp \$in \$out
  description = \$out
build a: cp in
build b: cp in
build default: phony a
$line
END
    each 'touch in'
    same
    same default
    ronin_ok -C two convert --force
    ronin_ok -C two convert --check
done
# S37: bindings of an edge count in its paths. S39: paths are made canonical.
begin <<'END'
rule cp
  command = cp $in $out && echo "$out: ./sub/../h" >$out.d
  description = $out
  depfile = $out.d
build ./$dir/.//a: cp x/../in | $more
  dir = d
  more = other
END
each 'touch in other h'
ran d/a
each 'touch h'
ran d/a
ran
same d//a d/../d/a

# S27 to S30: dyndep files add inputs and outputs, also ones that are known, in
# two steps, with validations behind them.
begin <<'END'
rule scan
  command = cp $in $out
  description = $out
rule touch
  command = touch $out $more
  description = $out
build dd: scan dd.in
build dd2: scan dd2.in || made
build made: touch || dd
  dyndep = dd
  more = extra
build user: touch || made
build second: touch || dd2
  dyndep = dd2
build found: touch || order |@ valid
build order: touch
build valid: touch
build also: touch
default user second
END
each "printf 'ninja_dyndep_version = 1\nbuild made | extra: dyndep | found\n' >dd.in
printf 'ninja_dyndep_version = 1\nbuild second: dyndep | also extra\n  restat = 1\n' >dd2.in"
ours
assert_contains "$TOLD" also
for name in dd dd2 made extra user second found order valid also; do
    assert_file two/$name
done
ours_ran
(cd one && ninja && ninja) >/dev/null # 1.14 comes to `valid` by the second only
each 'rm found'
same
each "printf 'ninja_dyndep_version = 2\n' >dd.in"
ours
assert_contains "$TOLD" 'only version 1 is known'

# S31: validations are wanted, waited for by nobody, and may need the output. S32:
# reached through what a depfile names.
begin <<'END'
rule cc
  command = cp in $out && echo '$out: $head' >$out.d
  description = $out
  depfile = $out.d
  deps = gcc
rule touch
  command = touch $out
  description = $out
build a: cc in |@ check
build check: touch a
build head: touch |@ head.check
build head.check: touch
build b: cc in || head
  head = head
default a b
END
each 'touch in'
ran a check b head head.check
each 'touch in'
ran a check b
each 'rm head.check'
ran head.check
ran

# A phony edge has some, whether anybody depends on it or not.
begin <<'END'
rule cp
  command = cp $in $out
  description = $out
build a: cp in
build check: cp a
build all: phony a |@ check
END
each 'touch in'
same all
assert_file two/check ''
each 'rm check'
same all
assert_file two/check ''

# One that nothing makes and that is not there is none.
begin <<'END'
rule cp
  command = cp $in $out
  description = $out
build a: cp in |@ nowhere
build b: cp in |@ there
END
each 'touch in there'
ran a b
ran
same b

# S33: pools, the empty one, and one that is not there.
begin <<'END'
pool p
  depth = 1
rule r
  command = echo $out >>order; touch $out
  description = $out
  pool = p
build a: r
build b: r
  pool =
build c: r
  pool = console
END
ran a b c
each "printf 'build d: r\n  pool = q\n' >>build.ninja"
same
assert_contains "$TOLD" "unknown pool name 'q'"

# S34: -k.
begin <<'END'
rule no
  command = false $out
  description = $out
rule yes
  command = touch $out
  description = $out
build a: no
build b: no
build c: no
build d: yes
build e: yes a
END
for k in 1 2 3 0; do
    each 'rm -f d'
    ours -k$k
    [ $k != 0 ] || k=3
    assert_equal "$(grep -c '^FAILED' told.two)" $k
done
each 'rm -f d'
same -k0
assert_contains "$TOLD" 'cannot make progress due to previous errors'

# S35: an interrupted edge leaves no output that it wrote to.
begin <<'END'
rule r
  command = echo half >a; echo half >>kept.other; kill -INT $$PPID; sleep 10
  description = $out
build a b: r
END
each 'echo whole >b'
ours a
assert_contains "$TOLD" 'interrupted by user'
assert_absent two/a
assert_file two/b whole

# The folders of all that is named are made: outputs, depfiles, response files.
begin <<'END'
rule r
  command = cat rsp/deep/x.rsp >$out; echo "$out: in" >dep/deep/x.d
  description = $out
  depfile = dep/deep/x.d
  rspfile = rsp/deep/x.rsp
  rspfile_content = text
build a/b/c: r in
END
each 'touch in'
ours_ran a/b/c
assert_file two/a/b/c text
ours_ran

# S36: what cannot be looked at ends the build.
long=$(printf '%0300d' 1)
begin <<END
rule cp
  command = cp \$in \$out
build a: cp $long
END
ours
assert_contains "$TOLD" "$long"
assert_absent two/a

# S40: links are followed.
begin <<'END'
rule link
  command = ln -sf in $out
  description = $out
rule cp
  command = cp $in $out
  description = $out
build l: link | in
build a: cp l
END
each 'echo 1 >in'
ran l a
ran
each 'echo 2 >in'
ours
assert_file two/a 2

# S41: clean leaves what a generator made, and takes depfiles and response files.
begin <<'END'
rule gen
  command = touch $out
  description = $out
  generator = 1
rule r
  command = touch $out $out.d; test ! -e bad
  description = $out
  depfile = $out.d
  rspfile = $out.rsp
  rspfile_content = x
build g: gen
build a: r
build b: r
END
same
same -t clean
assert_file two/g
assert_absent two/a two/a.d
same
same -t clean -g
assert_absent two/g
same a
same -t clean -r r
assert_absent two/a
# S42: dead outputs go, but for what is read now.
begin <<'END'
rule r
  command = touch $out
  description = $out
build a: r
build b: r
build c: r a
END
ran a b c
each "sed -i '/^build [ab]:/d' build.ninja"
same -t cleandead
assert_absent two/b
assert_file two/a

# S44: colours are taken away unless somebody forces them.
begin <<'END'
rule r
  command = printf '\033[31mred\033[0m\n'; touch $out
  description = $out
build a: r
END
same
assert_equal "$TOLD" $'a\nred'
each 'rm a'
export CLICOLOR_FORCE=1
same
assert_contains "$TOLD" $'\033[31mred\033[0m'
unset CLICOLOR_FORCE

# S45: paths are quoted for the shell where they are words.
begin <<'END'
rule r
  command = printf '%s\n' $in >$out; cat $out
  description = $out $in
build a: r b$ c 'd' "e" f$$g h;i ä j*k
END
each "touch 'b c' \"'d'\" '\"e\"' 'f\$g' 'h;i' ä 'j*k'"
same
assert_contains "$TOLD" 'b c'
