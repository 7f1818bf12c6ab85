# SPDX-License-Identifier: MIT
# What build.magma can say and build.ninja cannot; another build file by -f;
# edges of all kinds, variables, groups in groups.
. "$TESTS/lib/build.sh"
. "$TESTS/build/query/lib.sh"

mkdir -p data
write data/x x
write one 1
cat >build.magma <<'END'
(action :outputs ["total"] :inputs {:ifwritten ["one"]} :implicit {:ifcreated ["maybe"]}
        :order-only ["data/x"]
        :rule {:command ["cp" "one" "total"] :dir "." :env {"LC_ALL" "C"}})
(action :outputs ["env.txt"] :env ["HOME"]
        :rule {:command ["sh" "-c" "echo $HOME >env.txt"]})
(action :outputs ["always.txt"] :implicit :always
        :rule {:command ["touch" "always.txt"]})
(def texts (group "texts" "env.txt" "always.txt"))
(group "all" "total" texts)
END
ronin_ok

asks 'group all' <<'END'
always.txt
env.txt
total
END
asks ':all | deps' <<'END'
data/x
maybe
one
always.txt
env.txt
:texts
total
:all
END
asks ':all | deps 1' <<'END'
:texts
total
:all
END
asks 'env.txt | emit env group' <<'END'
HOME	:texts
END
asks 'actions | trigger env' <<'END'
env.txt
END
asks 'actions | trigger always' <<'END'
always.txt
END
asks 'actions | trigger ifcreated' <<'END'
total
END
# Each kind of edge and each kind of target.
mkdir kinds
write kinds/build.magma <<'END'
(defn touch [v] {:command ["touch" (:outputs v)]})
(action :outputs ["gone"] :inputs {:ifdeleted ["src/x"]} :rule touch)
(action :outputs ["changed"] :inputs {:ifchanged ["src"]} :implicit {:ifwritten ["link"]} :rule touch)
(action :outputs ["first"] :inputs {:watch {"elsewhere" (fn [event] false)}} :rule touch)
(action :outputs ["seen"] :inputs {:watch {"src" (fn [event] false)}} :rule touch)
(action :name "checked" :outputs [] :inputs {:ifwritten ["tool"]} :rule {:command ["true"]})
(group "some" "gone")
END
write kinds/src/x x
mkdir kinds/elsewhere
ln -s src/x kinds/link
write kinds/tool '#!/bin/sh'
chmod +x kinds/tool
asks 'seen | executable' -C kinds </dev/null
notes '1 file is not built yet'
(cd kinds && ronin build >/dev/null) || fail "kinds are not built"
asks 'actions | trigger ifdeleted' -C kinds <<'END'
gone
END
asks 'actions | trigger watch' -C kinds <<'END'
first
seen
END
asks 'actions | trigger ifchanged' -C kinds <<'END'
changed
END
asks './changed | trigger ifwritten' -C kinds <<'END'
changed
END
for kind in dir:src symlink:link executable:tool name:checked group::some \
    generated:gone generated:changed generated:seen missing:gone-file; do
    ronin q -C kinds "all | kind ${kind%%:*}" >answer.txt
    case $kind in
    missing*) rm kinds/src/x; ronin q -C kinds 'all | kind missing' >answer.txt
        kind=missing:src/x ;;
    esac
    grep -qx -e "${kind#*:}" answer.txt || fail "no ${kind#*:} among ${kind%%:*}"
done
asks 'set src link tool src/x | emit path kind' -C kinds <<'END'
link	symlink
src	dir
src/x	missing
tool	source
END
asks 'src | rdeps 1 edges=watch' -C kinds <<'END'
src
seen
END
asks './seen | deps edges=watch' -C kinds <<'END'
src
seen
END
asks 'src | rdeps 1' -C kinds <<'END'
src
changed
END
asks 'seen | reads edges=watch' -C kinds <<'END'
src
END

asks 'total | reads edges=order' <<'END'
data/x
END
asks 'total | reads edges=implicit' <<'END'
maybe
END
asks 'total | emit command' <<'END'
(cd . && env LC_ALL=C cp one total)
END
asks 'all | kind missing' <<'END'
maybe
END
asks 'data/x | rdeps' <<'END'
data/x
total
:all
END
asks 'data/x | rdeps edges=-order' <<'END'
data/x
END

# A group that an action needs counts as a whole, also where one came to it from
# a member; one that only holds the action does not.
mkdir whole
write whole/build.magma <<'END'
(defn copy [v] {:command ["sh" "-c" "cat *.in >$1" "copy" (first (:outputs v))]})
(defn made [name] (action :outputs [name] :inputs {:ifwritten [(str name ".in")]} :rule copy))
(def parts (group "parts" (made "a") (made "b")))
(def app (action :outputs ["app"] :order-only [parts] :rule copy))
(def top (action :outputs ["top"] :inputs {:ifwritten [app]} :rule copy))
(group "all" top (made "c"))
END
touch whole/a.in whole/b.in whole/c.in
asks 'a.in | rdeps | deps' -C whole <<'END'
a.in
b.in
a
b
:parts
app
top
:all
END
asks 'a.in | rdeps 2 | deps' -C whole <<'END'
a.in
a
:parts
END
asks 'a.in | rdeps | somepath b.in' -C whole <<'END'
app
:parts
b
b.in
END
asks 'app | reads' -C whole <<'END'
a
b
END
asks 'app | parents | parents | deps 1' -C whole <<'END'
:all
END
asks 'a.in | rdeps | deps | kind group | writes' -C whole <<'END'
a
b
END
asks 'a.in | rdeps | kind group | writes' -C whole </dev/null
asks 'a.in | rdeps | deps | actions' -C whole <<'END'
a
b
app
top
END

# What is needed for validation alone is not needed.
write checked.magma <<'END'
(defn touch [v] {:command ["touch" (:outputs v)]})
(action :outputs ["lint"] :inputs {:ifwritten ["one"]} :rule touch)
(action :outputs ["valid"] :inputs {:ifwritten ["data/x"]} :validations ["lint"] :rule touch)
END
asks 'valid | deps' -f checked.magma <<'END'
data/x
valid
END
asks 'lint | rdeps' -f checked.magma <<'END'
lint
END

# Another build file, of ninja's language, in another folder.
mkdir other
write other/in i
write other/build.ninja <<'END'
rule cp
  command = cp $in $out
build out: cp in
build always: phony
build again: cp in | always
END
(cd other && ronin -f build.ninja build >/dev/null)
asks 'out | deps' -C other -f build.ninja <<'END'
in
out
END
asks 'actions | emit path rule' -C other <<'END'
always	phony
out	cp
again	cp
END
asks 'always | emit kind' -C other <<'END'
missing
END

# A list that nobody knows before a build.
mkdir lists
write lists/names one two
write lists/one 1
write lists/two 2
write lists/build.magma <<'END'
(def names
  (dynout :inputs {:ifchanged ["names"]}
          :rule (fn [vars] [{:read (:in vars)} {:transformer str/split-lines}])))
(action :outputs ["both"] :inputs {:ifchanged names}
        :rule (fn [vars] {:command ["cat" (:in vars)] :stdout (:out vars)}))
END
asks 'both | deps | sources' -C lists <<'END'
names
END
notes '1 action waits for a list of paths that no build has told yet'
(cd lists && ronin build >/dev/null) || fail "the list was not built"
asks 'both | deps | sources' -C lists <<'END'
names
one
two
END
asks 'both | reads edges=explicit' -C lists <<'END'
one
two
END
asks 'both | deps 1 edges=dyn | actions | emit rule n_inputs' -C lists <<'END'
fn	1
fn	3
END
asks 'both | deps edges=-dyn' -C lists <<'END'
one
two
both
END
