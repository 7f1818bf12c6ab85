# SPDX-License-Identifier: MIT
# The command line as a whole: names, options in any place and form, what is refused
# and how, all tools with all their options. Where the ninja on PATH has them all it
# is asked the same; what a newer one says is written here as well.
. "$TESTS/lib/build.sh"
. "$TESTS/ninja/lib.sh"

version=$(ninja --version)
has_all=
[[ $version =~ ^1\.(1[4-9]|[2-9][0-9])\. ]] && has_all=1

# asks ARGS...: $OUT, $ERR and $STATUS; by ninja as well if it has all of it. What
# names a folder, a program or a version is made alike.
asks()
{
    local masked='s,/two,/one,g; s,^[^ ]*ninja: \(unrecog\|invalid\|option\),ninja: \1,'

    STATUS=0
    (cd two && ../bin/ninja "$@" >../out.two 2>../err.two </dev/null) || STATUS=$?
    sed -i "$masked" out.two err.two
    OUT=$(tr -d '\0' <out.two)
    ERR=$(cat err.two)
    [ -n "$has_all" ] || return 0
    local status_one=0
    (cd one && ninja "$@" >../out.one 2>../err.one </dev/null) || status_one=$?
    sed -i "$masked" out.one err.one
    diff out.one out.two || differs "ninja $*: other output"
    diff err.one err.two || differs "ninja $*: other errors"
    [ $status_one = $STATUS ] || differs "ninja $*: ends with $STATUS, not $status_one"
}

# says STATUS OUT ERR ARGS...: as `asks`, and this; a star in a text stands for anything.
says()
{
    asks "${@:4}"
    [ "$STATUS" = "$1" ] || differs "ninja ${*:4}: ends with $STATUS, not $1"
    # shellcheck disable=SC2053
    [[ $OUT == $2 ]] || differs "ninja ${*:4} prints: $OUT"
    # shellcheck disable=SC2053
    [[ $ERR == $3 ]] || differs "ninja ${*:4} says: $ERR"
}

# --- Names, and what is told about itself ---------------------------------------------

for name in ninja ninja-build samu; do
    ln -sf "$RONIN" bin/$name
    [[ $(bin/$name --version) =~ ^1\.[0-9]+\.[0-9]+\.ronin$ ]] || fail "no version: $name"
done
[[ $(ronin ninja --version) == 1.* ]] || fail 'ronin ninja is none'
mkdir one two
status=0
bin/ninja -h >out 2>err || status=$?
assert_equal "$status" 1
assert_equal "$(cat out)" ''
for option in --version -v, --quiet --status -C -f -j -k -l -n -d -t -w; do
    grep -q "^ *$option" err || fail "-h does not tell $option"
done
assert_contains "$(cat err)" \
    "[default=$(n=$(nproc); [ "$n" -lt 2 ] && echo 2 || { [ "$n" = 2 ] && echo 3 || echo $((n + 2)); }) on"
if command -v taskset >/dev/null; then # it counts those that it may use
    assert_contains "$(taskset -c 0 bin/ninja -h 2>&1 || true)" '[default=2 on'
fi
for wrong in --nonsense -z -j; do
    status=0
    bin/ninja $wrong >out 2>err || status=$?
    assert_equal "$status" 1
    assert_equal "$(cat out)" ''
    assert_contains "$(cat err)" 'usage: ninja'
done

# --- Options -----------------------------------------------------------------------------

cat >one/build.ninja <<'END'
rule cc
  command = cp $in $out
  description = CC $out
rule ln
  command = cat $in >$out
rule ph
  command = touch $out
build a.o: cc a.c | a.h
build b.o: cc b.c || gen
build gen: ph |@ val
build val: ph x.c
build used: ph x.c |@ val2
build val2: ph x.c
build app app.map: ln a.o b.o used
build app2 | app2.map: ln a.o | val2
build all: phony app app2
build ../up/x: cc a.c
default all
END
echo a >one/a.c
echo b >one/b.c
touch one/a.h one/x.c
cp one/* two

NOTHING='ninja: no work to do.'
one_line='[[]1/1] CC a.o'
said='[[]1/1] cp a.c a.o'
says 0 "$said" '' -n -v a.o
says 0 "$said" '' a.o -n -v # behind the targets, as in front
says 0 "$said" '' -nv a.o
says 0 "$said" '' -nvj2 -k0 a.o
says 0 "$said" '' --verb -n a.o
says 0 "$one_line" '' -j0 -n a.o
says 0 "$one_line" '' -k -3 -l 2 -n a.o
says 0 "$one_line" '' -n -- a.o
says 0 "$one_line" '' -fbuild.ninja -n ./a.o
says 0 "$one_line" '' -n .//x/../a.o a.o a.c^
says 0 "ninja: Entering directory \`.'"$'\n'"$one_line" '' -n -C . a.o
says 0 "$NOTHING" '' -n a.c
asks -n -- nowhere -v # no option there
[ "$STATUS" = 1 ] || differs 'it was one'
says 1 '' 'ninja: fatal: invalid -j parameter' -j -1
says 1 '' 'ninja: fatal: invalid -j parameter' -j 3x
says 1 '' 'ninja: fatal: -k parameter not numeric; did you mean -k 0[?]' -k x
says 1 '' 'ninja: fatal: -l parameter not numeric: did you mean -l 0.0[?]' -l x
says 1 '' "ninja: error: loading 'nowhere': No such file or directory" -f nowhere
says 1 "ninja: Entering directory \`nowhere'" \
    "ninja: fatal: chdir to 'nowhere' - No such file or directory" -C nowhere
says 1 '' "ninja: error: unknown debug setting 'stat', did you mean 'stats'[?]" -d stat
says 1 '' 'ninja: error: unknown warning flag '\''phonycycle=x'\''*' -w phonycycle=x
says 0 "$one_line" "ninja: warning: deprecated warning 'dupbuild'" -w dupbuild=err -n a.o
says 0 "$one_line" "ninja: warning: deprecated warning 'depfilemulti'" \
    -w depfilemulti=err -n a.o
says 0 '1/1 CC a.o' '' --status '$finished/${total} $description' -n a.o
says 0 'ninja subtools:*' '' -n -t list
says 1 '' "ninja: fatal: unknown tool 'compdp', did you mean 'compdb'[?]" -t compdp

# --- Tools ---------------------------------------------------------------------------------

says 0 $'a.c\na.h\na.o\nb.c\nb.o\ngen\nused\nx.c' '' -t inputs app
says 0 $'a.c\na.h\na.o\nb.c\ngen\nb.o\nx.c\nused' '' -t inputs -d app
says 0 $'a.c\na.h' '' -t inputs -E a.o
asks -t inputs -0E --dependency-order all
says 0 $'a.o\ta.c\na.o\ta.h\n../up/x\ta.c' '' -t multi-inputs a.o ../up/x
says 0 'a.o_a.c
a.o_a.h' '' -t multi-inputs --delimiter=_ a.o
asks -t multi-inputs -d '|' -0 app app2
says 1 '' "ninja: error: unknown target 'nowhere'*" -t inputs nowhere

# An entry for each input, whatever it is; none for what only validates, some for what
# validates and is read as well. As editors and Meson ask, rules that are none are nothing.
files_of()
{
    python3 -c 'import json, sys
for e in json.load(sys.stdin): print(e["output"], e["file"])'
}
asks -t compdb
assert_equal "$(files_of <out.two)" 'a.o a.c
a.o a.h
b.o b.c
b.o gen
used x.c
val2 x.c
app a.o
app b.o
app used
app2 a.o
app2 val2
all app
all app2
../up/x a.c'
asks -t compdb -x none cc nothing
assert_equal "$(files_of <out.two | tr '\n' ' ')" 'a.o a.c a.o a.h b.o b.c b.o gen ../up/x a.c '
asks -t compdb none
assert_equal "$(tr -d '\n' <out.two)" '[]'
asks -t compdb-targets -x app ../up/x
assert_equal "$(files_of <out.two | tr '\n' ' ')" \
    'a.o a.c a.o a.h b.o b.c b.o gen used x.c app a.o app b.o app used ../up/x a.c '
says 1 '' "ninja: fatal: unknown target 'ap', did you mean 'app'[?]" -t compdb-targets ap
says 1 '' "ninja: fatal: 'a.c' is not a target *" -t compdb-targets a.c

# Twice: before anything was built, when nothing may be left behind, and after.
tools()
{
    asks -t targets
    asks -t targets depth 3
    asks -t targets rule cc
    asks -t targets rule
    asks -t targets all
    asks -C . -t targets all # of a tool the folder is not told
    asks -t query app a.c ../up/x val
    asks -t query a.o nowhere
    asks -t commands
    asks -t commands -s app2 a.o
    asks -t rules -d
    asks -t deps
    asks -t deps a.o
    asks -t missingdeps
    asks -t recompact
    asks -t restat
    asks -t restat --builddir=. a.o
    asks -t cleandead
    asks -n -t clean
    asks -v -t clean nowhere ./a.o
}
tools
assert_equal "$(ls -A two | tr '\n' ' ')" 'a.c a.h b.c build.ninja x.c '
each 'echo "build app3: cc a.c" >>build.ninja'
asks -j1 a.o
asks -j1 a.o
tools
asks -j1 a.o
says 1 'Cleaning... 1 files.' "ninja: error: unknown rule 'nothing'*" -t clean -r ln nothing cc
[ -n "$(bin/ninja -t urtle)" ] || fail 'no turtle'

# Response files in a compilation database: in the three ways that commands name them.
begin <<'END'
rule at
  command = ld @$out.rsp -o $out
  rspfile = $out.rsp
  rspfile_content = $in_newline
rule f
  command = ld -f $out.rsp -o $out
  rspfile = $out.rsp
  rspfile_content = $in
rule option
  command = ld --option-file=$out.rsp -o $out
  rspfile = $out.rsp
  rspfile_content = $in
build o1: at a b
build o2: f a b
build o3: option a b
END
asks -t compdb
assert_contains "$OUT" '"command": "ld @o1.rsp -o o1"'
asks -t compdb -x
for object in o1 o2 o3; do
    assert_contains "$OUT" "\"command\": \"ld a b -o $object\""
done
