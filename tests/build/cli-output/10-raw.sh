# SPDX-License-Identifier: MIT
# --raw shows what actions print byte for byte; nothing else does.
. "$TESTS/lib/build.sh"

write build.magma <<'END'
(action :outputs ["x"]
  :rule {:command ["sh" "-c" "printf 'a\\033[2Jb\\rc\\377\\n'; touch x"]})
END
ronin --quiet --raw >raw
printf 'a\033[2Jb\rc\377\n' | cmp - raw
rm x
ronin --quiet >shown
printf 'c\\xff\n' | cmp - shown

# A failure on standard error likewise.
write build.magma <<'END'
(action :outputs ["y"] :rule {:command ["sh" "-c" "printf '\\033[2J\\n'; exit 1"]})
END
ronin --raw 2>err && fail "it did not fail"
grep -q $'^\033\\[2J$' err || fail "$(cat err)"
ronin 2>err && fail "it did not fail"
grep -q $'\033' err && fail "$(cat err)"
exit 0
