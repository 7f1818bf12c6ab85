# SPDX-License-Identifier: MIT
# --fail-fast ends what runs; without it what runs is waited for. -k N counts in
# both cases.
. "$TESTS/lib/build.sh"
. "$TESTS/build/faults/lib.sh"

write build.magma <<'END'
(action :outputs ["long"]
  :rule {:command ["sh" "-c" "trap 'touch asked; exit 1' TERM; echo half >long; touch started; while [ -e hold ]; do sleep 0.01; done; echo whole >long"]})
(action :outputs ["bad"]
  :rule {:command ["sh" "-c" "until [ -e started ]; do sleep 0.01; done; exit 3"]})
END
touch hold
ronin_fails 1 -j2 --fail-fast
assert_output '1 failed'
assert_absent long
assert_file asked
assert_no_process
rm hold started
ronin_fails 1 -j2
assert_file long whole
assert_output '1 failed' '1 ok'

# A command that does not listen is killed two seconds later.
write build.magma <<'END'
(action :outputs ["deaf"]
  :rule {:command ["sh" "-c" "trap '' TERM; touch started; while :; do sleep 0.05; done"]})
(action :outputs ["bad"]
  :rule {:command ["sh" "-c" "until [ -e started ]; do sleep 0.01; done; exit 3"]})
END
rm -f started
ronin_fails 1 -j2 --fail-fast
assert_output '1 failed'
assert_no_process

# With -k 2 the second failure ends them.
write build.magma <<'END'
(action :outputs ["long"]
  :rule {:command ["sh" "-c" "touch started; sleep 30; echo whole >long"]})
(doseq [i (range 3)]
  (action :outputs [(str "bad" i)]
    :rule {:command ["sh" "-c" "until [ -e started ]; do sleep 0.01; done; exit 3"]}))
END
rm -f started long
ronin_fails 1 -j2 -k2 --fail-fast
assert_output '2 failed'
assert_absent long

# One at a time: -k N is how many may fail, and 0 that any number may.
write build.magma <<'END'
(doseq [i (range 4)]
  (action :outputs [(str "bad" i)] :rule {:command ["sh" "-c" "exit 3"]}))
END
for most in 1 2 3; do
    ronin_fails 1 -j1 -k$most
    assert_equal "$(events action.start path | wc -l)" $most
done
ronin_fails 1 -j1 -k0
assert_equal "$(events action.start path | wc -l)" 4
ronin_fails 1 -j1
assert_equal "$(events action.start path | wc -l)" 1

# -l: with more tasks than that, one command at a time.
write build.magma <<'END'
(doseq [i (range 6)]
  (action :outputs [(str "w" i)]
    :rule {:command ["sh" "-c" "echo + >>log; i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; echo - >>log; touch $0" (str "w" i)]}))
END
ronin_ok -j6 -l1
awk '/\+/ { n++; if (n > 2) bad = 1 } /-/ { n-- } END { exit bad }' log ||
    fail "more at once than -l allows"
ronin_fails 2 -l0
