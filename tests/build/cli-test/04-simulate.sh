# SPDX-License-Identifier: MIT
# What `simulate` foretells is what a build then does: on graphs of several
# kinds each change is simulated, then made. What is not marked :may must run,
# for the reasons that were told; nothing else but what is marked may.
. "$TESTS/lib/build.sh"

# What the last build ran, as a map of Magma from outputs to reasons.
ran()
{
    python3 - "$EVENTS" <<'END'
import json, sys
rows = []
for line in open(sys.argv[1], encoding="utf-8"):
    event = json.loads(line)
    if event["type"] == "action.start":
        reasons = ["[:%s %s]" % (r["code"], json.dumps(r.get("subject")).replace("null", "nil"))
                   for r in event["why"]]
        rows.append('"%s" #{%s}' % (event["path"], " ".join(reasons)))
print("{%s}" % " ".join(rows))
END
}

# agree CHANGES COMMAND: simulates, then builds in a copy of the project, does
# what COMMAND says, and builds again.
agree()
{
    local copy
    local real

    copy=$(mktemp -d "$PWD/copy-XXXXXX")
    cp -a project/. "$copy"
    (cd "$copy" && ronin build >/dev/null)
    run_ronin build -C "$copy"
    [ -z "$(events action.start path)" ] || [ "$ALWAYS" = 1 ] ||
        fail "not up to date: $OUTPUT"
    (cd "$copy" && eval "$2")
    shift 2
    run_ronin_with "$@" -- build -C "$copy"
    real=$(ran)
    write project/agree_test.magma <<END
(def real $real)
(def told (simulate (load-graph "build.magma") $CHANGES))
(defn pairs [{:keys [reasons]}]
  (set (map (fn [{:keys [code subject]}] [code subject]) reasons)))
(deftest agrees
  (is (empty? (filter :error told)))
  (doseq [{:keys [outputs may] :as one} told]
    (when-not may
      (is (= (get real (first outputs)) (pairs one)) (first outputs))))
  (is (= #{} (set (remove (would-run told) (keys real)))))
  (is (= $EXPECTED (mapv (comp first :outputs) (remove :may told))))
  (is (= told (simulate (load-graph "build.magma") $CHANGES))))
END
    ronin_ok test project/agree_test.magma
    rm -rf "$copy" project/agree_test.magma
}

# With variables in front of --.
run_ronin_with()
{
    local variables=()

    while [ "$1" != -- ]; do
        variables+=("$1")
        shift
    done
    shift
    for variable in ${variables[@]+"${variables[@]}"}; do
        export "${variable?}"
    done
    run_ronin "$@"
    for variable in ${variables[@]+"${variables[@]}"}; do
        unset "${variable%%=*}"
    done
}

# check CHANGES EXPECTED COMMAND [VARIABLE...]: EXPECTED is what surely runs, in
# order.
check()
{
    CHANGES=$1 EXPECTED=$2
    agree "$1" "$3" "${@:4}"
}
ALWAYS=0
unset CC # of a make that was told a compiler
export TMPDIR=$PWD/tmp # where simulations are
mkdir tmp

# --- Every kind of edge, and a chain behind it -----------------------------------

mkdir project
write project/build.magma <<'END'
(defn copy [{:keys [in out]}] {:command ["cp" in out]})
(action :outputs ["w"] :inputs {:ifwritten ["w.in"]} :rule copy)
(action :outputs ["c"] :inputs {:ifchanged ["c.in"]} :env ["CC"] :rule copy)
(action :outputs ["e"] :implicit {:ifcreated ["new.cfg"] :ifdeleted ["old.cfg"]}
  :rule {:command ["touch" "e"]})
(action :outputs ["o"] :inputs {:ifchanged ["c.in"]} :order-only ["w"]
  :rule (fn [_] {:command ["cp" "c.in" "o"]}))
(action :outputs ["cut"] :inputs {:ifchanged ["w"]}
  :rule {:command ["sh" "-c" "tr -d '#' <w >cut"]})
(action :outputs ["end"] :inputs {:ifchanged ["cut"] :ifwritten ["c"]}
  :rule {:command ["sh" "-c" "cat cut c >end"]})
END
write project/w.in one
write project/c.in two
write project/old.cfg ''
later="touch -d 2030-01-01"

check '{}' '[]' :
check '{:touch ["w.in"]}' '["w"]' "$later w.in"
check '{:edit ["w.in"]}' '["w"]' 'echo more >>w.in'
check '{:touch ["c.in"]}' '[]' "$later c.in"
check '{:edit ["c.in"]}' '["c" "o"]' 'echo more >>c.in'
check '{:create ["new.cfg"]}' '["e"]' 'touch new.cfg'
check '{:delete ["old.cfg"]}' '["e"]' 'rm old.cfg'
check '{:touch ["old.cfg"]}' '[]' "$later old.cfg"
check '{:delete ["cut"]}' '["cut"]' 'rm cut'
check '{:edit ["end"]}' '["end"]' 'echo x >>end'
check '{:touch ["w.in"] :edit ["c.in"] :create ["new.cfg"]}' '["w" "c" "e" "o"]' \
    "$later w.in; echo more >>c.in; touch new.cfg"
check '{:env {"CC" "clang"}}' '["c"]' : CC=clang
check '{:env {"UNUSED" "1"}}' '[]' : UNUSED=1

# A source that is needed cannot go: the build's error is the error.
write project/gone_test.magma <<'END'
(deftest gone
  (is (thrown-with-msg? :default #"w.in does not exist"
        (simulate (load-graph "build.magma") {:delete ["w.in"]})))
  (is (thrown-with-msg? :default #"does not know :tuoch"
        (simulate (load-graph "build.magma") {:tuoch ["w.in"]})))
  (is (thrown-with-msg? :default #"must be a string"
        (simulate (load-graph "build.magma") {:touch [1]}))))
(deftest only-a-target
  (is (= [] (simulate (load-graph "build.magma")
                      {:edit ["c.in"] :targets ["w"]})))
  (is (= #{"c"} (would-run (simulate (load-graph "build.magma")
                                     {:edit ["c.in"] :targets ["c"]})))))
END
ronin_ok test project/gone_test.magma

# --- Depfiles, known or not --------------------------------------------------------

rm -r project
mkdir project
write project/build.magma <<'END'
(defn compile [{:keys [in out depfile]}]
  {:command ["sh" "-c" (str "cp " (first in) " " out "; echo " out ": helper.h >" depfile)]})
(def objects
  (mapv (fn [n] (action :outputs [(str n ".o")] :inputs {:ifwritten [(str n ".c")]}
                  :depfile (str n ".d") :rule compile))
        ["main" "other"]))
(action :outputs ["app"] :inputs {:ifchanged objects}
  :rule {:command ["sh" "-c" "cat main.o other.o >app"]})
END
touch project/main.c project/other.c project/helper.h
check '{:touch ["helper.h"] :discovered {"main.o" ["helper.h"] "other.o" ["helper.h"]}}' \
    '["main.o" "other.o"]' "$later helper.h"
check '{:edit ["main.c"]}' '["main.o"]' 'echo 1 >main.c'
write project/unknown_test.magma \
    '(deftest unknown (is (= [] (simulate (load-graph "build.magma") {:touch ["helper.h"]}))))'
ronin_ok test project/unknown_test.magma

# --- Groups, names, :always, and a folder that is watched ---------------------------

rm -r project
mkdir -p project/src
write project/build.magma <<'END'
(action :outputs ["list"]
  :inputs {:watch {"src" (fn [{:keys [path kind]}]
                           (and (= kind :created)
                                (clojure.string/ends-with? path ".c")))}}
  :rule {:command ["sh" "-c" "ls src >list"]})
(action :outputs ["deep/er/x"] :inputs {:ifchanged ["list"]}
  :rule {:command ["cp" "list" "deep/er/x"]})
(group "default" ["deep/er/x"])
(action :outputs ["aside"] :inputs {:ifchanged ["s"]} :rule {:command ["cp" "s" "aside"]})
END
touch project/src/a.c project/s
check '{:create ["src/b.c"]}' '["list"]' 'touch src/b.c'
check '{:create ["src/b.txt"]}' '[]' 'touch src/b.txt'
check '{:edit ["s"]}' '[]' 'echo 1 >s'
write project/build.magma <<'END'
(action :outputs ["stamp"] :implicit :always :rule {:command ["touch" "stamp"]})
(action :outputs ["copy"] :inputs {:ifchanged ["stamp"]} :rule {:command ["cp" "stamp" "copy"]})
END
ALWAYS=1
check '{}' '["stamp"]' :

# Nothing of it is left, and nothing was built where the build file is.
assert_absent project/stamp project/.ronin
[ -z "$(ls tmp)" ] || fail "a simulation left $(ls tmp)"
