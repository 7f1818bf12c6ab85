# SPDX-License-Identifier: MIT
# Another build of the same version goes on from the graph and the index of the
# first: nothing is evaluated, nothing is built, and queries need no build file.
. "$TESTS/lib/build.sh"

write build.magma <<'END'
(action :outputs ["b"] :inputs {:ifwritten ["a"]} :rule {:command ["cp" "a" "b"]})
END
write a one
touch -d '1 minute ago' a build.magma
ronin_ok
ronin_ok
mkdir other
{
    cat "$(command -v ronin)"
    echo 'of another build'
} >other/ronin
chmod +x other/ronin
before=$(cksum .ronin/graph-*)
PATH=$PWD/other:$PATH
ronin_ok
assert_ran
assert_output 'up to date (1 action'
[ "$(events graph.loaded evaluated)" != True ] || fail "the build file was evaluated"
assert_equal "$(cksum .ronin/graph-*)" "$before"
# What only reads takes the graph from there: a file that it would evaluate is gone.
strace -V >/dev/null 2>&1 || exit 0
strace -f -o trace -e trace=openat ronin query 'b | deps' >answer
assert_file answer "$(printf 'a\nb')"
! grep -q '"build.magma"' trace || fail "the build file was read"
