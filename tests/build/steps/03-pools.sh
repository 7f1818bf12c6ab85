# SPDX-License-Identifier: MIT
# -j, pools, the console, -k: how many run at once, and what happens after a
# failure.
. "$TESTS/lib/build.sh"

# Each action writes + when it begins and - when it ends.
cat >step <<'END'
#!/bin/sh
echo + >>log
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do :; done
cat step >/dev/null; cat step >/dev/null
echo - >>log
touch "$1"
END
chmod +x step

# most FILE: how many ran at once.
most()
{
    awk '/\+/ { n++; if (n > most) most = n } /-/ { n-- }
         END { print most; exit n != 0 }' "$1" || fail "more ends than beginnings"
}

write build.magma <<'END'
(pool "two" 2)
(def one (pool "one" 1))
(defn run [name pool]
  (action :outputs [name] :pool pool :rule {:command ["./step" name]}))
(def twos (mapv #(run (str "two" %) "two") (range 8)))
(def ones (mapv #(run (str "one" %) one) (range 4)))
(def consoles (mapv #(run (str "console" %) :console) (range 3)))
(def frees (mapv #(run (str "free" %) nil) (range 6)))
(group "twos" twos) (group "ones" ones) (group "consoles" consoles) (group "frees" frees)
END
for pool in twos:2 ones:1 consoles:1 frees:4; do
    rm -f log
    ronin_ok -j4 ":${pool%:*}"
    [ "$(most log)" -le "${pool#*:}" ] || fail "$pool: $(most log) at once"
done
rm -f log two? free?
ronin_ok -j1
assert_equal "$(most log)" 1
ronin_ok
assert_ran

# A new depth or pool is no reason to run anything.
edit build.magma 's/"two" 2/"two" 3/'
ronin_ok
assert_ran

# -k: after the first failure nothing starts; -k N goes on until N failed.
write build.magma <<'END'
(doseq [i (range 6)]
  (action :outputs [(str "bad" i)] :rule {:command ["false"]}))
(action :outputs ["behind"] :inputs {:ifwritten ["bad0"]} :rule {:command ["true"]})
(action :outputs ["good"] :rule {:command ["touch" "good"]})
END
ronin_fails 1 -j1
assert_output '1 failed'
ronin_fails 1 -j1 -k3
assert_output '3 failed'
ronin_fails 1 -j1 -k 100
assert_output '6 failed' '1 not run because of them (behind)' '1 ok'
assert_file good
rm good
ronin_fails 1 -k0
assert_output '6 failed'
assert_file good

# The console is the terminal, and the output is not held back.
write build.magma <<'END'
(action :outputs ["tty"] :pool "console"
        :rule {:command ["sh" "-c" "test -t 1 && echo yes >tty || echo no >tty; echo seen"]})
END
ronin_ok
assert_file tty no
assert_output seen
rm tty
script -qec ronin typescript >/dev/null </dev/null
assert_file tty yes
