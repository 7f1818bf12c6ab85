# SPDX-License-Identifier: MIT
# The build file is read again when it changed, with an account of it; a broken
# one leaves the old graph, and what was typed stays.
. "$TESTS/lib/build.sh"
. "$TESTS/build/cli-repl/lib.sh"
sample
write lib/names.magma '(ns lib.names)' '(def all ["main" "greet"])'

# edits FILE SED: a line for the REPL that changes a file from outside. The REPL
# itself cannot write, so it waits for another program by building.
# start: the REPL in this folder. The answers' file is there before it, as the
# shell opens that only once the line's other end is open.
start()
{
    mkfifo to
    : >out
    ronin repl <to >out 2>err &
    PID=$!
    exec 3>to
}

# say FORM: types it and waits until it was evaluated.
say()
{
    local before
    before=$(wc -l <out)
    printf '%s\n' "$1" ':done' >&3
    for _ in $(seq 600); do
        if tail -n +$((before + 1)) out | grep -q '^:done$'; then
            return
        fi
        sleep 0.05
    done
    fail "no answer to $1"
}

start
say '(count (:actions (graph)))'
assert_contains "$(cat out)" 3
say '(action :outputs ["typed"] :inputs {:ifwritten ["main.c"]} :rule copy)'

# One goes, two come, one is another.
edit build.magma 's/\["main" "greet"\]/["main" "a" "b"]/'
say '(count (:actions (graph)))'
assert_contains "$(cat err)" 'build.magma: +2 -1 ~1 actions'
say '(command-of "typed")'
assert_contains "$(cat out)" '["cp" "main.c" "typed"]'
assert_lacks "$(cat err)" 'error'

# Comments change nothing.
edit build.magma '1s/^/; a comment\n/'
say ':a'
assert_contains "$(cat err)" 'build.magma: the same actions'

# Broken: the error is shown, the old graph stays.
cp build.magma good
write build.magma '(action :outputs'
say '(command-of "b.o")'
assert_contains "$(cat err)" 'build.magma:1:'
assert_contains "$(cat out)" '["cp" "b.c" "b.o"]'
say '(defn half [x] (/ x 2))'
write build.magma '(def x (undefined-name))'
say '(half 6)'
assert_contains "$(cat err)" 'undefined-name'

# Back again, with all that was typed.
cp good build.magma
say '(half 8)'
say '(command-of "typed")'
assert_contains "$(cat out)" $'\n3\n'
assert_contains "$(cat out)" $'\n4\n'

# A namespace that the file needs counts as well.
edit build.magma "1s/^/(require '[lib.names :as names])\n/"
edit build.magma 's/\["main" "a" "b"\]/names\/all/'
say ':b'
edit lib/names.magma 's/"greet"/"greet" "third"/'
say '(command-of "third.o")'
assert_contains "$(cat out)" '["cp" "third.c" "third.o"]'

# (reload) forgets what was typed, and says so.
say '(reload)'
assert_contains "$(cat err)" 'dropped typed, half'
exec 3>&-
wait $PID
rm -f to

# A build file that comes later is found.
rm build.magma
mkdir later
cd later
start
say '(+ 1 1)'
write build.magma '(action :outputs ["x"] :rule {:command ["true"]})'
say '(command-of "x")'
assert_contains "$(cat out)" '["true"]'
exec 3>&-
wait $PID
