# SPDX-License-Identifier: MIT
# Called as ninja, ronin says what ninja says: both are asked the same.
. "$TESTS/lib/build.sh"

command -v ninja >/dev/null || exit 77
mkdir bin one two
ln -s "$RONIN" bin/ninja

cat >one/build.ninja <<'END'
cflags = -O2
rule cc
  command = cp $in $out
  description = CC $out
rule link
  command = cat $in >$out
rule say
  command = echo "said $out"; touch $out
  pool = console
rule bad
  command = echo wrong; exit 3
build a.o: cc a.c | a.h
build b.o: cc b$ b.c || order
build order: cc a.c || a.o
build app: link a.o b.o
build said: say || app
build broken: bad a.c
build after: link broken
build all: phony app said
default all
END
for name in a.c a.h 'b b.c'; do
    echo "$name" >"one/$name"
done
cp one/* two

# same ARGS...: both end alike and print the same on standard output; what the
# installed ninja words in an older way is made alike. total_falls ARGS...: the
# same, where ronin tells what may have to run and not yet what has to.
same()
{
    local mask=
    compare "$@"
}
total_falls()
{
    local mask='s|^\[\([0-9]*\)/[0-9]*\] |[\1/] |'
    compare "$@"
}
compare()
{
    local status_one=0 status_two=0
    (cd one && ninja "$@" >../out.one 2>../err.one </dev/null) || status_one=$?
    (cd two && ../bin/ninja "$@" >../out.two 2>../err.two </dev/null) ||
        status_two=$?
    sed -i 's/^FAILED: \[code=[0-9]*\] /FAILED: /; s|/two"|/one"|
        '"$mask" out.one out.two
    diff out.one out.two || fail "ninja $*: other output"
    diff err.one err.two || fail "ninja $*: other errors"
    [ "$status_one" = "$status_two" ] ||
        fail "ninja $*: ends with $status_two, not $status_one"
}

same -t targets all
same -t targets
same -t targets depth 2
same -t targets rule cc
same -t targets rule
same -t rules
same -t query app a.o order
same -t commands app
same -t commands -s app
same -t inputs app
same -t targets dept
same -t nonsense
same -j x
same -k x
same -d nonsense
same -w nonsense
same nonsense
same ap
same -f nowhere.ninja
same -C nowhere

same -j1
same
same -j1 -v a.o
echo again >one/a.h
echo again >two/a.h
same -j1
rm one/app two/app
total_falls -n
same -j1 --quiet
same -t clean -n
same -n -t clean
same -t clean
same -j1 -v
same -t clean a.o
same -j1 a.c^
same -v -t clean nothing ./app order a.o
same -j1 --quiet -v
same -v -t clean -r nothing link cc
same -j1 -v --quiet
assert_equal "$(cd two && ../bin/ninja -v --quiet -C . -n)" '' # as ninja since 1.12
same -t rules -h
same -t rules -d
same -j0 -n
same -C . -j1
rm one/said two/said
NINJA_STATUS='<%f of %t, %r running, %%> ' same -j1

# --status is a newer ninja's: the whole line, with names.
rm one/said two/said
assert_contains "$(cd two && ../bin/ninja -j1 --status '${finished}/$total: $description')" \
    '/1: echo "said said"; touch said'
status=0
error=$(cd two && ../bin/ninja --status '$nothing' 2>&1) || status=$?
assert_equal "$status" 1
assert_contains "$error" "unknown variable 'nothing' in --status format"

# A failure: what failed, its command, and no more.
status=0
(cd two && ../bin/ninja after >../out 2>&1) || status=$?
assert_equal "$status" 3
assert_equal "$(cat out)" '[1/2] echo wrong; exit 3
FAILED: [code=3] broken 
echo wrong; exit 3
wrong
ninja: build stopped: subcommand failed.'

# With more than one, the last one's status is ours.
write many/build.ninja 'rule r' '  command = test $n = 0 || (exit $n)' \
    'build a: r' '  n = 3' 'build b: r || a.' '  n = 5' 'build a.: r' '  n = 0' \
    'build c: r || b.' '  n = 0' 'build b.: r || a.' '  n = 0'
status=0
(cd many && ../bin/ninja -j1 -k0 a >../out 2>&1) || status=$?
assert_equal "$status" 3
status=0
(cd many && ../bin/ninja -j1 -k0 >../out 2>&1) || status=$?
assert_equal "$status" "$(sed -n 's/^FAILED: .code=\([0-9]*\).*/\1/p' out | tail -1)"
assert_equal "$(grep -c '^FAILED' out)" 2

# compdb-targets is of a newer ninja as well.
status=0
(cd two && ../bin/ninja -t compdb-targets >../out 2>../err) || status=$?
assert_equal "$status" 1
assert_contains "$(cat out)" 'usage: ninja -t compdb-targets [-hx] target [targets]'
assert_equal "$(cat err)" \
    'ninja: error: compdb-targets expects the name of at least one target'
(cd two && ../bin/ninja -t compdb-targets a.c >../out 2>../err) && fail 'a source passed'
assert_contains "$(cat err)" "'a.c' is not a target"
(cd two && ../bin/ninja -t compdb-targets app >../out)
assert_equal "$(grep -c '"command"' out)" 8

# Wrong files: the place, the line, and where in it.
printf 'rule r\n  command = x\nbuild a r b\n' >two/build.ninja
printf 'rule r\n  command = x\nbuild a r b\n' >one/build.ninja
same
printf 'x = $\tb\n' >two/build.ninja
printf 'x = $\tb\n' >one/build.ninja
same

for text in 'include nowhere' '# one\nsubninja nowhere' 'rule r\n  foo = 1' \
    'pool p\n  depth = -1\n' 'default nowhere' \
    'default a' 'build a: phony b\nbuild b: phony c\nbuild c: phony b\ndefault a' \
    'build a: phony a || b\nbuild b: phony nowhere\nrule r\n  command = r\nbuild c: r nowhere\ndefault c'; do
    printf "$text\n" >two/build.ninja
    printf "$text\n" >one/build.ninja
    same
done

# refused TEXT WORDS: of a build.ninja, where ninja has an empty line more, or counts
# lines otherwise, or is older.
refused()
{
    printf "$1\n" >two/build.ninja
    (cd two && ../bin/ninja) >out 2>err && fail "built: $1"
    assert_equal "$(cat err)" "ninja: error: $2"
}
refused 'build a: phony\nbuild a: phony' \
    'build.ninja:2: multiple rules generate a'
refused 'ninja_required_version = 1.99' \
    'ninja version (1.14) incompatible with build file ninja_required_version version (1.99).'
refused 'rule r\n  command = r\nbuild a: r a' 'dependency cycle: a -> a'

# A phony edge that names itself is an error where that is asked for, and wanted.
write two/build.ninja 'build a: phony a' 'build b: phony' 'default b'
write one/build.ninja 'build a: phony a' 'build b: phony' 'default b'
same -w phonycycle=err a
(cd two && ../bin/ninja -w phonycycle=err 2>/dev/null) || fail 'not wanted'

# What is no text is JSON all the same.
printf 'rule cc\n  command = cc $in\nbuild a\377.o: cc "b\376.c\n' >two/build.ninja
(cd two && ../bin/ninja -t compdb) >compdb
if command -v python3 >/dev/null; then
    assert_equal "$(python3 -c 'import json; print(len(json.load(open("compdb"))))')" 1
fi

assert_equal "$(bin/ninja --version | grep -c '^1\.[0-9]*\.[0-9]*\.ronin$')" 1
mkdir empty
(cd empty && ../bin/ninja --version >/dev/null && ../bin/ninja -t restat x)
assert_equal "$(ls -A empty)" ''

# What is left is told by the past, and is nothing at the end.
write eta/build.ninja 'rule touch' '  command = touch $out' 'build a: touch' \
    'build b: touch a'
for i in 1 2; do
    rm -f eta/a eta/b
    OUTPUT=$(NINJA_STATUS='%f/%t %E %W %P ' ronin ninja -C eta)
    [[ $OUTPUT =~ 1/2\ [0-9]+\.[0-9]{3}\ [0-9]+:[0-9]{2}\ +[0-9]+%\ touch\ a ]] ||
        fail "no time is told: $OUTPUT"
    assert_output '2/2 0.000 00:00 100% touch b'
done
