# SPDX-License-Identifier: MIT
# `ronin graph --html`: one file with all that is needed, whatever names there
# are; what it does in a browser is looked at where Chromium is installed.
. "$TESTS/lib/build.sh"
cat >build.magma <<'EOF'
(defn object [name]
  (action :inputs {:ifwritten [(str "src/" name ".c")]}
          :outputs [(str "obj/" name ".o")]
          :rule (fn [vars]
                  {:command ["sh" "-c" (str "echo 'a warning' && cp src/" name ".c obj/" name ".o")]})))
(def objects (mapv object ["a" "b"]))
(def app (action :inputs {:ifwritten objects} :outputs ["bin/app"]
                 :rule {:command ["cp" "obj/a.o" "bin/app"]}))
(def odd "odd</script><b>\"&'")
(action :inputs {:ifwritten ["bin/app"]} :outputs [odd]
        :rule {:command ["cp" "bin/app" odd]})
(group "all" app odd)
EOF
write src/a.c one
write src/b.c two
ronin_ok all

ronin_ok graph --html graph.html
python3 - <<'EOF'
import json, re
page = open("graph.html", encoding="utf-8").read()
# A parser of HTML ends the element at the first </script, wherever it stands.
data = json.loads(page.split('id="data">', 1)[1].split("</script", 1)[0])
assert data["v"] == 1
names = [node["p"] for node in data["nodes"]]
assert "odd</script><b>\"&'" in names and ":all" in names, names
assert {a["name"]: [names[i] for i in a["in"]] for a in data["actions"]}[
    "bin/app"] == ["obj/a.o", "obj/b.o"]
assert len(data["runs"]) == 4 and all(run["ok"] for run in data["runs"])
assert data["run"]["id"] == 1
assert not re.search(r"(src|href)=|@import|url\(", page), "it links outside"
EOF
# A query makes a page of its rows alone.
ronin_ok graph 'obj/a.o | deps' -o html -w part.html
grep -q 'src/a.c' part.html || fail "the part lacks what it needs"
grep -q 'bin/app' part.html && fail "the part has more than was asked for"

command -v chromium chromedriver >/dev/null || exit 0
# The distribution's own Python has the distribution's selenium.
/usr/bin/python3 -c 'import selenium' 2>/dev/null || exit 0
/usr/bin/python3 "$TESTS/browser/graph_page.py" "$PWD/graph.html" "$PWD/page.png"
[ "$(stat -c %s page.png)" -gt 10000 ] || fail "the picture is empty"
[ -z "${KEEP_PICTURES:-}" ] || cp ./*.png "$KEEP_PICTURES"
