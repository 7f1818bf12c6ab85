# SPDX-License-Identifier: MIT
# A folder as an output and as an input: one thing, with the content of all that
# is in it.
. "$TESTS/lib/build.sh"

# row EDIT RUNS...: after the edit exactly these run, then nothing.
row()
{
    echo "-- $1"
    eval "$1"
    ronin_ok -k0
    assert_ran "${@:2}"
    ronin_ok
    assert_ran
}

write build.magma <<'END'
(action :outputs ["out"] :inputs {:ifwritten ["in"]}
        :rule {:command ["sh" "-c" "rm -rf out; mkdir -p out/sub/empty; cut -c1-3 in >out/sub/a; ln -s a out/sub/link; touch out/b"]})
(action :outputs ["written"] :inputs {:ifwritten ["out"]}
        :rule {:command ["touch" "written"]})
(action :outputs ["changed"] :inputs {:ifchanged ["out"]}
        :rule {:command ["touch" "changed"]})
(action :outputs ["source"] :inputs {:ifchanged ["src"]}
        :rule {:command ["touch" "source"]})
(action :outputs ["order"] :order-only ["src" "out"]
        :rule {:command ["touch" "order"]})
(action :outputs ["src/gen/made"] :inputs {:ifchanged ["in"]}
        :rule {:command ["cp" "in" "src/gen/made"]})
END
write in one
write src/deep/a one
ronin_ok
assert_ran changed order out source src/gen/made written
ronin_ok
assert_ran

# What the action makes: with the same bytes, content stops there.
row 'write in one+' out written src/gen/made
row 'write in two' out written changed src/gen/made

# What somebody does to it: the action runs again and puts it right.
row 'write out/sub/a tampered' out written
row 'printf "TWO\n" >out/sub/a' out written
row 'write out/new x' out written
row 'rm out/b' out written
row 'rmdir out/sub/empty' out written
row 'ln -sfn b out/sub/link' out written
row 'chmod 700 out/sub/a' out written
row 'rm out/sub/a; mkdir out/sub/a' out written
row 'rm -r out' out written
row 'rm -r out; write out x' out written
row 'mv out moved; ln -s moved out' out written
row 'rm -rf out moved; mkfifo out' out written

# What is no edit.
row 'touch out; touch out/sub'
row 'cp -a out copy; rm -r out; mv copy out'
row 'mkdir out/.git; touch out/.git/x'
row 'rm -r out/.git'
row 'cp -a . ../tree.$$; cd ../tree.$$'
row 'cd - >/dev/null; rm -r ../tree.$$'

# A folder of sources; what the graph makes in it is not among them.
row 'write src/deep/a two' source
row 'touch -d 2001-01-01 src/deep/a'
row 'write src/deep/b one' source
row 'mv src/deep/b src/c' source
row 'rm src/c' source
row 'mkdir src/empty' source
row 'chmod 700 src/deep/a' source
row 'write src/gen/made tampered' src/gen/made
row 'write src/gen/other one' source
row 'write in three' out written changed src/gen/made

# Why it ran names the folder.
write out/sub/a tampered
ronin_ok --explain
assert_output 'out ← the output out was modified by something else [output-modified]'
write src/deep/a three
ronin_ok --explain
assert_output 'source ← src changed [input-changed]'

# Gone, it is missed like any file.
rm -r src/deep src/empty src/gen/other
mv src gone
ronin_fails 3 source
assert_output 'src does not exist'
mv gone src
ronin_ok

# A command that fails: what it wrote goes, what it found stays.
rm -rf ./* .ronin
write build.magma <<'END'
(action :outputs ["new" "old"] :inputs {:ifchanged ["in"]}
        :rule {:command ["sh" "-c" "mkdir -p new/sub old; echo half >new/sub/a; echo half >old/b; exit 3"]})
END
write in one
write old/mine one
ronin_fails 1
assert_absent new old/b
assert_file old/mine one

# One that left the graph goes with all in it, unless somebody was there.
rm -rf ./* .ronin
two()
{
    local name

    for name; do
        echo "(action :outputs [\"$name\"] :inputs {:ifchanged [\"in\"]} :rule {:command [\"sh\" \"-c\" \"mkdir -p $name/sub/e; cp in $name/sub/a; ln -sf a $name/sub/l\"]})"
    done
}
write in one
two a b c >build.magma
ronin_ok
write b/mine one
two c >build.magma
ronin_ok
assert_output 'removed a'
assert_absent a
assert_file b/mine one
assert_file b/sub/a one
ronin_ok
assert_lacks "$OUTPUT" removed
ronin_ok clean
assert_absent c

# What was an output of its own, and is now in a folder that another makes.
write build.magma '(action :outputs ["d/a"] :rule {:command ["touch" "d/a"]})'
ronin_ok
write build.magma '(action :outputs ["d"] :rule {:command ["touch" "d/a"]})'
ronin_ok
assert_ran d
assert_file d/a
ronin_ok
assert_ran
