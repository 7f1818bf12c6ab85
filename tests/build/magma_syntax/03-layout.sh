# SPDX-License-Identifier: MIT
# The same calls give the same bytes, sets included; lines stay within 78
# columns where a value can be broken; keys keep the order of the caller.
. "$TESTS/lib/build.sh"
. "$TESTS/build/magma_syntax/lib.bash"

write writer.py <<'PY'
import sys
from magma_syntax import Writer, kw, sym
w = Writer(sys.stdout)
w.comment("first line\nsecond line\n")
w.newline()
w.require("a.b-c", "b")
w.pool("link", 2)
w.define("names", {"n%02d" % i for i in range(40)})
w.define("deep", {"outer": {"inner": ["word%d" % i for i in range(60)],
                            "flat": list(range(100))}})
w.defn("cc", ["vars"], {kw("command"): ["cc", w.var("in"), "-o",
                                        w.var("out")]})
w.action(outputs=["a.o"], rule=sym("cc"), inputs={"ifwritten": ["a.c"]},
         order_only=["gen.h"], implicit_outputs=["a.su"], depfile="a.d",
         deps=kw("gcc"), keep_on_fail=True, vars={"z": 1, "a": 2})
w.action(name="all-day", inputs="always", rule=sym("cc"))
w.dynout("found", [{kw("read"): "list"}], inputs={"ifchanged": ["list"]},
         env=["CC"])
w.group("all", ["a.o", sym("found")])
w.form(w.var("in"))
PY

PYTHONHASHSEED=1 python3 writer.py >one
PYTHONHASHSEED=2 python3 writer.py >two
cmp one two || fail "the bytes depend on the hash seed"
[ "$(LC_ALL=C.UTF-8 awk 'length > 78' one | wc -l)" = 0 ] ||
    fail "a line is too long: $(awk 'length > 78' one)"
head -n 4 one >head
assert_file head $'; first line\n; second line\n;'
sed -n '/^(action/,$p' one >tail
assert_file tail '(action
  :outputs ["a.o"]
  :rule cc
  :inputs {:ifwritten ["a.c"]}
  :order-only ["gen.h"]
  :implicit-outputs ["a.su"]
  :depfile "a.d"
  :deps :gcc
  :keep-on-fail true
  :vars {:z 1 :a 2})
(action
  :name "all-day"
  :outputs []
  :rule cc
  :inputs :always)
(def found
  (dynout :inputs {:ifchanged ["list"]} :env ["CC"] :rule [{:read "list"}]))
(group "all"
  ["a.o" found])
(:in vars)'
