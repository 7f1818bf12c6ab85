# SPDX-License-Identifier: MIT
# `fmt` lays files out in place, checks them, and is a filter.
. "$TESTS/lib/build.sh"

printf '(defn f [a]\n(+ a\n1))' >a.magma
printf '(f 1)\n' >b.magma
mkdir -p sub .hidden
cp a.magma sub/c.magma
cp a.magma .hidden/d.magma
chmod 640 a.magma

ronin_fails 1 fmt --check
assert_equal "$OUTPUT" $'a.magma\nsub/c.magma'
assert_file a.magma $'(defn f [a]\n(+ a\n1))'

ronin_ok fmt
assert_equal "$OUTPUT" $'a.magma\nsub/c.magma'
assert_file a.magma $'(defn f [a]\n  (+ a\n     1))'
assert_equal "$(stat -c %a a.magma)" 640
assert_equal "$(ls)" $'a.magma\nb.magma\nsub'
ronin_ok fmt --check
assert_equal "$OUTPUT" ""
ronin_fails 1 fmt --check .hidden/d.magma

# A link stays one, and what it leads to is laid out.
printf '[ 1 ]' >target
ln -s target link.magma
ronin_ok fmt link.magma
[ -L link.magma ] || fail "the link is gone"
assert_file target '[1]'

# Standard input.
assert_equal "$(printf '( a\nb )' | ronin fmt -)" $'(a\n b)'
printf '(a)' | ronin fmt --check - && fail "no line break at the end"
printf '(a)\n' | ronin fmt --check - || fail "this is laid out"

# What is no program stays as it is; the others are done.
printf '(a [b\n' >broken.magma
printf '( a )' >good.magma
ronin_fails 1 fmt broken.magma good.magma
assert_output 'broken.magma:1:4' 'The [ opened at 1:4 is never closed'
assert_file broken.magma '(a [b'
assert_file good.magma '(a)'
ronin_fails 2 fmt missing.magma
assert_output 'missing.magma'

if [ "$(id -u)" != 0 ]; then
    mkdir locked
    printf '( a )' >locked/a.magma
    chmod 555 locked
    ronin_fails 4 fmt locked
    assert_output 'cannot write locked/a.magma'
    assert_file locked/a.magma '( a )'
fi
