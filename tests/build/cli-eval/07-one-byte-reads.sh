# SPDX-License-Identifier: MIT
# Text that comes byte by byte, with characters in parts, is the same text:
# from a pipe as standard input, as a file, and at the prompt.
. "$TESTS/lib/build.sh"

write program.magma <<'EOT'
; Zeichen aus mehreren Bytes: ä € 😀
(defn größe [s] (count s))
(println (größe "ä€😀") #{\€} :ключ 'λ "a
b")
(println #"ü+" 1.5e3 #_(left out) [1 2N 3/4] {:a "}"})
(prn (slurp "other"))
EOT
write other <<'EOT'
zwei Zeilen
mit 😀
EOT

cat >slowly.py <<'EOT'
import os, sys
with open(sys.argv[1], "rb") as text:
    for byte in text.read():
        os.write(1, bytes([byte]))
EOT

ronin eval program.magma >whole 2>&1
grep -q '^3 #{€} :ключ λ a' whole || fail "$(cat whole)"
python3 slowly.py program.magma | ronin eval - >piped 2>&1
cmp whole piped

mkfifo fifo
python3 slowly.py program.magma >fifo &
ronin eval fifo >from-fifo 2>&1
wait
cmp whole from-fifo

# At the prompt every form is read when it is whole.
ronin repl <program.magma >typed 2>&1
python3 slowly.py program.magma | ronin repl >typed-slowly 2>&1
cmp typed typed-slowly
grep -q '^3 #{€} :ключ λ a' typed || fail "$(cat typed)"

# What is laid out, too.
ronin fmt - <program.magma >laid-out
python3 slowly.py program.magma | ronin fmt - >laid-out-slowly
cmp laid-out laid-out-slowly
