# SPDX-License-Identifier: MIT
# That another build is waited for is said at once, and told as what takes long.
. "$TESTS/lib/build.sh"

write build.magma <<'END'
(action :outputs ["a"] :inputs {:ifwritten ["in"]}
  :rule {:command ["sh" "-c" "touch began; until [ -e go ]; do sleep 0.02; done; cp in a"]})
END
touch in

ronin --quiet &
until [ -e began ]; do sleep 0.02; done
(CI=1 ronin >second 2>&1) &
deadline=$((SECONDS + 30))
until grep -q '^waiting for another build$' second; do
    [ $SECONDS -lt $deadline ] || fail "silent: $(cat second)"
    sleep 0.02
done
assert_contains "$(cat second)" 'ronin: waiting for process '
touch go
wait
assert_contains "$(cat second)" 'up to date (1 action, '
