# SPDX-License-Identifier: MIT
# Whoever only asks never waits, never writes, and sees whole actions, whatever
# the database is like.
. "$TESTS/lib/build.sh"

write build.magma <<'END'
(action :outputs ["a"] :inputs {:ifchanged ["in"]}
  :rule {:command ["sh" "-c" "echo said; cp in a"]})
(action :outputs ["b"] :inputs {:ifchanged ["a"]}
  :rule {:command ["sh" "-c" "cp a b; while test -e hold; do sleep 0.05; done"]})
END
write in one
verbs=(why 'why a' log 'log a' warnings 'cmd a' runs 'diff 1 2' 'why --not a'
    'why --next a')

ask()
{
    local verb

    for verb in "${verbs[@]}"; do
        # shellcheck disable=SC2086
        ronin_ok $verb
    done
}

ronin_ok
write in two
ronin_ok
ask

# Nothing is written: names, sizes and times stay.
# (the shared memory of SQLite holds the marks of readers)
look()
{
    (cd .ronin && stat -c '%n %s %y' -- [!s]* state.db state.db-wal &&
        md5sum -- [!s]* state.db state.db-wal)
}
before=$(look)
ask
assert_equal "$(look)" "$before"

# During a build: at once, and only what is done.
touch hold
write in three
ronin >/dev/null 2>&1 &
builder=$!
for _ in $(seq 200); do
    [ "$(cat b)" = three ] && break
    sleep 0.02
done
for _ in $(seq 100); do
    ronin_ok why a
    case $OUTPUT in *'in run 3'*) break ;; esac
    sleep 0.02
done
assert_output 'a  rebuilt in run 3'
ronin_ok why b
assert_output 'b  rebuilt in run 2'
ronin_ok runs
assert_output 'did not end'
ask
kill -0 "$builder" || fail "the build has ended"
rm hold
wait "$builder" || fail "the build failed"
ronin_ok why b
assert_output 'in run 3'

# A log that a killed ronin left is read, also where nothing can be written.
test -s .ronin/state.db-wal || fail "no log is left"
cp -r .ronin saved
if [ "$(id -u)" = 0 ]; then
    asking()
    {
        setpriv --reuid=65534 --regid=65534 --clear-groups env \
            "PATH=$PATH" ronin "$@"
    }
    chmod 755 . .ronin
    chmod o+rx "$(dirname "$PWD")"
    if asking version >/dev/null 2>&1; then
        assert_contains "$(asking why b 2>&1)" 'b  rebuilt in run 3'
        rm -f .ronin/state.db-shm
        assert_contains "$(asking why b 2>&1)" 'b  rebuilt in run 3'
        assert_contains "$(asking runs 2>&1)" '   3  '
    fi
fi

# Damage is said, moved aside by nobody who only asks, and never a crash.
for what in empty cut noise gone; do
    rm -rf .ronin
    cp -r saved .ronin
    rm -f .ronin/state.db-wal .ronin/state.db-shm
    case $what in
    empty) : >.ronin/state.db ;;
    cut) truncate -s 3000 .ronin/state.db ;;
    noise) head -c 9000 /dev/urandom >.ronin/state.db ;;
    gone) rm .ronin/state.db ;;
    esac
    for verb in 'why a' log runs warnings 'cmd a' 'why --next a'; do
        # shellcheck disable=SC2086
        run_ronin $verb
        [ "$STATUS" -le 4 ] || fail "$what: $verb ended with $STATUS"
    done
    ronin_ok cmd a
    assert_absent .ronin/state.db.corrupt
    ronin_ok
    assert_ran a b
    ronin_ok
    assert_ran
done
