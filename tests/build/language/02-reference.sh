# SPDX-License-Identifier: MIT
# The reference in the specification is what the library says of itself.
. "$TESTS/lib/build.sh"
ronin_ok eval -e '(clojure.repl/print-reference)'
ronin eval -e '(clojure.repl/print-reference)' >reference.md
# When it differs: make reference
diff "$ROOT/spec/magma/reference.md" reference.md
