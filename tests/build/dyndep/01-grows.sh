# SPDX-License-Identifier: MIT
# A dyndep file is read as soon as it is there: it adds inputs, which order and
# count, and outputs, which others may need; another file means other lists.
. "$TESTS/lib/build.sh"

# ran [NAME...]: exactly these, and nothing the second time.
ran()
{
    ronin_ok -j2
    assert_ran "$@"
    ronin_ok
    assert_ran
}

# Modules: a.o makes a.mod, which b.o needs; only scanning tells.
write build.magma <<'END'
(action :outputs ["dd"] :inputs {:ifchanged ["a.src" "b.src"]}
        :rule {:command ["sh" "scan.sh"] :stdout "dd"})
(defn object [name]
  (action :outputs [(str name ".o")] :inputs {:ifchanged [(str name ".src")]}
          :dyndep "dd"
          :rule {:command ["sh" "compile.sh" name]}))
(object "b")
(object "a")
END
write scan.sh <<'END'
echo 'ninja_dyndep_version = 1'
for name in a b; do
    more=; needs=
    while read -r what module; do
        case $what in
        module) more="$more $module.mod" ;;
        import) needs="$needs $module.mod" ;;
        esac
    done <$name.src
    echo "build $name.o |$more: dyndep |$needs"
done
END
write compile.sh <<'END'
: >$1.o
while read -r what module; do
    case $what in
    module) cat $1.src >$module.mod ;;
    import) cat $module.mod >>$1.o || exit ;;
    esac
done <$1.src
END
write a.src 'module one' 'version 1'
write b.src 'import one'
ran dd a.o b.o
assert_file b.o $'module one\nversion 1'

# What it named counts as any other input, and is cut off as any other.
write a.src 'module one' 'version 2'
ronin_ok -j2 --explain
assert_ran dd a.o b.o
assert_output 'one.mod changed'
assert_file b.o $'module one\nversion 2'
rm one.mod
ronin_ok
assert_contains "$(events action.start path)" a.o
assert_file one.mod
ronin_ok
assert_ran

# The other way around: now b makes what a needs. The old order is forgotten,
# and so is the old output.
write b.src 'module two'
write a.src 'import two'
ran dd a.o b.o
assert_absent one.mod
assert_file a.o 'module two'

# Only the one that is asked for; the other's outputs stay.
write a.src 'import two' 'x'
write b.src 'module two' 'y'
ronin_ok dd
ronin_ok b.o
assert_ran b.o
assert_file two.mod $'module two\ny'
ran a.o

# A named input that is gone makes it dirty: the command finds out.
write a.src 'import three'
write three.mod gift
ran dd a.o
assert_file a.o gift
rm three.mod
ronin_fails 1
assert_output 'three.mod'
assert_ran a.o
write three.mod again
ran a.o

# Nothing is left when the actions leave the graph.
write build.magma '(group "all")'
ronin_ok
assert_absent a.o b.o two.mod dd
assert_file three.mod
