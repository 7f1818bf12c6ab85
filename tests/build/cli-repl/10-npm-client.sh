# SPDX-License-Identifier: MIT
# A client that others wrote, the package nrepl-client of npm, goes through all
# operations. It is looked for where node looks for packages (NODE_PATH, or those
# that are installed for all).
. "$TESTS/lib/build.sh"
needs_signals
. "$TESTS/build/cli-repl/lib.sh"

command -v node >/dev/null || exit 77
if [ -z "${NODE_PATH:-}" ] && command -v npm >/dev/null; then
    NODE_PATH=$(npm root -g 2>/dev/null)
    export NODE_PATH
fi
node -e 'require("nrepl-client")' 2>/dev/null || exit 77

sample
ronin repl --fuel 1000000000000000 --nrepl >server.txt 2>&1 &
server=$!
until [ -s .nrepl-port ]; do
    kill -0 $server || fail "the server ended: $(cat server.txt)"
    sleep 0.05
done
STATUS=0
timeout 50 node --no-deprecation "$TESTS/build/cli-repl/client.js" >got.txt 2>log.txt ||
    STATUS=$?
kill $server
wait $server || true
cat >expected.txt <<'END'
ops: "clone close complete completions describe eldoc eval info interrupt load-file lookup ls-sessions ns-list ronin/graph-query ronin/why stdin"
sessions: 2
values: ["3","\"4\""]
apart: [":mine",":other"]
unicode: ["\"né€😀ü\""]
printed: true
long: true
error: ["magma/unknown",true]
built: ["3"]
loaded: "42"
completions: ["twice"]
complete: ["twice"]
lookup: ["[x]",1]
info: ["[x]",1]
eldoc: [["x"]]
ns-list: true
query: ["greet.c","main.c"]
why: "never-built"
stdin: ["\"ein Wört\""]
interrupted: ["interrupted","done"]
alive: [":alive"]
closed: ["session-closed","done"]
END
diff -u expected.txt got.txt || { cat log.txt; fail "it got something else"; }
[ $STATUS = 0 ] || { cat log.txt; fail "node ended with $STATUS"; }
assert_absent .nrepl-port
