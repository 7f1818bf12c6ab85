# SPDX-License-Identifier: MIT
# Each kind of edge against each edit of a file, where the file is a source, an
# output of another action, or absent to begin with. One action for each kind,
# named after it; a row says which of them run.
. "$TESTS/lib/build.sh"

kinds='ifwritten ifchanged ifcreated ifdeleted order'

# graph FILE: the five watchers of that file.
graph()
{
    local kind

    for kind in ifwritten ifchanged ifcreated ifdeleted; do
        echo "(action :outputs [\"$kind\"] :implicit {:$kind [\"$1\"]} :rule {:command [\"touch\" \"$kind\"]})"
    done
    echo "(action :outputs [\"order\"] :order-only [\"$1\"] :rule {:command [\"touch\" \"order\"]})"
}

# row WHAT EDIT RUNS...: after the edit exactly these run, then nothing.
row()
{
    local what=$1
    local edit=$2

    shift 2
    echo "-- $what: $edit"
    eval "$edit"
    ronin_ok -k0 $TARGETS
    assert_ran "$@"
    ronin_ok $TARGETS
    assert_ran
}

# --- A source ---------------------------------------------------------------
TARGETS=$kinds
graph in >build.magma
write in one
ronin_ok
row source 'touch -d 2001-01-01 in' ifwritten
row source 'cp in c; rm in; mv c in; touch -d 2002-01-01 in' ifwritten
row source 'cp -p in c; mv c in' # another inode alone
row source 'write in other; touch -d 2002-01-01 in' ifwritten ifchanged
row source 'printf "OTHER\n" >in; touch -d 2002-01-01 in' ifwritten ifchanged
row source 'chmod 600 in' ifwritten
row source 'ln in hard; rm hard'
row source 'cp -p in real; ln -sf real in' ifwritten
row source 'cp real other; ln -sf other in; touch -h -d 2030-01-01 other' ifwritten
row source 'rm in; cp -p real in' ifwritten

# A link: to another file with the same bytes and time, it is written and no
# more; a copied tree is clean, also where a link leads nowhere.
row link 'cp -p in one; cp -p one two; ln -sf one in' ifwritten
row link 'ln -sf two in' ifwritten
row link 'ln -sf nowhere in' ifwritten ifchanged
row link 'cp -a . ../links.$$; cd ../links.$$'
row link 'ln -sf elsewhere in' ifwritten ifchanged
row link 'cd - >/dev/null; rm -r ../links.$$'
row link 'rm in; cp -p real in' ifwritten ifchanged
TARGETS='ifcreated ifdeleted'
row source 'rm in' ifdeleted
row source 'write in again' ifcreated
row source 'rm in; write in replaced'

# --- Absent to begin with -----------------------------------------------------
rm -rf ./* .ronin
graph in >build.magma
ronin_ok $TARGETS
assert_ran ifcreated ifdeleted
row absent ':'
row absent 'write in one' ifcreated
row absent 'write in two'
row absent 'rm in' ifdeleted
row absent 'mkdir in' ifcreated
row absent 'rmdir in' ifdeleted
row absent 'ln -s nowhere in' ifcreated
row absent 'rm in' ifdeleted

# --- An output ------------------------------------------------------------------
rm -rf ./* .ronin
TARGETS=$kinds
{
    graph out
    echo '(action :outputs ["out"] :inputs {:ifwritten ["in"]} :rule {:command ["cp" "in" "out"]})'
} >build.magma
write in one
ronin_ok
row output 'touch -d 2001-01-01 in' out ifwritten
row output 'write in two' out ifwritten ifchanged
row output 'rm out' out ifwritten
row output 'chmod 600 out' out ifwritten
row output 'write out tampered' out ifwritten
