# SPDX-License-Identifier: MIT
# INT, TERM and HUP while ronin itself computes: a function of a step, a list
# of paths without end, a function that the snapshot names (the build file is
# evaluated then), an evaluation in the middle of the build, and the first one.
. "$TESTS/lib/build.sh"
. "$TESTS/build/faults/lib.sh"
needs_signals

many=100000000000000

# interrupt SIGNAL STATUS: as soon as `started` is there, and a moment later,
# so that ronin computes by then.
interrupt()
{
    start_build --fuel "$many" -k 0 -j 2
    wait_for started
    sleep 0.2
    kill -s "$1" "$BUILD"
    SECONDS=0
    end_build "$2"
    [ "$SECONDS" -lt 10 ] || fail "took $SECONDS s"
    assert_output interrupted
    assert_lacks "$OUTPUT" FAILED
    assert_absent out after
    assert_no_process
}

write build.magma <<'MAGMA'
(action :outputs ["out"]
  :rule [{:command ["touch" "started"]}
         {:transformer (fn [_] (loop [] (recur)))} {:write "out"}])
(action :outputs ["after"] :inputs {:ifchanged ["out"]}
  :rule {:command ["cp" "out" "after"]})
(action :outputs ["other"]
  :rule [{:command ["true"]} {:transformer (fn [_] (loop [] (recur)))}
         {:write "other"}])
MAGMA
interrupt INT 130
interrupt TERM 143
interrupt HUP 129
edit build.magma 's/(loop \[\] (recur))/"done"/'
ronin_ok
assert_file after done

write build.magma <<'MAGMA'
(def names (dynout
  :rule [{:command ["touch" "started"]}
         {:transformer (fn [_] (iterate str "a"))}]))
(action :outputs ["out"] :inputs {:ifwritten names}
  :rule {:command ["touch" "out"]})
MAGMA
rm -f out after
interrupt TERM 143

# The dynout gives another value: the build file is evaluated again.
write list in
write in one
write build.magma <<'MAGMA'
(def names (dynout :inputs {:ifchanged ["list"]}
  :rule [{:command ["touch" "started"]} {:read "list"}
         {:transformer str/split-lines}]))
(when (= "two" (first names)) (loop [] (recur)))
(action :outputs ["out"] :inputs {:ifwritten names}
  :rule {:command ["touch" "out"]})
MAGMA
ronin_ok
rm -f out
write list two
interrupt INT 130
write list in
ronin_ok
assert_file out

# Nothing has begun in the first evaluation: the signal does what it does to
# any program, and the next build is as any other.
write build.magma '(loop [] (recur))'
for signal in INT TERM HUP; do
    start_build --fuel "$many"
    sleep 0.2
    kill -s "$signal" "$BUILD"
    end_build "$((128 + $(kill -l "$signal")))"
done
write build.magma '(action :outputs ["o"] :rule {:command ["touch" "o"]})'
ronin_ok
assert_file o
