# SPDX-License-Identifier: MIT
# The same pairs (:always, :env, :watch and a depfile beside each kind of edge) on a
# file that an action makes, on one that a dynout names, and on one that is not
# there; all of them in a pool, behind a group in a group, and validated.
. "$TESTS/lib/build.sh"

# graph EDGE: has a $ for the kind. The letters are those of 12 and 13.
graph()
{
    python3 - "$1" <<'END'
import sys
print('(pool "narrow" 2)')
for kind, letter in (("ifwritten", "w"), ("ifchanged", "c"),
                     ("ifcreated", "p"), ("ifdeleted", "m")):
    edge = sys.argv[1].replace("$", ":" + kind)
    def action(name, rest, more=""):
        name = f"{letter}-{name}"
        command = f'echo + >>log; touch {name}; {more}echo - >>log'
        print(f'(action :outputs ["{name}"] :pool "narrow" {rest}'
              f' :order-only [behind] :validations ["checked"]'
              f' :rule {{:command ["sh" "-c" "{command}"]}})')
    action("always", f":inputs [{edge}] :implicit :always")
    action("env", f':implicit [{edge}] :env ["ONE"]')
    action("watch", f':implicit [{edge} {{:watch {{"dir" (fn [e]'
           ' (not= :modified (:kind e)))}}]')
    action("dep", f':implicit [{edge}] :depfile "{letter}.d"',
           f"echo {letter}-dep: found dir/out >{letter}.d; ")
END
}

common()
{
    cat <<'END'
(action :outputs ["dir/out"] :inputs {:ifwritten ["src"]} :rule {:command ["cp" "src" "dir/out"]})
(action :outputs ["first"] :inputs {:ifchanged ["start"]} :rule {:command ["cp" "start" "first"]})
(action :outputs ["checked"] :inputs {:ifchanged ["start"]} :rule {:command ["cp" "start" "checked"]})
(def inner (group "inner" "first" "start"))
(def behind (group "behind" [inner] inner))
END
}

all()
{
    echo "w-$1 c-$1 p-$1 m-$1"
}

# kinds LETTERS: those of :env and :watch that have one of the kinds. What a depfile
# named counts as written.
kinds()
{
    local letter

    for letter in $(fold -w 1 <<<"$1"); do
        echo "$letter-env $letter-watch"
    done
}

# run RUNS...: in both orders of -j, with never more at once than the pool has.
run()
{
    local jobs=$((jobs == 8 ? 1 : 8))

    rm -f log
    ronin_ok -j$jobs
    assert_ran "$(all always)" "$@"
    awk '/\+/ { if (++n > 2) bad = 1 } /-/ { n-- } END { exit bad }' log ||
        fail 'more at once than the pool has places'
    ronin_ok
    assert_ran "$(all always)"
}

begin()
{
    rm -rf ./* .ronin
    { common; cat; graph "$1"; } >build.magma
    write src one
    write start one
    write names dir/out
    write found one
    write dir/other one
    ronin_ok dir/out
    ronin_ok
    run
}

jobs=8

# --- Made by an action, in a folder that is watched -----------------------------------
begin '{$ ["dir/out"]}' </dev/null
touch -d 2001-01-01 src
run dir/out "$(kinds w)" "$(all dep)"
write src two
run dir/out "$(kinds wc)" "$(all dep)"
rm dir/out
run dir/out "$(kinds w)" "$(all dep)"
write dir/out tampered
run dir/out "$(kinds w)" "$(all dep)"
write dir/new one
run "$(all watch)"
write found two
run "$(all dep)"
ONE=1 ronin_ok
assert_ran "$(all always)" "$(all env)"
run "$(all env)"
# What stands in an order alone, or is validated, makes nobody dirty.
write start two
run first checked
rm first
run first

# --- Named by a dynout, which an action makes as well ----------------------------------
begin '{$ named}' <<'END'
(action :outputs ["list"] :inputs {:ifchanged ["names"]} :rule {:command ["cp" "names" "list"]})
(def named (dynout :inputs {:ifchanged ["list"]}
                   :rule [{:read "list"} {:transformer (fn [s] (filterv seq (str/split-lines s)))}]))
END
line=$(grep -n '(def named' build.magma | cut -d: -f1)
touch -d 2001-01-01 src
run dir/out "$(kinds w)" "$(all dep)"
write src two
run dir/out "$(kinds wc)" "$(all dep)"
printf 'dir/out\nfound\n' >names
run list "dynout:build.magma:$line" "$(kinds wcpm)" "$(all dep)"
touch -d 2001-01-01 found
run "$(kinds w)" "$(all dep)"
echo found >names
run list "dynout:build.magma:$line" "$(kinds wcpm)" "$(all dep)"
touch -d 2002-01-01 src
run dir/out "$(all dep)"
write found two
run "$(kinds wc)" "$(all dep)"

# --- Not there: allowed where one of the kinds asks whether it is ------------------------
begin '{$ ["gone"]} {:ifcreated ["gone"]}' </dev/null
write gone one
run "$(kinds wcpm)" "$(all dep)"
touch -d 2001-01-01 gone
run "$(kinds w)" w-dep
write gone two
run "$(kinds wc)" w-dep c-dep
rm gone
run "$(kinds wcm)" w-dep c-dep m-dep
rm found
run "$(all dep)"
