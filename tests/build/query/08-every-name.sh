# SPDX-License-Identifier: MIT
# Each function and each field of the language has an example with its answer,
# in the chapter or in the scenarios. What has one is found by machine: the text
# of each example is read as a tree, and the names in the trees are set against
# those of `ronin query --list`. So nothing can be added without an example.
. "$TESTS/lib/build.sh"

# The queries of the chapter ("$ ronin q '...'", perhaps behind a pipe), and those
# that scenarios ask.
{
    sed -n "s/^\\$ .*ronin q[uery]* '\\([^']*\\)'.*/\\1/p" "$ROOT/spec/query.md"
    sed -n -e "s/^ *asks '\\([^']*\\)'.*/\\1/p" \
        -e 's/^ *asks \([a-z][a-z]*\)\( .*\)\{0,1\}$/\1/p' \
        "$TESTS"/build/query*/*.sh
} | LC_ALL=C sort -u >queries

# What is in quotes is of the person who asks. The first field of `emit` stands
# behind a bracket, as functions do, and `sort` may have a minus in front.
while IFS= read -r query; do
    ronin query --ast "$query" 2>/dev/null </dev/null || :
done <queries | sed -e 's/"[^"]*"//g' -e 's/\[:emit \[/[:emit /g' \
    -e 's/ :-/ :/g' >trees
grep -o '\[:[a-z]*' trees | tr -d '[:' | LC_ALL=C sort -u >heads
grep -o ' :[a-z_]*' trees | tr -d ' :' | LC_ALL=C sort -u >words

# Both tables of the list, with an empty line between them.
ronin query --list >list
sed '/^$/,$d' list | cut -d' ' -f1 | LC_ALL=C sort >functions
sed -e '1,/^$/d' list | sed '/^$/,$d' | cut -d' ' -f1 | LC_ALL=C sort >fields

# A test that compares nothing would pass.
for file in queries functions fields; do
    [ "$(wc -l <$file)" -ge 40 ] || fail "too few $file: $(wc -l <$file)"
done
assert_equal "$(LC_ALL=C comm -23 functions heads | tr '\n' ' ')" ''
assert_equal "$(LC_ALL=C comm -23 fields words | tr '\n' ' ')" ''
