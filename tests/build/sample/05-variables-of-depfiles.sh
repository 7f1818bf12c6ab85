# SPDX-License-Identifier: MIT
# A depfile that names variables, as rustc writes them: they count like those
# under :env.
. "$TESTS/lib/build.sh"
write build.magma <<'END'
(action :outputs ["out"]
  :inputs {:ifchanged ["compile"]}
  :depfile "out.d"
  :rule {:command ["./compile"]})
END
write compile '#!/bin/sh' 'echo >out' 'printf "out: compile\n# env-dep:FLAVOUR=x\n" >out.d'
chmod +x compile
unset FLAVOUR
ronin_ok
ronin_ok
assert_ran
FLAVOUR=sweet ronin_ok
assert_ran out
ronin_ok why out
assert_output FLAVOUR
FLAVOUR=sweet ronin_ok
assert_ran
ronin_ok
assert_ran out
