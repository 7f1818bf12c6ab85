# SPDX-License-Identifier: MIT
# Names with bytes that mean something to a format, or are no text at all, are
# read back by the parsers of each format as they were.
. "$TESTS/lib/build.sh"
python3 - <<'EOF'
names = [b"plain", b"sp ace", b"quo\"te", b"apo'strophe", b"back\\slash",
         b"</script><b>", b"new\nline", b"tab\there", b"esc\x1b[31mred",
         b"bell\x07", b"bad\xff\xfeutf8", b"\xc3\xa9t\xc3\xa9", b"\xc2\x9bc1",
         b"$'quoted'", b"-dash", b"#hash;", b"a,b", b"(x)", b"`tick`"]
def ninja(name):
    return (name.replace(b"$", b"$$").replace(b" ", b"$ ").replace(b":", b"$:")
            .replace(b"\n", b"$\n"))
usable = [n for n in names if b"\n" not in n]
with open("build.ninja", "wb") as f:
    f.write(b"rule make\n  command = touch -- $out\n")
    for name in usable:
        f.write(b"build " + ninja(name) + b": make\n")
open("names", "wb").write(b"\0".join(sorted(usable)))
EOF
ronin_ok

ronin query 'all' -o nul >answer
python3 - <<'EOF'
names = open("names", "rb").read().split(b"\0")
found = open("answer", "rb").read().split(b"\0")[:-1]
assert sorted(found) == names, (found, names)
EOF

ronin query 'all | emit path outputs' -o json >answer
python3 - <<'EOF'
import base64, json
names = open("names", "rb").read().split(b"\0")
rows = json.loads(open("answer", "rb").read().decode("utf-8"))
def bytes_of(row, name):
    lossy = row.get(name + "_b64")
    return base64.b64decode(lossy) if lossy else row[name].encode()
assert sorted(bytes_of(row, "path") for row in rows) == names
lists = [row.get("outputs_b64") for row in rows]
assert [base64.b64decode(l[0]) for l in lists if l] == [b"bad\xff\xfeutf8"], lists
EOF

# Text is what a shell reads back: bash knows $'...'.
ronin query 'all' >answer
[ "$(wc -l <answer)" = "$(tr '\0' '\n' <names | awk 'END { print NR }')" ] ||
    fail "a name takes more than its line"
grep -q $'\x1b' answer && fail "an escape sequence got through"
while IFS= read -r line; do
    case $line in
        "\$'"*) eval "printf '%s\\0' $line" ;;
        *) printf '%s\0' "$line" ;;
    esac
done <answer >read
python3 - <<'EOF'
names = open("names", "rb").read().split(b"\0")
found = open("read", "rb").read().split(b"\0")[:-1]
assert sorted(found) == names, (sorted(found), names)
EOF

ronin query 'all' -o edn >answer
ronin eval -e '(count (clojure.edn/read-string (slurp "answer")))' >read
[ "$(cat read)" = "$(tr '\0' '\n' <names | awk 'END { print NR }')" ] ||
    fail "the language reads $(cat read) names"

# The script makes them all again.
ronin query 'all' -o sh >script
tr '\0' '\n' <names >list
python3 -c 'import os
for n in open("names","rb").read().split(b"\0"): os.remove(b"./" + n)'
sh script
python3 - <<'EOF'
import os
for name in open("names", "rb").read().split(b"\0"):
    assert os.path.exists(b"./" + name), name
EOF

ronin query 'all' -o mermaid >answer
python3 - <<'EOF'
import re
text = open("answer", "rb").read().decode("utf-8")
names = open("names", "rb").read().split(b"\0")
labels = re.findall(r'^  n\d+[\[(]"([^"]*)"[\])]$', text, re.M)
assert len(labels) == len(names), text
assert not re.search(r"[<>`]", "".join(labels)), labels
EOF

if command -v dot >/dev/null; then
    ronin query 'all' -o dot | dot -Tsvg >drawing || fail "dot refuses it"
    [ "$(grep -c 'class="node"' drawing)" = "$(wc -l <list)" ] ||
        [ "$(grep -c 'class="node"' drawing)" = $(($(wc -l <list) + 1)) ] ||
        fail "dot draws another number of nodes"
fi
