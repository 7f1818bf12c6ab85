# SPDX-License-Identifier: MIT
# str/normalize gives the normal forms that Python gives, for every character
# that is made of others and for rows of marks in any order.
. "$TESTS/lib/build.sh"

python3 - <<'EOT'
import random
import sys
import unicodedata as u

random.seed("normal forms")
# What Python's tables do not know yet, another version may.
known = [chr(c) for c in range(0x80, 0x30000)
         if not 0xd800 <= c < 0xe000 and u.category(chr(c)) != "Cn"]
marks = [c for c in known if u.combining(c)]
made = [c for c in known if u.decomposition(c) or 0xac00 <= ord(c) < 0xac10]
texts = made[:]
for _ in range(4000):
    texts.append("".join(random.choice(random.choice((marks, marks, made, "aeK")))
                         for _ in range(random.randrange(1, 9))))
texts.append("a" + "".join(random.choice(marks) for _ in range(3000)))
texts.append("\u1100\u1161\u11a8 \uac00\u11a8 \u1100\u1161")
open("texts", "w", encoding="utf-8").write("\n".join(texts))
for form in "nfc", "nfd", "nfkc", "nfkd":
    with open(form, "w", encoding="utf-8") as out:
        for text in texts:
            print(u.normalize(form.upper(), text), file=out)
EOT
write forms.magma <<'EOT'
(doseq [form [:nfc :nfd :nfkc :nfkd]]
  (spit (str "our-" (name form))
        (apply str (map (fn [text] (str (str/normalize text form) "\n"))
                        (str/split (slurp "texts") #"\n")))))
EOT
ronin_ok eval forms.magma
for form in nfc nfd nfkc nfkd; do
    cmp "$form" "our-$form" || fail "$form differs"
done
