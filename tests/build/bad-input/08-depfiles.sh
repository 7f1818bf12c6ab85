# SPDX-License-Identifier: MIT
# Depfiles that are missing, malformed or odd.
. "$TESTS/lib/build.sh"

write build.magma <<'END'
(action :outputs ["out"] :inputs {:ifwritten ["in"]} :depfile "out.d"
  :rule {:command ["sh" "-c" "touch out; test ! -e text || cat text >out.d"]})
END
write in one
write header one

# refused BYTES NEEDLE...
refused()
{
    printf "$1" >text
    rm -rf out out.d
    ronin_fails 1
    assert_output 'FAILED  out' "${@:2}"
    assert_absent out
    ronin_fails 1
    assert_ran out
}

# accepted BYTES: and a header that is in it counts.
accepted()
{
    printf "$1" >text
    rm -rf out
    ronin_ok
    assert_ran out
    ronin_ok
    assert_ran
    touch -d "2001-01-0$((++day))" header
    ronin_ok
    assert_ran "$2"
}

day=0
ronin_fails 1
assert_output 'did not write its depfile out.d'
mkdir out.d
ronin_fails 1
assert_output 'out.d: Is a directory'
rmdir out.d
refused 'no colon here' "this line has no ':'"
refused '\001\377\n' "this line has no ':'"
refused 'out: a\000b\n' 'zero byte'
accepted '' ''
accepted 'out: header' out
accepted 'out: in \\\n  header\n' out
accepted 'out: in\r\nheader:\r\n' ''
accepted 'out: in \\\r\n header\r\n' out
accepted 'other: in header\n' out
accepted 'out: header header ./header\nheader:\n' out
accepted 'out: out header\n' out
accepted 'out: header gone/away\n' out
accepted "out: $PWD/header" out
accepted 'out: header \\' out

# A header that goes away makes it run, and is no error.
printf 'out: header\n' >text
rm out
ronin_ok
rm header
printf 'out: in\n' >text
ronin_ok
assert_ran out
ronin_ok
assert_ran

# With :deps :gcc it is removed after reading, and remembered.
edit build.magma 's/:depfile/:deps :gcc :depfile/'
rm out
write header two
printf 'out: header\n' >text
ronin_ok
assert_absent out.d
write header three
ronin_ok
assert_ran out

# A hundred megabytes of it.
edit build.magma 's/:deps :gcc //; s/cat text/cat text huge/'
python3 - >huge <<'END'
line = "".join(f" deep/folder/header{i} \\\n" for i in range(100)).encode()
import sys
for _ in range(100_000_000 // len(line)):
    sys.stdout.buffer.write(line)
END
[ "$(stat -c %s huge)" -gt 90000000 ] || fail 'it is small'
printf 'out: header \\\n' >text
rm out
ronin_ok
ronin_ok
assert_ran
write header four
ronin_ok
assert_ran out
