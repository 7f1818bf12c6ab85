# SPDX-License-Identifier: MIT
# --notify: a terminal is told how a build ended that took its time, and nothing
# else is.
. "$TESTS/lib/build.sh"
write build.magma <<'END'
(action :outputs ["a"] :inputs {:ifwritten ["in"]}
        :rule {:command ["sh" "-c" "sleep 0.01; cp in a"]})
(action :outputs ["b"] :rule {:command ["false"]} :name "bad")
(group "default" "a")
END
write in 1

PYTHONPATH="$TESTS/lib" python3 - <<'END'
from terminal import Terminal


def said(*args, **env):
    with Terminal(["ronin", "build", *args], **env) as t:
        status = t.end()
        return status, [how for how in ("built", "failed")
                        if f"\x1b]9;ronin: {how}\x1b\\" in t.output
                        and f"\x1b]777;notify;ronin;{how}\x1b\\\a" in t.output]


def touch(text):
    with open("in", "w", encoding="utf-8") as file:
        file.write(text)


assert said("--notify", RONIN_NOTIFY_MS="1") == (0, ["built"])
touch("22")
assert said("--notify", "--progress", "line", RONIN_NOTIFY_MS="1") == (0, ["built"])
assert said("--notify", "bad", RONIN_NOTIFY_MS="1") == (1, ["failed"])
touch("333")
assert said("--notify", RONIN_NOTIFY_MS="100000000") == (0, [])
touch("4444")
assert said(RONIN_NOTIFY_MS="1") == (0, [])
touch("55555")
assert said("--notify", RONIN_NOTIFY_MS="1", TERM="dumb") == (0, [])
END

edit in 's/5/6/'
OUTPUT=$(RONIN_NOTIFY_MS=1 ronin build --notify 2>&1)
assert_lacks "$OUTPUT" $'\033'
