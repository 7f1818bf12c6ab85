# SPDX-License-Identifier: MIT
# Names that Magma can make and ninja cannot, with newlines above all: each format
# is read by a parser that others wrote, and gives every name back.
. "$TESTS/lib/build.sh"
write names.py <<'EOF'
NAMES = [
    "plain", "sp ace", 'quo"te', "apo'strophe", "back\\slash", "</script><b>",
    "new\nline", "two\r\nlines", "tab\there", "esc\x1b[31mred", "bell\x07",
    "del\x7f", "\u00e9t\u00e9", "\u2028sep", "\u009bc1", "\U0001f600",
    "$'quoted'", "-dash", "#hash;", "a,b", "(x)", "`tick`", "\\n", "\\l", "&amp;",
    "%s%n", "{rec|ord}", 'q]"]x', "$HOME", "~home", "a=b", "semi;rm", "end\\",
]


def quoted(name):
    """As Magma writes it."""
    text = ""
    for c in name:
        if c in '"\\':
            text += "\\" + c
        else:
            text += c if " " <= c < "\x7f" or c > "\x9f" else f"\\u{ord(c):04x}"
    return f'"{text}"'
EOF
python3 - <<'EOF'
from names import NAMES, quoted
with open("build.magma", "w", encoding="utf-8") as f:
    f.write('(defn touch [v] {:command ["touch" (str "./" (:out v))]})\n')
    for name in NAMES:
        f.write(f'(action :outputs [{quoted(name)}]'
                ' :inputs {:ifwritten ["src.c"]} :rule touch)\n')
with open("names.magma", "w", encoding="utf-8") as f:
    f.write("[" + " ".join(map(quoted, NAMES)) + "]")
EOF
write src.c
ronin_ok

python3 - <<'EOF'
import json
import os
import re
import shutil
import subprocess
from names import NAMES

WANTED = sorted(NAMES)


def ask(query, form):
    return subprocess.run(["ronin", "query", query, "-o", form], check=True,
                          stdout=subprocess.PIPE).stdout


rows = json.loads(ask("actions | emit path outputs argv inputs", "json"))
assert sorted(row["path"] for row in rows) == WANTED
for row in rows:
    assert row["outputs"] == [row["path"]] and row["inputs"] == ["src.c"], row
    assert row["argv"] == ["touch", "./" + row["path"]], row
lines = ask("actions", "jsonl").split(b"\n")
assert sorted(json.loads(line)["path"] for line in lines if line) == WANTED
assert sorted(ask("actions", "nul").decode().split("\0")[:-1]) == WANTED
units = json.loads(ask("actions", "compdb"))
assert sorted(unit["output"] for unit in units) == WANTED

# A shell reads the lines of text and the script.
text = ask("actions", "text").decode()
assert len(text.split("\n")) == len(NAMES) + 1
assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", text)
tree = ask("all", "tree").decode()
assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", tree)
for shell in filter(shutil.which, ("bash", "zsh", "ksh", "mksh")):
    read = [subprocess.run([shell, "-c", f"printf %s {line}"], check=True,
                           stdout=subprocess.PIPE).stdout.decode()
            if line.startswith("$'") else line
            for line in text.split("\n")[:-1]]
    assert sorted(read) == WANTED, (shell, read)
for name in NAMES:
    os.remove("./" + name)
script = ask("actions", "sh")
subprocess.run(["sh"], input=script, check=True)
for name in NAMES:
    os.remove("./" + name)
lines = ask("actions | emit command", "nul").split(b"\0")[:-1]
for line in lines:
    subprocess.run(["sh", "-c", line], check=True)
for name in NAMES:
    assert os.path.exists("./" + name), name
EOF

ronin query 'actions' -o edn >answer
ronin eval -e '(= (set (map :path (clojure.edn/read-string (slurp "answer"))))
                  (set (clojure.edn/read-string (slurp "names.magma"))))' >read
assert_equal "$(cat read)" true

# What is not spelled out for a terminal is in the drawing as it is.
command -v dot >/dev/null || exit 0
ronin query all -o dot | dot -Tsvg >drawing.svg ||
    fail "dot refuses it"
python3 - <<'EOF'
import xml.etree.ElementTree as tree
from names import NAMES
SVG = "{http://www.w3.org/2000/svg}"
shown = ["".join(text.text or "" for text in node.findall(SVG + "text"))
         for node in tree.parse("drawing.svg").iter(SVG + "g")
         if node.get("class") == "node"]
assert len(shown) == len(NAMES) + 1, shown
for name in NAMES:
    spelled = name.startswith("$'") or any(c < " " or "\x7e" < c < "\xa0"
                                           for c in name)
    assert spelled or name in shown, (name, shown)
EOF
