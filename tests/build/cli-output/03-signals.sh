# SPDX-License-Identifier: MIT
# A signal ends the build with 128+n, and leaves nothing half done.
. "$TESTS/lib/build.sh"

write build.magma <<'END'
(action :outputs ["slow"]
  :rule {:command ["sh" "-c" "echo half >slow; touch started; exec sleep 30"]})
END

interrupted()
{
    rm -f started slow
    ronin --events events >output 2>&1 &
    local pid=$!
    while [ ! -e started ]; do
        kill -0 "$pid" || fail "ronin ended early: $(cat output)"
    done
    kill "-$1" "$pid"
    STATUS=0
    wait "$pid" || STATUS=$?
    assert_equal "$STATUS" "$2"
    assert_absent slow
    assert_contains "$(tail -n 1 events)" '"status":"interrupted"'
    assert_contains "$(tail -n 1 events)" "\"exit\":$2"
    assert_contains "$(cat output)" interrupted
}

interrupted TERM 143
interrupted HUP 129
