# SPDX-License-Identifier: MIT
# `cmd` prints what a shell would run to the same effect.
. "$TESTS/lib/build.sh"

write build.magma <<'END'
(action :outputs ["sub/out"] :inputs {:ifchanged ["it's in"]}
  :rule [{:command ["sh" "-c" "cat; echo \"$WORD\" $0 $(ls)" "a b"] :dir "sub"
          :env {"WORD" "two words"} :stdin "it's in" :stdout "sub/out"}
         {:command ["touch" "sub/out"]}])
(action :outputs ["written"] :inputs {:ifchanged ["it's in"]} :rule [{:read "it's in"} {:write "written"}])
END
write "it's in" text
mkdir sub
ronin_ok cmd sub/out
ronin cmd sub/out >commands
assert_equal "$(wc -l <commands)" 2
sh commands
cp sub/out by-hand
ronin_ok sub/out
cmp sub/out by-hand || fail "the shell made something else"

ronin_ok cmd -o json sub/out
printf '%s' "$OUTPUT" | python3 -c '
import json, sys
cmd = json.load(sys.stdin)
first = cmd["commands"][0]
assert first["argv"][3] == "a b" and first["dir"] == "sub", cmd
assert first["env"] == {"WORD": "two words"}, cmd
assert first["stdin"] == "it\u0027s in", cmd
assert len(cmd["commands"]) == 2, cmd
'
ronin_ok cmd written
assert_output '# written runs no command'
ronin_fails 2 cmd
assert_output 'ronin cmd needs a target'
ronin_fails 2 cmd "it's in"
assert_output 'no action makes'
