# SPDX-License-Identifier: MIT
# What an action prints is shown as it goes only if it has run for two seconds, only
# while it is alone, and only in whole lines. All three are read off the events, so
# that nothing hangs on how fast the machine is.
. "$TESTS/lib/build.sh"
. "$TESTS/build/faults/lib.sh"

# check_shown COUNT: so many actions at least were shown as they ran.
check_shown()
{
    python3 - "$1" <<'END'
import json, sys
running, shown = {}, set()
for line in open("events", encoding="utf-8"):
    event = json.loads(line)
    if event["type"] == "action.start":
        running[event["id"]] = event["t"]
    elif event["type"] == "action.end":
        del running[event["id"]]
    elif event["type"] == "action.output":
        assert list(running) == [event["id"]], ("not alone", event, running)
        assert event["t"] - running[event["id"]] >= 1_990_000, ("early", event)
        assert event["chunk"].endswith("\n"), ("half a line", event)
        shown.add(event["path"])
assert len(shown) >= int(sys.argv[1]), shown
END
}

# Alone in turn: the second one has two seconds of its own.
write build.magma <<'END'
(action :outputs ["first"]
  :rule {:command ["sh" "-c" "sleep 1.3; touch first"]})
(action :outputs ["second"] :inputs {:ifwritten ["first"]}
  :rule {:command ["sh" "-c" "echo whole; printf 'half of '; until [ -e seen ]; do sleep 0.05; done; echo it; touch second"]})
END
start_build build --events events
until grep -q '"type":"action.output"' events 2>/dev/null; do sleep 0.05; done
touch seen
end_build 0
assert_output $'whole\nhalf of it'
check_shown 1

# One that was alone at first, until a token of the jobserver came for the other.
write build.magma <<'END'
(action :outputs ["long"]
  :rule {:command ["sh" "-c" "echo long; touch started; until [ -e other ]; do sleep 0.05; done; touch long"]})
(action :outputs ["other"]
  :rule {:command ["sh" "-c" "echo other; touch joined; sleep 3; touch other"]})
END
mkfifo tokens
exec 9<>tokens
export MAKEFLAGS="-j2 --jobserver-auth=fifo:$PWD/tokens"
start_build build --events events
wait_for started
printf + >&9
wait_for joined
end_build 0
check_shown 0
