# SPDX-License-Identifier: MIT
# Only a part is asked for. What it reads is made by an action that nobody asked
# for, and that only the dyndep file of that one told when it ran last: it is no
# source.
. "$TESTS/lib/build.sh"

write scan <<'EOF'
makes=$(sed -n 's/^module //p' "$1.src")
needs=$(sed -n 's/^use //p' "$1.src")
echo 'ninja_dyndep_version = 1'
echo "build $1.o${makes:+ | $makes}: dyndep${needs:+ | $needs}"
EOF
write compile <<'EOF'
makes=$(sed -n 's/^module //p' "$1.src")
needs=$(sed -n 's/^use //p' "$1.src")
cat "$1.src" ${needs:+"$needs"} >"$1.o" || exit 1
test -z "$makes" || cp "$1.src" "$makes"
EOF
write build.magma <<'EOF'
(defn object [name]
  (action :outputs [(str name ".dd")] :inputs {:ifchanged [(str name ".src")]}
          :rule {:command ["sh" "scan" name] :stdout (str name ".dd")})
  (action :outputs [(str name ".o")] :inputs {:ifchanged [(str name ".src")]}
          :dyndep (str name ".dd")
          :rule {:command ["sh" "compile" name]}))
(object "user")
(object "maker")
(object "other")
(action :outputs ["written"] :inputs {:ifchanged ["m.mod"]}
        :rule {:command ["cp" "m.mod" "written"]})
(action :outputs ["ordered"] :inputs {:ifchanged ["tag"]}
        :order-only ["m.mod"] :rule {:command ["cp" "m.mod" "ordered"]})
(action :outputs ["found"] :inputs {:ifchanged ["tag"]} :depfile "found.d"
        :rule {:command ["sh" "-c" "cp m.mod found; echo 'found: m.mod' >found.d"]})
(def mods (group "mods" (group "inner" "m.mod" "tag") "tag"))
(action :outputs ["grouped"] :inputs {:ifchanged ["tag"]} :order-only [mods]
        :rule {:command ["cp" "m.mod" "grouped"]})
(action :outputs ["behind"] :inputs {:ifchanged ["user.o"]}
        :rule {:command ["cp" "user.o" "behind"]})
EOF
printf 'use m.mod\n' >user.src
printf 'module m.mod\nfirst\n' >maker.src
printf 'plain\n' >other.src
write tag one

# As long as nothing is known, what is not there is missing.
ronin_fails 3 written
assert_output 'm.mod'
ronin_ok maker.o
ronin_ok -j1
ronin_ok
assert_ran

# Declared, discovered, named by a dyndep file, and that behind another.
number=0
for target in written found user.o behind; do
    for jobs in 1 4; do
        number=$((number + 1))
        printf 'module m.mod\nedit %s\n' "$number" >maker.src
        case $target in
        written) ran="maker.dd maker.o written" again='maker.o' ;;
        behind) ran='maker.dd maker.o user.o behind' again='maker.o user.o' ;;
        *) ran="maker.dd maker.o $target" again="maker.o $target" ;;
        esac
        ronin_ok -j"$jobs" "$target"
        # shellcheck disable=SC2086 # words
        assert_ran $ran
        grep -q "edit $number" "$target" || fail "$target is old"
        ronin_ok "$target"
        assert_ran
        # The index that is kept says so, too.
        rm maker.o
        ronin_ok "$target"
        # shellcheck disable=SC2086
        assert_ran $again
        rm -f .ronin/index-*
        ronin_ok "$target"
        assert_ran
        printf 'module m.mod\nedit %s\n' "$number again" >maker.src
        ronin_ok -n "$target"
        assert_output 'maker.dd'
        ronin_ok "$target"
        # shellcheck disable=SC2086
        assert_ran $ran
    done
done

# What is only to be there before is made before.
printf 'module m.mod\nordered\n' >maker.src
ronin_ok ordered
assert_ran maker.dd maker.o
rm m.mod
ronin_ok written ordered
assert_ran maker.o written
assert_file m.mod 'module m.mod
ordered'

# Nobody knows how much there is to do before the file is read.
rm -f .ronin/index-*
printf 'module m.mod\nunknown\n' >maker.src
ronin_ok -j1 written
assert_output '[1/≥ 2] sh scan maker'
assert_output '[2/3] sh compile maker'

# The file itself, and a group that it is in, are asked for.
for target in m.mod :mods; do
    printf 'module m.mod\nfor %s\n' "$target" >maker.src
    ronin_ok "$target"
    assert_ran maker.dd maker.o
    ronin_ok "$target"
    assert_ran
    printf 'module m.mod\nand for %s\n' "$target" >maker.src
    rm -f .ronin/index-*
    ronin_ok "$target"
    assert_ran maker.dd maker.o
done
printf 'module m.mod\nof a group\n' >maker.src
ronin_ok grouped
assert_ran maker.dd maker.o

# One that is clean is not read for others, and they do not forget it.
ronin_ok
write tag two
ronin_ok found
assert_ran found
printf 'module m.mod\nremembered\n' >maker.src
ronin_ok found
assert_ran maker.dd maker.o found
rm .ronin/index-*
ronin_ok

# Who makes it may be another by now, and the index must not go on with the first.
ronin_ok
printf 'plain\n' >maker.src
printf 'module m.mod\nof other\n' >other.src
ronin_ok
grep -q 'of other' user.o || fail 'user.o is old'
printf 'module m.mod\nof other again\n' >other.src
ronin_ok written
assert_ran other.dd other.o written
printf 'plain 2\n' >maker.src
ronin_ok written
assert_ran
ronin_ok user.o
assert_ran user.o

# Nobody makes it any more: that is found out, and no more is run than the
# dyndep file that says so.
printf 'plain\n' >other.src
ronin_ok user.o
assert_ran other.dd
ronin_ok user.o
assert_ran
ronin_ok maker.o other.o
assert_ran maker.dd maker.o other.o
ronin_ok
write m.mod 'a source'
ronin_ok written
assert_ran written

# Somebody else makes it by now, who says so in the build file.
printf 'module m.mod\nfrom maker\n' >maker.src
ronin_ok
cp build.magma kept
echo '(action :outputs ["m.mod"] :inputs {:ifchanged ["tag"]}
        :rule {:command ["cp" "tag" "m.mod"]})' >>build.magma
printf 'module x.mod\n' >maker.src
ronin_ok written
assert_ran m.mod written
ronin_ok written
assert_ran
mv kept build.magma

# A dyndep file that cannot be made keeps those from running that need what it
# told.
printf 'module m.mod\nback\n' >maker.src
ronin_ok
mv scan kept
write scan 'exit 1'
printf 'module m.mod\nand edited\n' >maker.src
ronin_fails 1 -k0 found
assert_ran maker.dd
mv kept scan
ronin_ok found
assert_ran maker.dd maker.o found

# What the file is made of may be made of it: then it cannot be waited for, and is a
# source, or it would be a cycle.
write turn.magma <<'EOF'
(action :outputs ["turn.src"] :inputs {:ifchanged ["seed" "t.mod"]}
        :rule {:command ["cp" "seed" "turn.src"]})
EOF
write rest <<'EOF'
(action :outputs ["turn.dd"] :inputs {:ifchanged ["turn.src"]}
        :rule {:command ["sh" "scan" "turn"] :stdout "turn.dd"})
(action :outputs ["turn.o"] :inputs {:ifchanged ["turn.src"]} :dyndep "turn.dd"
        :rule {:command ["sh" "compile" "turn"]})
EOF
cat rest >>turn.magma
write before.magma <<'EOF'
(action :outputs ["turn.src"] :inputs {:ifchanged ["seed"]}
        :rule {:command ["cp" "seed" "turn.src"]})
EOF
cat rest >>before.magma
write seed 'module t.mod'
cp before.magma build.magma
ronin_ok
cp turn.magma build.magma
ronin_fails 3 turn.src turn.o
assert_output 'cycle'
write seed plain
ronin_ok turn.src
assert_ran turn.src turn.dd
ronin_ok
assert_ran turn.o

# One that was written by hand and is gone is missed, with and without an index.
write build.magma <<'EOF'
(action :outputs ["hand.o"] :inputs {:ifchanged ["seed"]} :dyndep "hand.dd"
        :rule {:command ["sh" "-c" "cp seed hand.o; cp seed hand.mod"]})
(action :outputs ["reads"] :inputs {:ifchanged ["hand.mod"]}
        :rule {:command ["cp" "hand.mod" "reads"]})
EOF
write hand.dd 'ninja_dyndep_version = 1' 'build hand.o | hand.mod: dyndep'
write hand.mod first
ronin_ok
write seed more
ronin_ok reads
assert_ran hand.o reads
mv hand.dd kept.dd
for index in kept lost; do
    ronin_fails 3 reads
    assert_output 'hand.dd does not exist'
    test $index = lost || rm -f .ronin/index-*
done
cp build.magma kept.magma
sed -i 's/"seed"\]/"seed" "hand.mod"]/' build.magma
ronin_fails 3 hand.o
assert_output 'hand.dd does not exist'
mv kept.magma build.magma
mv kept.dd hand.dd
ronin_ok reads
assert_ran

# As ninja it is foreseen how much will run: whoever waits for such a file may.
rm -rf ./* .ronin
ln -s "$RONIN" ninja
write build.ninja <<'EOF'
rule cp
  command = cp $in $out
rule scan
  command = printf 'ninja_dyndep_version = 1\nbuild maker | m.mod: dyndep\n' >$out
rule make
  command = cp in maker; cp in m.mod
  dyndep = dd
build dd: scan in
build maker: make in || dd
build reader: cp m.mod
EOF
write in one
./ninja maker >/dev/null
./ninja >/dev/null
write in two
OUTPUT=$(./ninja -j1 reader)
assert_output '[1/3] printf' '[2/3] cp in maker' '[3/3] cp m.mod reader'
write in three
rm -f .ronin/index-*
OUTPUT=$(./ninja -j1 reader)
assert_output '[1/2] printf' '[2/3] cp in maker' '[3/3] cp m.mod reader'
