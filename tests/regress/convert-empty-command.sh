# SPDX-License-Identifier: MIT
# A rule whose command is empty text was refused by convert, and is built by
# ninja: a shell then does nothing.
. "$TESTS/lib/build.sh"
printf 'rule r\n  command = $x\nbuild a: r\n' >build.ninja
ronin_ok convert
ronin_ok convert --check
grep -q ':command ""' build.magma || fail "no empty command in $(cat build.magma)"
