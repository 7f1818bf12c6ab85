# SPDX-License-Identifier: MIT
# Queries write nothing and wait for nobody: in a tree that cannot be written,
# beside a build that goes on, after one that was killed.
. "$TESTS/lib/build.sh"
. "$TESTS/build/query/lib.sh"

cat >build.magma <<'END'
(defn copy [vars] {:command ["cp" (:in vars) (:out vars)]})
(action :outputs ["b"] :inputs {:ifwritten ["a"]} :rule copy)
(action :outputs ["c"] :inputs {:ifchanged ["b"]} :rule copy :name "last")
(action :name "wait" :implicit {:ifwritten ["gate"]}
        :rule {:command ["sh" "-c" "touch started; cat gate >/dev/null"]})
(group "both" "b" "c")
END
write a one
mkfifo gate

# Each file with its content and time.
listing()
{
    find . -path ./gate -prune -o -type f -not -name 'answer*' \
        -not -name 'expected*' -not -name '*-shm' -print |
        LC_ALL=C sort | while IFS= read -r file; do
        stat -c '%n %s %Y' "$file"
        cksum <"$file"
    done
}

# Before anything was built.
listing >"$SCENARIO_LOGS/before"
asks 'c | deps' <<'END'
a
b
c
END
listing >"$SCENARIO_LOGS/after"
cmp "$SCENARIO_LOGS/before" "$SCENARIO_LOGS/after" || fail "a query wrote"

ronin_ok :both
listing >"$SCENARIO_LOGS/before"
asks 'last | emit path name rule' <<'END'
c	last	copy
END
asks ':both' <<'END'
:both
END
asks 'wait | emit path kind n_outputs' <<'END'
wait	name	0
END
asks 'actions | trigger ifchanged' <<'END'
c
END
asks 'dirty' <<'END'
wait
END
asks 'built' <<'END'
b
c
END
listing >"$SCENARIO_LOGS/after"
cmp "$SCENARIO_LOGS/before" "$SCENARIO_LOGS/after" || fail "a query wrote"

# A build that goes on holds the lock, and its records change under the reader.
ronin wait >"$SCENARIO_LOGS/background" 2>&1 &
pid=$!
tries=0
while [ ! -e started ] && [ $tries -lt 400 ]; do
    sleep 0.02
    tries=$((tries + 1))
done
[ -e started ] || fail "the build did not start"
write a two
for query in 'c | deps | count' 'all | count' 'actions | count'; do
    timeout 20 ronin q "$query" >answer.txt 2>answer.err </dev/null ||
        { cat answer.err; fail "does not answer beside a build: $query"; }
done
# What is begun is on disk a moment later.
tries=0
while [ "$(ronin q 'wait | emit state' </dev/null)" != running ] &&
    [ $tries -lt 100 ]; do
    tries=$((tries + 1))
done
asks 'wait | emit state' <<'END'
running
END
asks 'actions | where state == dirty' <<'END'
b
c
END
kill -0 $pid || fail "the build ended by itself"
echo go >gate
wait $pid || fail "the build failed"
asks 'wait | emit exit runs' <<'END'
0	1
END

# A build that was killed.
write a three
rm -f started
ronin wait b >"$SCENARIO_LOGS/background" 2>&1 &
pid=$!
tries=0
while [ ! -e started ] && [ $tries -lt 400 ]; do
    sleep 0.02
    tries=$((tries + 1))
done
kill -KILL $pid
wait $pid 2>/dev/null || true
asks 'wait | emit state' <<'END'
dirty
END
asks 'c | deps | sources' <<'END'
a
END

# A tree that cannot be written, by somebody whom that stops.
rm -f gate
run=
if [ "$(id -u)" = 0 ]; then
    command -v setpriv >/dev/null || exit 0
    run="setpriv --bounding-set=-dac_override"
fi
trap 'chmod -R u+w .' EXIT
chmod -R a-w .
# shellcheck disable=SC2086
$run ronin q 'c | deps | count' >"$SCENARIO_LOGS/count" \
    2>"$SCENARIO_LOGS/err" </dev/null || {
    cat "$SCENARIO_LOGS/err"
    fail "no answer in a read-only tree"
}
chmod -R u+w .
assert_equal "$(cat "$SCENARIO_LOGS/count")" 3
