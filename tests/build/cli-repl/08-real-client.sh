# SPDX-License-Identifier: MIT
# The reference client of nREPL, which editors are made like, talks to our server.
# Debian has it in the package libnrepl-clojure.
. "$TESTS/lib/build.sh"
needs_signals

JARS=/usr/share/java
for name in java "$JARS/clojure.jar" "$JARS/nrepl.jar" "$JARS/spec.alpha.jar" \
    "$JARS/core.specs.alpha.jar"; do
    if ! command -v "$name" >/dev/null 2>&1 && [ ! -e "$name" ]; then
        echo "there is no $name"
        exit 77
    fi
done

write build.magma <<'END'
(action :outputs ["a"] :inputs {:ifwritten ["in"]}
        :rule {:command ["cp" "in" "a"]})
END
write in one
ronin repl --fuel 1000000000000000 --nrepl >log 2>&1 &
PID=$!
for _ in $(seq 600); do
    [ ! -s .nrepl-port ] || break
    sleep 0.05
done
assert_contains "$(cat log)" "started on port $(cat .nrepl-port)"
OUTPUT=$(java -cp "$JARS/clojure.jar:$JARS/spec.alpha.jar:$JARS/core.specs.alpha.jar:$JARS/nrepl.jar" \
    clojure.main "$TESTS/build/cli-repl/client.clj" 2>&1) || fail "$OUTPUT"
assert_equal "$OUTPUT" ":ops 16
:values [3 [\"cp\" \"in\" \"a\"]]
:out \"printed\\n\"
:error (\"done\" \"eval-error\")
:star [\"\\\"nth: index 1 is out of bounds for 0 items\\\"\"]
:built [\"1\"]
:file [\"#'user/f\" \"1\"]
:completions (\"steps-of\")
:info \"[]\"
:interrupted true
:closed (\"done\" \"session-closed\")"
kill "$PID"
wait "$PID" || fail "it ended with $?"
assert_absent .nrepl-port
