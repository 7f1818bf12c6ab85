# SPDX-License-Identifier: MIT
# A build makes its own tools: a program is found where PATH has it when the
# command starts, and the record says which one it was. Searched is only where a
# folder of PATH has changed.
. "$TESTS/lib/build.sh"

mkdir bin other sub sub/bin
for name in other sub/bin; do
    printf '#!/bin/sh\necho %s\n' "$name" >$name/gen
    chmod +x $name/gen
done
printf '#!/bin/sh\necho made\n' >gen.in
write build.magma <<'END'
(action :outputs ["early"] :rule {:command ["gen"] :stdout "early"})
(action :outputs ["bin/gen"] :inputs {:ifwritten ["gen.in"]} :order-only ["early"]
  :rule {:command ["sh" "-c" "cp gen.in bin/gen; chmod +x bin/gen"]})
(action :outputs ["late"] :order-only ["bin/gen"]
  :rule {:command ["gen"] :stdout "late"})
(action :outputs ["own"] :order-only ["bin/gen"]
  :rule {:command ["gen"] :stdout "own" :env {"PATH" "other:/usr/bin"}})
(action :outputs ["below"] :order-only ["bin/gen"]
  :rule {:command ["gen"] :stdout "below" :dir "sub"})
END
PATH=bin:other:$PATH
ronin_ok
assert_file early other
assert_file late made
assert_file own other
assert_file below sub/bin

# The first of them would find another one now; none of those that came after it.
ronin_ok
assert_ran early
ronin_ok
assert_ran

# Each is told from the others by where it is found.
rm other/gen
ronin_fails 1 -k0
assert_output 'cannot start gen: not found in PATH' 'PATH is other:/usr/bin'
printf '#!/bin/sh\necho again\n' >other/gen
chmod +x other/gen
ronin_ok
assert_ran own
assert_file own again
rm sub/bin/gen
ln -s ../../other/gen sub/bin/gen
ronin_ok
assert_ran
mkdir sub/other
cp other/gen sub/other/gen
rm sub/bin/gen
ronin_ok
assert_ran below
assert_file below again

# A step finds what the step before it has made.
write build.magma <<'END'
(action :outputs ["bin/mine" "x"]
  :rule [{:command ["cp" "other/gen" "bin/mine"]}
         {:command ["mine"] :stdout "x"}])
END
ronin_ok
assert_file x again
ronin_ok
ronin_ok
assert_ran
