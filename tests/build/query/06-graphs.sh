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
