# SPDX-License-Identifier: MIT
# The system gives no more processes, or no more descriptors, for a while: the build
# goes on with fewer, says so, and ends well.
. "$TESTS/lib/build.sh"
use_shim

write build.magma <<'EOF'
(doseq [n (range 12)]
  (action :outputs [(str "x" n)] :inputs {:ifwritten ["in"]}
          :rule (fn [vars] {:command ["sh" "-c" (str "sleep 0.02; cp in " (:out vars))]})))
EOF
write in one
for kind in AGAIN NOMEM; do
    for n in 1 2 5 11; do
        echo "$kind $n" >in
        OUTPUT=$(LD_PRELOAD=$shim FAULT=$n:$kind ronin -j4 2>&1) ||
            fail "$kind $n: $OUTPUT"
        assert_output 'the system gives no more processes' 'built: 12 ran'
        assert_file x11 "$kind $n"
        ronin_ok
        assert_ran
    done
done

# With the very first one there is nobody to wait for: it is tried again.
for kind in AGAIN NOMEM; do
    echo "$kind first" >in
    OUTPUT=$(LD_PRELOAD=$shim FAULT=0:$kind ronin -j1 2>&1) ||
        fail "$kind: $OUTPUT"
    assert_file x0 "$kind first"
done

# No descriptors, three times in a row, wherever that is.
for n in $(seq 0 7 90); do
    echo "files $n" >in
    STATUS=0
    OUTPUT=$(LD_PRELOAD=$shim FAULT=$n:EMFILE ronin -j4 2>&1) || STATUS=$?
    case $STATUS in
    0) assert_file x7 "files $n" ;;
    1 | 3 | 4) [ -n "$OUTPUT" ] || fail "$n: ended with $STATUS and said nothing" ;;
    *) fail "$n: ended with $STATUS: $OUTPUT" ;;
    esac
    ronin_ok
    assert_file x7 "files $n"
    ronin_ok
    assert_ran
done
