# SPDX-License-Identifier: MIT
# CIDER itself, where Emacs finds it (EMACSLOADPATH, or its packages): it connects,
# evaluates, completes, looks things up, loads a file, interrupts.
. "$TESTS/lib/build.sh"
needs_signals
. "$TESTS/build/cli-repl/lib.sh"

emacs=$(command -v emacs || true)
[ -n "$emacs" ] || exit 77
find="(progn (package-initialize) (require 'cider))"
"$emacs" -Q --batch --eval "$find" >/dev/null 2>&1 || exit 77

sample
write src.clj '(ns src)' '' '(defn twice' '  "Two times."' '  [x]' '  (* 2 x))'
ronin repl --nrepl >server.txt 2>&1 &
server=$!
until [ -s .nrepl-port ]; do
    kill -0 $server || fail "the server ended"
    sleep 0.05
done
status=0
"$emacs" -Q --batch --eval "$find" -l "$TESTS/build/cli-repl/cider.el" \
    >got.txt 2>log.txt || status=$?
kill $server
wait $server || true
cat >expected.txt <<'END'
connected: t
value: "3"
out: "printed"
ex: "magma/unknown"
eldoc: (("f") ("f" "coll") ("f" "c1" "c2" "&" "colls"))
complete: ("command-of")
where: ("build.magma" 2)
loaded: "8"
doc: "Two times."
interrupted: t
alive: ":alive"
sessions: 2
END
diff -u expected.txt got.txt || { cat log.txt; fail "CIDER got something else"; }
[ $status = 0 ] || { cat log.txt; fail "Emacs ended with $status"; }
