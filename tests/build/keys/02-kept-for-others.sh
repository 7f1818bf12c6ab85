# SPDX-License-Identifier: MIT
# :run, :trace and :cost say nothing of what an action makes: they are checked
# and kept, and changing them builds nothing.
. "$TESTS/lib/build.sh"

write build.magma <<'END'
(action :outputs ["server"] :inputs {:ifchanged ["in"]}
        :run ["./server" "-p" 8080]
        :trace :warn
        :cost 4
        :rule {:command ["cp" "in" "server"]})
END
write in one
ronin_ok
assert_ran server
edit build.magma 's/8080/9090/; s/:warn/{:level :error :allow [{:path "x"}]}/; s/:cost 4/:cost 5/'
ronin_ok
assert_ran
edit build.magma 's/:run .*/:run {:argv ["server"] :restart :signal}/'
ronin_ok
assert_ran
