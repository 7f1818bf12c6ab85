# SPDX-License-Identifier: MIT
# One read of the disk fails. The database was taken for damaged and begun anew,
# and a clean dynout whose value could not be read ended in an assertion.
. "$TESTS/lib/build.sh"

use_shim

write build.magma <<'EOF'
(def listed (dynout :inputs {:ifchanged ["list"]}
                    :rule [{:read "list"} {:transformer str/split-lines}]))
(action :outputs ["out"] :inputs {:ifchanged listed}
        :rule (fn [vars] {:command ["cat" (:in vars)] :stdout "out"}))
EOF
write list a
write a one
ronin_ok
for n in $(seq 0 3 90); do
    echo "$n" >a
    STATUS=0
    OUTPUT=$(LD_PRELOAD=$shim FAULT=$n:EIO ronin 2>&1) || STATUS=$?
    case $STATUS in
    0) assert_file out "$n" ;;
    1 | 3 | 4) [ -n "$OUTPUT" ] || fail "$n: no word" ;;
    *) fail "$n: ended with $STATUS: $OUTPUT" ;;
    esac
    assert_lacks "$OUTPUT" 'could not be read'
    ronin_ok
    assert_file out "$n"
done
