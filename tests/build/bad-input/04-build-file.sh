# SPDX-License-Identifier: MIT
# Build files that cannot be read, are cut off, or are no text at all.
. "$TESTS/lib/build.sh"

# refused NEEDLE...: the build file as it is cannot be used.
refused()
{
    ronin_fails 3
    assert_output "$@"
    assert_absent out
}

write in one
ronin_fails 3
assert_output 'build.magma'
mkdir build.magma
refused 'cannot read build.magma'
ronin_fails 3 -f build.magma
assert_output 'cannot read build.magma'
rmdir build.magma
ln -s nowhere build.magma
refused 'cannot read build.magma'
ronin_fails 3 -f build.magma
assert_output 'cannot read build.magma'
rm build.magma
ln -s build.magma build.magma
ronin_fails 3 -f build.magma
assert_output 'cannot read build.magma'
rm build.magma

# No forms, no actions.
for text in '' ';comment' '  ,, #_ form' $'\xef\xbb\xbf'; do
    printf '%s' "$text" >build.magma
    ronin_ok
    assert_output 'up to date (0 actions'
done

# Text of other kinds.
printf '(def x "ab\xe9c")' >build.magma
refused 'build.magma:1:11: error[R0101]: Byte 10 (0xe9) is not UTF-8' \
    'x "ab\xe9c"' 'Save the file as UTF-8'
printf '\xff\xfe(\0)\0' >build.magma
refused 'build.magma:1:1: error[R0101]: Byte 0 (0xff) is not UTF-8'
head -c 4096 "$(command -v sh)" >build.magma
refused 'is not UTF-8'
printf '(def x 1)\0\0' >build.magma
refused 'build.magma:1:10: error['
printf '(def \033[2J 1)' >build.magma
refused 'build.magma:1:' '\x1b[2J'
assert_lacks "$OUTPUT" $'\033'

action='(action :outputs ["out"] :inputs {:ifwritten ["in"]}
  :rule {:command ["cp" "in" "out"]})'
for text in $'\xef\xbb\xbf'"$action" "${action//$'\n'/$'\r\n'}" \
    "${action//$'\n'/$'\r'}" "$action ; no newline"; do
    printf '%s' "$text" >build.magma
    rm -f out
    ronin_ok
    assert_ran out
    assert_file out one
done
rm out

# Long lines and deep nesting.
python3 - <<'END'
def write(name, text):
    with open(name, "w", encoding="utf-8") as file:
        file.write(text)

million = 1000000
write("long", f'(def x "{"a" * million}") oops')
write("symbol", "a" * million)
write("quoted", "(def x '" + "[" * million + "]" * million + ")")
write("open", "'" + "[" * million)
write("calls", "(" * million + ")" * million)
write("quotes", "'" * million + "a")
write("let", "(let [a 1] " * 100000 + "a" + ")" * 100000)
write("syntax-quote", "`" + "[" * 300000 + "]" * 300000)
END
mv long build.magma
refused 'build.magma:1:1000012: error[R0102]: Unable to resolve symbol: oops'
mv symbol build.magma
refused 'Unable to resolve symbol: aaa'
[ ${#OUTPUT} -lt 10000 ] || fail "${#OUTPUT} bytes for one error"
mv quoted build.magma
ronin_ok
mv open build.magma
refused 'build.magma:1:1000001: error[R0101]: The [ opened at'
mv calls build.magma
refused 'error[R0110]'
mv quotes build.magma
ronin_ok
mv let build.magma
refused 'build.magma:1:' 'error[R0110]'
mv syntax-quote build.magma
ronin_ok

# Cut off at any byte: never a crash, never a build of half a file.
cat >whole <<'END'
; é
(def srcs #{"in"}) (def re #"a+\d")
(defn r [{o :out}] `{:command ["cp" ~@(map str srcs) ~o]})
(action {:outputs ["out"] :inputs {:ifwritten ["in"]} :rule #(r %)})
END
python3 - <<'END'
import subprocess
whole = open("whole", "rb").read()
for size in range(len(whole)):
    with open("build.magma", "wb") as file:
        file.write(whole[:size])
    done = subprocess.run(["ronin", "-n"], capture_output=True)
    text = (done.stdout + done.stderr).decode()
    assert done.returncode in (0, 3), (size, done.returncode, text)
    assert done.returncode == 0 or "build.magma:" in text, (size, text)
    assert "would run 1" not in text or size + 1 >= len(whole), (size, text)
END
ronin_ok -f whole
assert_file out one
