# SPDX-License-Identifier: MIT
# A dry run tells all that is known of why an action would run, also where
# something before it would run as well.
. "$TESTS/lib/build.sh"

# reasons ACTION: code and subject of each, sorted.
reasons()
{
    python3 - "$EVENTS" "$1" <<'END' | LC_ALL=C sort | tr '\n' ' '
import json, sys
for line in open(sys.argv[1], encoding="utf-8"):
    event = json.loads(line)
    if event["type"] == "action.start" and event["path"] == sys.argv[2]:
        for why in event["why"]:
            print(why["code"] + ":" + why.get("subject", ""))
END
}

write build.magma <<'EOF'
(action :outputs ["a"] :inputs {:ifwritten ["in"]} :rule {:command ["cp" "in" "a"]})
(action :name "check" :outputs [] :inputs {:ifwritten ["in"]} :rule {:command ["true"]})
(action :outputs ["b"] :inputs {:ifwritten ["a" "other" check]} :env ["LEVEL"]
        :rule {:command ["cp" "a" "b"]})
(action :outputs ["new"] :inputs {:ifwritten ["a"]} :rule {:command ["cp" "a" "new"]})
EOF
write in one
write other one
ronin_ok a b
write in two
ronin_ok -n --explain
assert_equal "$(reasons b)" 'input-changed:check input-written:a '
assert_equal "$(reasons new)" 'never-built: '
write other two
rm a b
LEVEL=9 ronin_ok -n --explain
assert_equal "$(reasons a)" 'input-written:in output-missing:a '
assert_equal "$(reasons b)" \
    'env-changed:LEVEL input-changed:check input-written:a input-written:other output-missing:b '
# What was foretold runs, for these reasons, but for the inputs that come out
# the same.
LEVEL=9 ronin_ok
assert_ran a check b new
assert_contains "$(reasons b)" env-changed:LEVEL
assert_contains "$(reasons b)" input-written:other

# Only of what would be made anew, and not for the sake of an order; what was
# discovered is a reason as well. A phony action that nothing before it touches
# makes nobody run.
write build.magma <<'EOF'
(action :outputs ["a"] :inputs {:ifwritten ["in"]} :rule {:command ["cp" "in" "a"]})
(action :outputs ["still"] :inputs {:ifwritten ["other"]} :rule {:command ["cp" "other" "still"]})
(action :outputs ["order"] :inputs {:ifwritten ["in"]} :rule {:command ["cp" "in" "order"]})
(action :outputs ["valid"] :inputs {:ifwritten ["in"]} :rule {:command ["cp" "in" "valid"]})
(action :outputs ["b"] :inputs {:ifwritten ["a" "still"]} :order-only ["order"]
        :validations ["valid"] :rule {:command ["cp" "a" "b"]})
(action :outputs ["found"] :inputs {:ifwritten ["other"]} :depfile "found.d"
        :rule {:command ["sh" "-c" "cp a found; echo found: a >found.d"]})
(action :outputs ["both"] :phony true :inputs {:ifwritten ["still"]})
(action :outputs ["user"] :inputs {:ifwritten ["both"]} :rule {:command ["touch" "user"]})
EOF
ronin_ok a
ronin_ok
ronin_ok
assert_ran
write in three
ronin_ok -n
assert_ran a order valid b found
assert_equal "$(reasons b)" 'input-written:a '
assert_equal "$(reasons found)" 'input-written:a '
ronin_ok
assert_ran a order valid b found
edit build.magma 's/:phony true :inputs {:ifwritten \["still"\]}/:phony true :inputs {:ifwritten ["still" "other"]}/'
ronin_ok -n
assert_ran
ronin_ok
assert_ran
