# SPDX-License-Identifier: MIT
# Each object has a dyndep file of its own. What one of them reads is made by
# another one, which nobody knows before that one's file was read as well: it is
# neither started nor called up to date before.
. "$TESTS/lib/build.sh"

write scan <<'EOF'
sleep "$2"
echo 'ninja_dyndep_version = 1'
makes=$(sed -n 's/^module //p' "$1.src")
needs=$(sed -n 's/^use //p' "$1.src")
echo "build $1.o${makes:+ | $makes}: dyndep${needs:+ | $needs}"
EOF
write compile <<'EOF'
needs=$(sed -n 's/^use //p' "$1.src")
makes=$(sed -n 's/^module //p' "$1.src")
cat "$1.src" ${needs:+"$needs"} >"$1.o" || exit 1
test -z "$makes" || cp "$1.src" "$makes"
EOF
# The first in the file is scanned at once, the others later and later.
write build.magma <<'EOF'
(defn object [name slow]
  (action :outputs [(str name ".dd")] :inputs {:ifchanged [(str name ".src")]}
          :rule {:command ["sh" "scan" name slow] :stdout (str name ".dd")})
  (action :outputs [(str name ".o")] :inputs {:ifchanged [(str name ".src")]}
          :dyndep (str name ".dd")
          :rule {:command ["sh" "compile" name]}))
(object "a" "0")
(object "b" "0.05")
(object "c" "0.1")
EOF
printf 'use b.mod\n' >a.src
printf 'use c.mod\nmodule b.mod\n' >b.src
printf 'module c.mod\n' >c.src

ronin_ok -j8
assert_ran a.dd b.dd c.dd a.o b.o c.o
assert_file a.o 'use b.mod
use c.mod
module b.mod'
ronin_ok
assert_ran

# What was made before is there, and will be made anew.
printf 'module c.mod\nchanged\n' >c.src
printf 'use c.mod\nmodule b.mod\nchanged\n' >b.src
ronin_ok -j8
assert_ran b.dd c.dd a.o b.o c.o
assert_equal "$(events action.skip path | sort | tr '\n' ' ')" 'a.dd '
grep -q changed a.o || fail 'a.o was made of the old b.mod'

# It goes on where nobody makes it any more: then it is a source.
printf 'plain\n' >c.src
printf 'plain\n' >b.src
rm a.o
ronin_ok -j8
assert_ran b.dd c.dd a.o b.o c.o
assert_absent c.mod
printf 'plain\n' >a.src
ronin_ok -j8
ronin_ok
assert_ran
