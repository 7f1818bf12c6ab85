# SPDX-License-Identifier: MIT
# Dyndep files that are sources, that come out of what another one told, that
# bring what nobody wanted, that close a cycle or say what cannot be.
. "$TESTS/lib/build.sh"

# ran [NAME...]: exactly these, and nothing the second time.
ran()
{
    ronin_ok -j2
    assert_ran "$@"
    ronin_ok
    assert_ran
}

cp_action()
{
    printf '(action :outputs ["%s"] :inputs {:ifchanged ["%s"]} :dyndep "%s" :rule {:command ["cp" "%s" "%s"]})\n' \
        "$2" "$1" "$3" "$1" "$2"
}

dd()
{
    echo 'ninja_dyndep_version = 1'
    printf '%s\n' "$@"
}

# A source, and an action that is wanted only by what it says.
write in one
dd 'build out: dyndep | made' >dd
{
    cp_action in out dd
    echo '(action :outputs ["made"] :inputs {:ifchanged ["in2"]} :rule {:command ["cp" "in2" "made"]})'
    echo '(group "default" "out")'
} >build.magma
write in2 two
ran made out
write in2 three
ran made out
dd 'build out: dyndep' >dd
ronin_ok --explain
assert_ran out
ronin_ok
assert_ran
write in2 four
ran

# Two levels: the second file is an output that the first one brings.
rm -rf ./* .ronin
write in one
dd 'build x | dd2: dyndep | in2' >dd1
{
    echo '(action :outputs ["x"] :dyndep "dd1" :rule {:command ["sh" "-c" "cp dd2.in dd2; touch x"]})'
    echo '(action :outputs ["y"] :dyndep "dd2" :rule {:command ["cp" "z" "y"]})'
    echo '(action :outputs ["z"] :inputs {:ifchanged ["in"]} :rule {:command ["cp" "in" "z"]})'
    echo '(group "default" "y" "x")'
} >build.magma
write in2
dd 'build y: dyndep | z' >dd2.in
ran x z y
assert_file y one
write in two
ran z y

# A cycle that only the file closes.
rm -rf ./* .ronin
{
    cp_action b a dd
    echo '(action :outputs ["b"] :dyndep "dd" :rule {:command ["touch" "b"]})'
} >build.magma
dd 'build a: dyndep' 'build b: dyndep | a' >dd
ronin_fails 3
assert_output 'dependency cycle' 'a' 'b'
dd 'build a: dyndep' 'build b: dyndep' >dd
ran a b

# What it cannot say.
says()
{
    ronin_fails 3
    assert_output "$@"
}
dd 'build a: dyndep' >dd
says 'dd says nothing of b' 'build.magma:2'
dd 'build a: dyndep' 'build b: dyndep' 'build c: dyndep' >dd
says 'speaks of c, which no action makes'
dd 'build a: dyndep' 'build b | a: dyndep' >dd
says 'two actions make a'
dd 'build a: dyndep' 'build b: cc' >dd
says 'dd:3:10' 'not a dyndep file'
dd 'build a: dyndep' 'build b | .ronin/x: dyndep' >dd
says 'names .ronin/x as an output'
echo '(action :outputs ["c"] :rule {:command ["touch" "c"]})' >>build.magma
dd 'build a: dyndep' 'build b: dyndep' 'build c: dyndep' >dd
says 'whose action does not have it as its :dyndep'
rm dd
says 'dd does not exist'
dd 'build a: dyndep' 'build b: dyndep' >dd
ronin_ok
ronin_ok
assert_ran

# Under -n nothing runs, and what would run is told.
rm a
ronin_ok -n
assert_ran a
assert_absent a
ran a

# What fails before the file is made fails the rest, and no other.
rm -rf ./* .ronin
{
    echo '(action :outputs ["dd"] :rule {:command ["false"]})'
    cp_action in out dd
    echo '(action :outputs ["other"] :inputs {:ifchanged ["in"]} :rule {:command ["cp" "in" "other"]})'
} >build.magma
write in one
ronin_fails 1 -k0
assert_file other one
assert_absent out
