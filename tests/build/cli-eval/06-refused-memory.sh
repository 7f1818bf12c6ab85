# SPDX-License-Identifier: MIT
# A process that may have little memory works within it, and ends with an error
# where it is too little: no signal, whatever the size.
. "$TESTS/lib/build.sh"

case $TREE in
*san*) exit 77 ;; # A sanitizer's own map of memory takes terabytes.
esac

write small.magma <<'EOT'
(println (reduce + (map inc (range 1000))))
EOT
write vector.magma <<'EOT'
(println (count (vec (map str (range 3000000)))))
EOT
write grow.magma <<'EOT'
(loop [v []] (recur (conj v (vec (range 1000)))))
EOT
write string.magma <<'EOT'
(loop [s "text"] (recur (str s s)))
EOT
write number.magma <<'EOT'
(loop [n 7N] (recur (* n n)))
EOT
write deep.magma <<'EOT'
(defn f [n] (if (= n 0) 0 (+ 1 (f (dec n)))))
(println (f 900000))
EOT
write caught.magma <<'EOT'
(try (loop [v []] (recur (conj v (vec (range 1000)))))
     (catch Throwable _ (println :rescued)))
EOT

# limited KIB FILE: the status in $status, all output in the file `out`.
limited()
{
    status=0
    (ulimit -v "$1" && exec ronin eval "$2" >out 2>&1) || status=$?
}

for kib in 24000 60000 200000; do
    limited $kib small.magma
    [ "$status" = 0 ] || fail "$kib KiB are not enough: $(cat out)"
    [ "$(cat out)" = 500500 ] || fail "$kib KiB: $(cat out)"
    for file in vector grow string number deep caught; do
        limited $kib $file.magma
        case $status in
        0) ;;
        1) grep -q 'error\[R0110\]' out || fail "$file in $kib: $(cat out)" ;;
        4) [ "$(grep -c 'ronin: out of memory' out)" = 1 ] ||
            fail "$file in $kib: $(cat out)" ;;
        *) fail "$file in $kib ended with $status: $(cat out)" ;;
        esac
        ! grep -q "^:rescued" out || fail "$file in $kib was caught"
    done
done

# A file that does not fit, as a program and as what a program reads.
truncate -s 150M large
write slurp.magma <<'EOT'
(println (count (slurp "large")))
EOT
for file in large slurp.magma; do
    limited 60000 $file
    case $status in
    1) grep -q 'error\[R0110\]' out || fail "$file: $(cat out)" ;;
    4) [ "$(cat out)" = 'ronin: out of memory: the system refused more' ] ||
        fail "$file: $(cat out)" ;;
    *) fail "$file ended with $status: $(cat out)" ;;
    esac
done

# So little that nothing can start says so, too.
limited 6000 small.magma
[ "$status" != 0 ] && [ "$status" -lt 128 ] || fail "ended with $status"

# The reason is told, and what to do.
limited 60000 grow.magma
[ "$status" = 1 ] || fail "ended with $status: $(cat out)"
grep -q 'The system refused more memory' out
grep -q 'help: .*ulimit -v' out
