# SPDX-License-Identifier: MIT
# What has no meaning in Magma is refused when it is written, and not when the
# file is read.
. "$TESTS/lib/build.sh"
. "$TESTS/build/magma_syntax/lib.bash"

python <<'PY' || fail "see above"
import io
from magma_syntax import Writer, call, kw, sym

def refuses(error, body):
    w = Writer(io.StringIO())
    try:
        body(w)
    except error:
        return
    raise SystemExit("not refused: %s" % w.output.getvalue())

for name in ["", "a b", "a)", '"', "a;b", ":a", "#a", "a,b", "a\\b"]:
    refuses(ValueError, lambda w: kw(name))
    refuses(ValueError, lambda w: sym(name))
    refuses(ValueError, lambda w: w.define(name, 1))
    refuses(ValueError, lambda w: w.defn("f", [name], 1))
    refuses(ValueError, lambda w: call(name, 1))
    refuses(ValueError, lambda w: w.require(name, "a"))
refuses(ValueError, lambda w: w.define("x", "\udc80"))
refuses(TypeError, lambda w: w.define("x", object()))
refuses(TypeError, lambda w: w.define("x", [1, {"a": b"bytes"}]))
PY
