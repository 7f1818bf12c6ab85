# SPDX-License-Identifier: MIT
# ^C goes to the console and to ronin at once. Where the end of the command was heard
# of before the signal, the action had failed, and the build ended with 1.
. "$TESTS/lib/build.sh"
write build.magma <<'END'
(action :outputs ["out"] :pool "console" :rule {:command ["sh" "end"]})
(action :outputs ["after"] :inputs {:ifchanged ["out"]} :rule {:command ["cp" "out" "after"]})
END
# When it goes on, both wait for ronin: its own signal, and that the command ended.
write end <<'END'
echo partial >out
kill -STOP "$PPID"
kill -INT "$PPID"
(sleep 0.2; kill -CONT "$PPID") >/dev/null 2>&1 </dev/null &
exit 1
END
ronin_fails 130 -j1
assert_lacks "$OUTPUT" FAILED
assert_absent out after
write end 'echo whole >out'
ronin_ok -j1
assert_ran out after
assert_file after whole
# A command that fails by itself has failed.
write end 'exit 1'
rm out
ronin_fails 1 -j1
assert_output FAILED
