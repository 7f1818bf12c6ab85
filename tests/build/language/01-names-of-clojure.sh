# SPDX-License-Identifier: MIT
# Every name of clojure.core that is in scope means something, and at least
# one value that Clojure gives is recorded for a form that has it.
. "$TESTS/lib/build.sh"

python3 - "$TESTS" <<'EOF'
import pathlib, re, subprocess, sys

tests = pathlib.Path(sys.argv[1])
lines = (tests / "build/language/names.txt").read_text().splitlines()
names = " ".join(line for line in lines if not line.startswith("#")).split()
assert len(names) > 400, len(names)

names = list(dict.fromkeys(names))

program = """(doseq [n '[%s]]
  (when-not (or (special-symbol? n) (var? (resolve n))) (println n)))
""" % " ".join(names)
pathlib.Path("names.magma").write_text(program)
unknown = subprocess.run(["ronin", "eval", "names.magma"], check=True,
                         capture_output=True, text=True).stdout.split()
assert not unknown, f"mean nothing: {unknown}"

# A refused name is no definition: call each name that is a function.
refused = (tests / "lang/refused.magma").read_text()
refused = {m.group(1) for m in re.finditer(r"^\((\S+) 1\) ;!", refused, re.M)}
assert not refused & set(names), f"refused: {refused & set(names)}"

recorded = 0
used = set()
for path in (tests / "lang").glob("clojure_*.magma"):
    for line in path.read_text().splitlines():
        recorded += bool(re.search(r";(=>|!)", line))
        used |= set(re.findall(r"[^\s()\[\]{}\"`~@^,;#']+'?", line))
silent = [name for name in names if name not in used]
assert not silent, f"no value is recorded for: {silent}"
assert recorded >= 3000, f"only {recorded} values are recorded"
print(recorded)
EOF
