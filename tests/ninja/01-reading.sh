# SPDX-License-Identifier: MIT
# A ninja file is built as it is, and seen again when it changes.
. "$TESTS/lib/build.sh"

write build.ninja <<'END'
rule cp
  command = cp $in $out
rule cat
  command = cat $in > $out
build a: cp in
build b: cat a in | extra || order
build order: cp in
build all: phony b
default all
END
write in one
write extra two
ronin_ok
assert_file b "one
one"
assert_file order one
ronin_ok
assert_ran

# An implicit input counts, an order-only one does not.
write extra three
ronin_ok
assert_ran b
sleep 0.01
touch order
ronin_ok
assert_ran order

# Another command.
edit build.ninja 's/cat \$in/cat $in $in/'
ronin_ok
assert_ran b

# An action that leaves the file takes its output along.
edit build.ninja 's/^build order:.*//; s/ || order//'
ronin_ok
assert_absent order

# build.magma goes first.
write build.magma <<'END'
(action :outputs ["m"] :inputs {:ifwritten ["in"]} :rule {:command ["cp" "in" "m"]})
END
ronin_ok
assert_file m one
ronin_ok -f build.ninja
assert_ran
