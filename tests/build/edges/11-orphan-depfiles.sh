# SPDX-License-Identifier: MIT
# The depfile of an action that left the graph goes with its outputs, is told and
# remembered; one that is somebody else's by now stays.
. "$TESTS/lib/build.sh"

# compile NAME...: actions that keep their depfiles.
compile()
{
    local name

    for name; do
        printf '(action :outputs ["%s.o"] :inputs {:ifwritten ["%s.c"]} :depfile "%s.d"
        :rule {:command ["sh" "-c" "cat %s.c h >%s.o; echo %s.o: %s.c h >%s.d"]})\n' \
            "$name" "$name" "d/$name" "$name" "$name" "$name" "$name" "d/$name"
    done
}

write h header
for name in a b c d e; do
    write $name.c $name
done
compile a b c d e >build.magma
ronin_ok
assert_file d/b.d 'b.o: b.c h'

# Gone: b whole, c with a depfile that was replaced, d with one that is read
# now, e with one that another action has.
write d/c.d 'another.o: c.c'
{
    compile a
    cat <<'EOF'
(action :outputs ["u"] :inputs {:ifwritten ["d/d.d"]} :rule {:command ["cp" "d/d.d" "u"]})
(action :outputs ["v"] :inputs {:ifwritten ["a.c"]} :depfile "d/e.d"
        :rule {:command ["sh" "-c" "cp a.c v; echo v: a.c >d/e.d"]})
EOF
} >build.magma
ronin_ok -n
assert_output 'd/b.d'
assert_file d/b.d
ronin_ok
assert_output 'removed b.o' 'removed d/b.d' 'removed c.o' 'removed d.o' 'removed e.o'
assert_lacks "$OUTPUT" 'removed d/c.d'
assert_lacks "$OUTPUT" 'removed d/d.d'
assert_absent b.o d/b.d c.o d.o e.o
assert_file d/c.d 'another.o: c.c'
assert_file d/d.d 'd.o: d.c h'
assert_file d/a.d
assert_file d/e.d 'v: a.c'
ronin_ok
assert_lacks "$OUTPUT" removed
assert_equal "$(sqlite3 .ronin/state.db "select count(*) from removed" 2>/dev/null || echo 5)" 5

# An object that was changed by hand stays, its depfile is ronin's all the same.
compile a b >build.magma
rm -f d/d.d
ronin_ok
echo mine >>b.o
compile a >build.magma
ronin_ok
assert_output 'removed d/b.d'
assert_lacks "$OUTPUT" 'removed b.o'
assert_file b.o
# With the last file the folder goes that was made for it.
rm d/c.d
: >build.magma
ronin_ok
assert_absent a.o d
