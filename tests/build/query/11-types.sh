# SPDX-License-Identifier: MIT
# How sets of targets and of actions become each other, which pattern is meant where,
# and the other names and forms of functions: each with what it answers.
. "$TESTS/lib/build.sh"
. "$TESTS/build/query/lib.sh"

write_project
ronin_ok

# --- Coercions -------------------------------------------------------------------------

# Where actions are wanted, targets are those that make them; sources drop out, and
# a group is its members.
asks 'src/main.cpp | actions' </dev/null
asks 'set src/main.cpp obj/main.o | rule *' <<'END'
obj/main.o
END
asks ':tests | command "*check*"' <<'END'
test/check
END
asks ':all | reads edges=-implicit' <<'END'
obj/check.o
obj/my_lib.o
obj/z.o
obj/main.o
END
# Where targets are wanted, actions are what they make.
asks 'actions | rule link | matching "*"' <<'END'
test/check
src/hello_world
END
asks 'actions | rule cxx | kind generated | first 2' <<'END'
obj/check.o
obj/my_lib.o
END
asks 'actions | rule gen | files | emit path kind' <<'END'
src/config.h	generated
END
# In an operation on both, all become actions.
for query in 'src/main.cpp + obj/main.o + (actions | rule gen)' \
    '(actions | rule gen) + obj/main.o' 'actions | rule gen | + (obj/main.o + lib/z.h)'; do
    asks "$query | tally rule" <<'END'
cxx	1
gen	1
END
done
asks '(actions | rule link) ^ (src/hello_world | deps)' <<'END'
src/hello_world
END
asks 'actions - src/hello_world - obj/*.o - src/main.cpp' <<'END'
src/config.h
test/check
END
asks '(:tests + :all) - (actions | rule gen)' <<'END'
test/check
src/hello_world
END
# Walks keep the kind of what they start from.
asks 'src/main.cpp | rdeps | actions | emit path rule' <<'END'
obj/main.o	cxx
src/hello_world	link
END
asks 'actions | rule link | deps | emit path rule' <<'END'
src/config.h	gen
obj/check.o	cxx
obj/my_lib.o	cxx
obj/z.o	cxx
obj/main.o	cxx
test/check	link
src/hello_world	link
END
asks 'actions | rule gen | rdeps 1' <<'END'
src/config.h
obj/main.o
END
asks 'actions | rule link | children | first 1' <<'END'
obj/check.o
END

# --- Words ------------------------------------------------------------------------------

# A quoted word is a file whatever it looks like, `./` one that a function is called
# like; blanks may be in either kind of quotes.
write build.magma <<'END'
(defn touch [v] {:command ["touch" (:outputs v)]})
(action :outputs ["deps" "a b" "say \"hi\"" "back\\slash" "x*"] :rule touch)
(action :name "lint" :outputs [] :inputs {:ifwritten ["deps"]} :rule touch)
(action :name "both" :outputs ["made"] :rule touch)
(action :outputs ["xy"] :rule touch)
(group "made" "deps")
(group "lint" "xy")
END
ask_here()
{
    asks "$1" -f build.magma
}
ask_here './deps' <<'END'
deps
END
ask_here '"deps" | rdeps 1' <<'END'
deps
lint
:made
END
ask_here "set \"a b\" 'say \"hi\"' \"say \\\"hi\\\"\" \"back\\\\slash\"" <<'END'
a b
back\slash
say "hi"
END
ask_here '"x*"' <<'END'
x*
END
ask_here 'x*' <<'END'
x*
xy
END
# A file comes before an action of that name, an action before a group.
ask_here 'made | emit path kind' <<'END'
made	generated
END
ask_here ':made | children' <<'END'
deps
END
ask_here 'lint | emit path kind n_outputs' <<'END'
lint	name	0
END
ask_here ':lint | children' <<'END'
xy
END
ask_here 'both | emit path name' <<'END'
made	both
END
ask_here 'actions | where n_outputs == 0' <<'END'
lint
END
ask_here 'actions | where not n_outputs' <<'END'
lint
END
ask_here '# what there is
  all   # all of it
  | generated
  | count' <<'END'
7
END
rm build.magma

# --- Patterns ---------------------------------------------------------------------------

# Beside a function a glob, in parentheses a regular expression, unless it says so.
asks 'all | matching "src/m*"' <<'END'
src/main.cpp
src/my_lib.c++
src/my_lib.h
END
asks 'matching("src/m*", all) | count' <<'END'
6
END
asks 'matching(glob:"src/m*", all) | count' <<'END'
3
END
asks 'all | matching re:"^src/m.*h$"' <<'END'
src/my_lib.h
END
asks 'all | matching sub:"c/m" | count' <<'END'
3
END
asks 'matching(exact:"src/main.cpp", all)' <<'END'
src/main.cpp
END
asks 'glob("src/*.cpp") + glob re:"^lib/z[.]h"' <<'END'
lib/z.h
src/main.cpp
END
asks 'disk("src/*.cpp")' <<'END'
src/main.cpp
src/unused.cpp
END
# Links are found and not followed; what is git's and ours is passed over.
mkdir -p tree/.git
touch tree/x.q tree/.git/y.q tree/.q
ln -s . tree/loop
ln -s x.q tree/link.q
asks 'disk "tree/**"' <<'END'
tree/.q
tree/link.q
tree/loop
tree/x.q
END
rm -r tree
# Without a slash about the last part; `**` goes over parts, `*` does not.
asks 'all | matching main.*' <<'END'
src/main.cpp
obj/main.o
END
asks 'all | matching "*/tool" | count' <<'END'
0
END
asks 'all | matching "**/tool"' <<'END'
src/package/tool
END
asks 'all | matching "src/**/[!a-s]*"' <<'END'
src/package/tool
END
asks 'src/my_lib.? + obj/[mz]*.o' <<'END'
src/my_lib.h
obj/my_lib.o
obj/z.o
obj/main.o
END
asks 'let L = (lib/** | rdeps) in :all | deps | intersect $L' <<'END'
lib/z.c++
lib/z.h
obj/z.o
src/hello_world
:all
END

# --- Other names and forms -----------------------------------------------------------------

asks 'actions | select rule == gen | emit commands' <<'END'
echo '// config' > src/config.h
END
asks 'all | sort path | top 2' <<'END'
:all
:default
END
asks 'deps(obj/main.o, 1, edges=explicit)' <<'END'
src/main.cpp
obj/main.o
END
asks 'rdeps(src/my_lib.c++, within=obj/my_lib.o)' <<'END'
src/my_lib.c++
obj/my_lib.o
END
asks 'src/main.cpp | rdeps within=obj/my_lib.o' </dev/null
asks 'obj/main.o | deps 0' <<'END'
obj/main.o
END
asks 'somepath(src/hello_world, lib/z.h) | except lib/z.h' <<'END'
src/hello_world
obj/z.o
END
asks 'allpaths(src/hello_world, lib/z.h) | intersect generated' <<'END'
obj/z.o
src/hello_world
END
asks 'where(rule == gen or not command, actions)' <<'END'
src/config.h
END
asks 'first(1, sort(-path, sources))' <<'END'
test/check.cpp
END
asks 'sum(n_inputs, actions) ' <<'END'
15
END
asks 'tally(kind, all)' <<'END'
source	8
generated	7
group	3
END
asks 'kind(group, all) | count' <<'END'
3
END
asks 'under("lib", all) + trigger(always, actions)' </dev/null
asks 'present(no/such | deps) + present(lib/z.h)' <<'END'
lib/z.h
END
asks 'no/such | present' </dev/null
asks 'emit(path, kind, :tests)' <<'END'
:tests	group
END
asks 'reads(obj/z.o, edges=discovered) + writes(obj/z.o)' <<'END'
lib/z.h
obj/z.o
END
asks 'command("my_lib[.]c", actions) + outputs("check$", all)' <<'END'
obj/my_lib.o
test/check
END
asks 'all | executable' <<'END'
compile
src/package/tool
test/check
src/hello_world
END
asks 'count(all)' <<'END'
18
END

# --- Predicates ----------------------------------------------------------------------------

asks 'actions | where rule in [link gen "no such"] and not (rule != link)' <<'END'
test/check
src/hello_world
END
asks 'actions | where rule in []' </dev/null
asks 'files | where size <= 1k and size >= 9 and kind == source | emit size path' <<'END'
155	compile
10	src/main.cpp
9	src/my_lib.c++
10	src/my_lib.h
10	src/package/tool
11	test/check.cpp
END
asks 'sources | where size <= 9 and size >= 9' <<'END'
src/my_lib.c++
END
asks 'sources | where size < 9 or size > 155' <<'END'
lib/z.c++
lib/z.h
END
asks 'files | where size < 6 or size > 0.1k' <<'END'
compile
lib/z.h
END
# Of a list any item, and for the opposites none.
asks 'actions | where inputs =~ "my_lib" and inputs !~ "z[.]o"' <<'END'
obj/my_lib.o
test/check
END
asks 'actions | where inputs == compile | count' <<'END'
4
END
asks 'actions | where inputs != compile | count' <<'END'
3
END
# What is not known is unequal to everything, and nothing else.
asks 'lib/z.h | where duration < 1h or duration >= 0ms or duration == 1s or duration in [1s]' \
    </dev/null
asks 'obj/z.o | where change != removed and change !~ . and not change' <<'END'
obj/z.o
END
# What is of actions alone is asked of actions, and then targets become those.
asks 'src/hello_world | deps | where rule != cxx' <<'END'
src/config.h
src/hello_world
END
asks 'src/hello_world | deps | where rule == gen or kind == nothing' <<'END'
src/config.h
END
asks 'all | where group == :tests' <<'END'
test/check
END
asks 'all | where producer' -o count <<'END'
7
END

# --- Cycles ---------------------------------------------------------------------------------

# Only what was discovered can close one; no walk goes round.
write cycle/build.ninja <<'END'
rule cc
  command = cp $in $out; echo "$out: $header" >$out.d
  depfile = $out.d
build a: cc in
  header = c
build b: cc a
build c: cc b
END
write cycle/in 1
(cd cycle && ronin build >/dev/null && ronin build >/dev/null) || fail "no build"
asks 'c | deps' -C cycle <<'END'
in
a
b
c
END
asks 'a | rdeps' -C cycle <<'END'
a
b
c
END
asks 'a | deps 1 edges=discovered' -C cycle <<'END'
a
c
END
asks 'c | allpaths in | count' -C cycle <<'END'
4
END
asks 'all | roots' -C cycle </dev/null
asks 'actions' -C cycle -o tree <<'END'
a
└── c
    └── b
        └── a (*)
END
