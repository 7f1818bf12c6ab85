# SPDX-License-Identifier: MIT
# Every value of Python becomes the same value of Magma: what is escaped is
# read back as it was.
. "$TESTS/lib/build.sh"
. "$TESTS/build/magma_syntax/lib.bash"

python >values.magma <<'PY'
import sys
from magma_syntax import Writer, call, kw, raw, sym
w = Writer(sys.stdout)
w.define("text", 'quote " backslash \\ line\nreturn\r tab\t bell\x07 del\x7f')
w.define("unicode", "é 😀 \u2028 ü")
w.define("hostile", '") (throw 1) ("')
w.define("numbers", [0, -7, 9223372036854775807, 1.5, -0.25, 1e300])
w.define("atoms", [None, True, False, kw("key"), kw("a/b")])
w.define("nested", {"a": [1, (2, [])], kw("b"): {}, "set": {"y", "x"}})
w.define("sum", call("+", 1, call("inc", 2)))
w.define("code", raw("(map #(* % %) [1 2 3])"))
w.define("alias", sym("sum"))
w.define("long", ["word%03d" % i for i in range(200)])
w.define("windows", "C:\\dir\\new")
w.define("template", "${not} ~@expanded `here` #_")
PY

assert_equal "$(value '(count text)' values.magma)" 48
assert_equal "$(value '(map int (filter #(< (int %) 32) text))' values.magma)" \
    '(10 13 9 7)'
assert_equal "$(value '(re-find #"quote . backslash ." text)' values.magma)" \
    '"quote \" backslash \\"'
assert_equal "$(value unicode values.magma)" $'"é 😀 \u2028 ü"'
assert_equal "$(value hostile values.magma)" '"\") (throw 1) (\""'
assert_equal "$(value numbers values.magma)" \
    '[0 -7 9223372036854775807 1.5 -0.25 1.0E300]'
assert_equal "$(value atoms values.magma)" '[nil true false :key :a/b]'
assert_equal "$(value '(= nested {"a" [1 [2 []]] :b {} "set" #{"x" "y"}})' \
    values.magma)" true
assert_equal "$(value '[sum alias code]' values.magma)" '[4 4 (1 4 9)]'
assert_equal "$(value '[(count long) (last long)]' values.magma)" \
    '[200 "word199"]'
assert_equal "$(value windows values.magma)" '"C:\\dir\\new"'
assert_equal "$(value template values.magma)" '"${not} ~@expanded `here` #_"'
