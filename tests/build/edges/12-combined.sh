# SPDX-License-Identifier: MIT
# Several kinds of edge on one file, in every combination: an action for each set
# of kinds, named after them. It runs when any of its kinds fires, and only then.
. "$TESTS/lib/build.sh"

# graph FILE: w ifwritten, c ifchanged, p ifcreated, m ifdeleted, o order-only.
graph()
{
    python3 - "$1" <<'END'
import itertools, sys
kinds = {"w": "ifwritten", "c": "ifchanged", "p": "ifcreated", "m": "ifdeleted"}
for size in range(1, 6):
    for letters in itertools.combinations("wcpmo", size):
        name = "".join(letters)
        edges = " ".join(f':{kinds[l]} ["{sys.argv[1]}"]'
                         for l in letters if l != "o")
        order = f':order-only ["{sys.argv[1]}"]' if "o" in letters else ""
        print(f'(action :outputs ["{name}"] :implicit {{{edges}}} {order} '
              f':rule {{:command ["touch" "{name}"]}})')
END
}

# names PATTERN: the actions whose name matches.
names()
{
    sed -n 's/^(action :outputs \["\([wcpmo]*\)"\].*/\1/p' build.magma |
        grep -E "$1" || true
}

# row EDIT FIRES [MORE...]: after the edit those run that have one of the kinds,
# and the actions after them; then nothing.
row()
{
    echo "-- $1"
    eval "$1"
    ronin_ok -k0 $TARGETS
    assert_ran "$(echo $TARGETS | tr ' ' '\n' | grep -E "[$2]" || true)" "${@:3}"
    ronin_ok $TARGETS
    assert_ran
}

# --- A source --------------------------------------------------------------------
graph in >build.magma
TARGETS=$(names .)
write in one
ronin_ok
row 'touch -d 2001-01-01 in' w
row 'write in two' wc
row 'cp -p in spare; cat spare >in; touch -r spare in' -
row 'chmod 600 in' w
row 'cp -p in spare; mv spare in' -

# --- Absent to begin with: fine for all that also have a kind of existence -----------
rm -rf ./* .ronin
graph in >build.magma
TARGETS=$(names '[pm]' | grep -v o)
ronin_ok $TARGETS
row ':' -
row 'write in one' wcp
row 'write in two' wc
row 'rm in' wcm
row 'mkdir in' wcp
row 'rmdir in' wcm
row 'ln -s nowhere in' wcp
row 'rm in' wcm

# --- An output: under kinds of existence nothing changes while it is made anew ----------
rm -rf ./* .ronin
graph out >build.magma
TARGETS=$(names .)
cat >>build.magma <<'END'
(action :outputs ["out"] :inputs {:ifwritten ["in"]} :rule {:command ["cp" "in" "out"]})
END
write in one
ronin_ok
row 'touch -d 2001-01-01 in' w out
row 'write in two' wc out
row 'rm out' w out
row 'write out tampered' w out
row 'touch -d 2001-01-01 out' w out
row ':' -
