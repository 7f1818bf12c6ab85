# SPDX-License-Identifier: MIT
# Scripts read and write files, take arguments, and find namespaces next to
# them or below --path.
. "$TESTS/lib/build.sh"

write lib/my/words.magma <<'END'
(ns my.words (:require [clojure.string :as str]))
(defn shout [text] (str/upper-case text))
END
write tools/script.magma <<'END'
(ns script (:require [my.words :refer [shout]]))
(let [[from to] *command-line-args*]
  (spit to (shout (slurp from)))
  (spit to "more\n" :append true)
  (println "wrote" to (count *command-line-args*)))
END
write in.txt hello
assert_equal "$(ronin eval --path lib tools/script.magma in.txt out.txt)" \
    'wrote out.txt 2'
assert_file out.txt $'HELLO\nmore'
# Options behind the script are its own.
assert_equal "$(ronin eval --path lib tools/script.magma in.txt -e)" \
    'wrote -e 2'

# Namespaces next to the script.
cp -r lib/my tools/
assert_equal "$(ronin eval tools/script.magma in.txt out.txt)" \
    'wrote out.txt 2'
assert_equal "$(echo '(println (+ 40 2))' | ronin eval -)" 42
assert_equal "$(echo '(println *command-line-args*)' | ronin eval - x)" '[x]'

ronin_fails 2 eval missing.magma
assert_output 'missing.magma'
write bad.magma '(println "before")' '(slurp "no/such/file")'
ronin_fails 1 eval bad.magma
assert_output 'before' 'no/such/file' 'bad.magma:2'
write open.magma '(println "first")' '(defn f ['
ronin_fails 1 eval open.magma
assert_output 'open.magma:2'
write spit.magma '(spit "no/such/folder/file" 1)'
ronin_fails 1 eval spit.magma
assert_output 'Cannot write no/such/folder/file'

# A build file has neither.
write build.magma '(slurp "in.txt")'
ronin_fails 3
assert_output 'slurp' ':read'
