# SPDX-License-Identifier: MIT
# A configure step in Python writes a build file, ronin builds it, and runs
# the step again when a source comes.
. "$TESTS/lib/build.sh"
. "$TESTS/build/magma_syntax/lib.bash"

write configure.py <<'PY'
import glob
from magma_syntax import Writer, kw, raw, sym

with open("build.magma", "w", encoding="utf-8") as out:
    w = Writer(out)
    w.comment("Written by configure.py.")
    w.pool("few", 1)
    w.defn("copy", ["vars"], {kw("command"): ["cp", w.var("in"),
                                              w.var("out")]})
    made = []
    for source in sorted(glob.glob("src/*")):
        made.append("out/" + source[4:])
        w.action(outputs=[made[-1]], rule=sym("copy"), pool="few",
                 inputs={"ifchanged": [source]})
    w.dynout("listed", [{kw("read"): "list"},
                        {kw("transformer"): sym("str/split-lines")}],
             inputs={"ifchanged": ["list"]})
    w.action(outputs=["joined"], inputs={"ifchanged": sym("listed")},
             rule=raw('(fn [vars] {:command ["cat" (:in vars)]'
                      ' :stdout "joined"})'))
    w.group("default", made + ["joined"])
    w.defn("comes-or-goes?", ["event"], raw("(not= :modified (:kind event))"))
    w.action(outputs=["build.magma"], generator=True,
             rule={kw("command"): ["python3", "configure.py"],
                   kw("env"): {"PYTHONPATH": raw("(str pythonpath)")}},
             inputs={"watch": {"src": sym("comes-or-goes?")}},
             implicit={"ifchanged": ["configure.py"]})
PY
edit configure.py "s|raw(\"(str pythonpath)\")|\"$PYTHONPATH\"|"
mkdir src
write 'src/a "quoted" name' one
write 'src/dollar$name' two
write list 'out/a "quoted" name' 'out/dollar$name'
python3 configure.py

ronin_ok
assert_file joined $'one\ntwo'
ronin_ok
assert_ran
write src/late three
ronin_ok
assert_ran build.magma out/late
write list 'out/late'
ronin_ok
assert_file joined three
ronin_ok
assert_ran
