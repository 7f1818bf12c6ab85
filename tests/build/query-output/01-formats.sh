# SPDX-License-Identifier: MIT
# Each format of `ronin query -o`, on one small graph.
. "$TESTS/lib/build.sh"
write build.magma <<'EOF'
(defn object [name]
  (action :inputs {:ifwritten [(str "src/" name ".c")]}
          :outputs [(str "obj/" name ".o")]
          :rule (fn [vars] {:command ["cc" "-c" (:in vars) "-o" (:out vars)]})))
(def objects (mapv object ["a" "b"]))
(def app (action :inputs {:ifwritten objects} :outputs ["bin/app"]
                 :rule (fn [vars] {:command ["cc" (:in vars) "-o" (:out vars)]})))
(action :inputs {:ifwritten ["bin/app"]} :outputs ["notes"]
        :rule {:command ["cp" "bin/app" "notes"]})
(group "all" app "notes")
EOF
write src/a.c 'int f(void) { return 0; }'
write src/b.c 'int f(void); int main(void) { return f(); }'
ronin_ok all

# expect QUERY FORMAT: the answer is what stands on standard input.
expect()
{
    ronin query "$1" -o "$2" >answer || fail "query $1 -o $2 ended with $?"
    cat >wanted
    diff wanted answer || fail "query $1 -o $2"
}

expect 'bin/app | deps' text <<'EOF'
src/a.c
src/b.c
obj/a.o
obj/b.o
bin/app
EOF
expect 'obj/a.o | deps | emit path kind' text <<'EOF'
src/a.c	source
obj/a.o	generated
EOF
expect 'obj/a.o | emit path argv n_inputs' json <<'EOF'
[
{"path":"obj/a.o","argv":["cc","-c","src/a.c","-o","obj/a.o"],"n_inputs":1}
]
EOF
expect 'none' json <<'EOF'
[]
EOF
expect 'actions | count' json <<'EOF'
4
EOF
expect 'bin/app | deps | sources' jsonl <<'EOF'
{"path":"src/a.c"}
{"path":"src/b.c"}
EOF
expect 'obj/a.o | emit path argv n_inputs' edn <<'EOF'
[{:path "obj/a.o" :argv ["cc" "-c" "src/a.c" "-o" "obj/a.o"] :n-inputs 1}]
EOF
expect 'none' edn <<'EOF'
[]
EOF
expect 'bin/app | deps' count <<'EOF'
5
EOF
expect 'actions | count' count <<'EOF'
4
EOF
expect ':all | deps' tree <<'EOF'
:all
├── bin/app
│   ├── obj/a.o
│   │   └── src/a.c
│   └── obj/b.o
│       └── src/b.c
└── notes
    └── bin/app (*)
EOF
# Rows that are not in the answer are gone through only where nothing else can
# stand between: a set with a hole falls into parts.
expect 'actions' tree <<'EOF'
notes
└── bin/app
    ├── obj/a.o
    └── obj/b.o
EOF
expect 'set bin/app src/a.c' tree <<'EOF'
src/a.c
bin/app
EOF
expect 'bin/app | deps 1' dot <<'EOF'
digraph ronin {
  rankdir=LR
  node [fontname="sans-serif", fontsize=10]
  n0 [label="obj/a.o", shape=box]
  n1 [label="obj/b.o", shape=box]
  n2 [label="bin/app", shape=box]
  n2 -> n0
  n2 -> n1
}
EOF
expect ':all | deps 1' mermaid <<'EOF'
graph LR
  n0["bin/app"]
  n1["notes"]
  n2(":all")
  n1 --> n0
  n2 --> n0
  n2 --> n1
EOF

# A compilation database has what compiles, and not what links or copies.
ronin query 'actions' -o compdb >compile_commands.json
python3 - "$PWD" <<'EOF'
import json, sys
entries = json.load(open("compile_commands.json"))
assert [e["file"] for e in entries] == ["src/a.c", "src/b.c"], entries
assert entries[0]["arguments"] == ["cc", "-c", "src/a.c", "-o", "obj/a.o"]
assert entries[0]["output"] == "obj/a.o"
assert all(e["directory"] == sys.argv[1] for e in entries), entries
EOF

# The script makes what ronin makes, from nothing, in order.
ronin query ':all | deps' -o sh >script
rm -rf obj bin notes
cd /
sh "$OLDPWD/script"
cd "$OLDPWD"
bin/app
cmp bin/app notes

# What shows members has nothing to say of numbers.
for format in tree dot mermaid html compdb sh; do
    ronin_fails 2 query 'all | count' -o $format
    assert_output "-o $format needs a set, and this is a number"
    ronin_fails 2 query 'actions | tally rule' -o $format
    assert_output "-o $format needs a set, and this is a tally"
    ronin query 'none | emit path kind' -o $format >/dev/null ||
        fail "an empty answer is refused"
done

ronin_fails 2 query all -o pdf
assert_output "-o does not know pdf" "text|json"

# A command in a folder of its own: what it reads and writes is seen from the
# root all the same, and its variables are set.
mkdir -p below/sub
cd below
write build.magma <<'EOF'
(action :outputs ["out.txt"] :inputs {:ifwritten ["in.txt"]}
        :rule {:command ["sh" "-c" "cat; echo $WORD"] :dir "sub"
               :env {"WORD" "two words"} :stdin "in.txt" :stdout "out.txt"})
EOF
write in.txt hello
ronin_ok
mv out.txt wanted
[ -s wanted ] || fail "nothing was made"
ronin query 'actions' -o sh >script
sh script
cmp wanted out.txt || fail "the script makes something else"
rm out.txt
sh -c "$(ronin query 'actions | emit command')"
cmp wanted out.txt || fail "the field makes something else"
ronin cmd out.txt >line
[ "$(cat line)" = "$(ronin query 'actions | emit command')" ] ||
    fail "cmd and the field differ: $(cat line)"
