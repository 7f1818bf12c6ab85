# SPDX-License-Identifier: MIT
# Commands that cannot start, fail, die, print garbage or leave no output:
# each is told, leaves nothing that is trusted, and runs again next time.
. "$TESTS/lib/build.sh"

# fails COMMAND NEEDLE...: the command of `out` fails, and so it does again.
fails()
{
    write build.magma \
        "(action :outputs [\"out\"] :inputs {:ifwritten [\"in\"]}" \
        "        :rule {:command $1})" \
        '(action :outputs ["user"] :inputs {:ifchanged ["out"]}' \
        '        :rule {:command ["cp" "out" "user"]})'
    ronin_fails 1
    assert_output 'FAILED  out' 'build.magma:1' '1 failed' \
        '1 not run because of it (user)' "${@:2}"
    assert_ran out
    assert_absent out user
    echo junk >out
    ronin_fails 1
    assert_ran out
    rm -f out
}

write in one
mkdir folder
write plain text
printf '#!/no/interpreter\n' >script
printf '\177ELFgarbage' >binary
chmod +x script binary
fails '["no-such-program" "x"]' 'no-such-program' 'not found in PATH'
fails '["./no-such-file"]' './no-such-file: no such file'
fails '["./folder"]' './folder' 'Permission denied'
fails '["./plain"]' './plain' 'Permission denied'
fails '["./script"]' 'the interpreter that it names, is not there'
fails '["./binary"]' 'is not a program'
fails '["touch" "out"] :dir "nowhere"' 'cannot start touch in' 'nowhere'
fails '["false"]' 'exit 1'
fails '["sh" "-c" "echo part >out; exit 3"]' 'exit 3'
fails '["sh" "-c" "echo part >out; kill -SEGV $$"]' 'killed by signal 11'
fails '["sh" "-c" "echo part >out; kill -KILL $$"]' 'killed by signal 9'
fails '["sh" "-c" (apply str (repeat 200000 "x"))]' '195 KiB' '128 KiB'
fails '["true" (repeat 300000 "123456789")]' '300001 arguments' '(-v shows all)'
[ ${#OUTPUT} -lt 20000 ] || fail "${#OUTPUT} bytes for one failure"

edit build.magma '2s/:command.*/:command ["true"]})/'
ronin_fails 1
assert_output 'out succeeded, but did not write out'
edit build.magma '1s/"out"/(apply str (repeat 300 "x"))/'
ronin_fails 1 "$(printf 'x%.0s' {1..300})"
assert_output 'but did not write xxx'
edit build.magma '1s/(apply.*"x"))/"out"/'

# The next good command builds.
edit build.magma '2s/:command.*/:command ["cp" "in" "out"]})/'
ronin_ok
assert_ran out user
ronin_ok
assert_ran

# A program that comes and goes, and that another one hides.
write build.magma '(action :outputs ["out"] :rule {:command ["made-tool"]})'
mkdir bin bin2
export PATH=$PWD/bin2:$PWD/bin:$PATH
ronin_fails 1
printf '#!/bin/sh\necho 1 >out\n' >bin/made-tool
chmod +x bin/made-tool
ronin_ok
assert_file out 1
printf '#!/bin/sh\necho 2 >out\n' >bin2/made-tool
chmod +x bin2/made-tool
ronin_ok
assert_file out 2
ronin_ok
assert_ran

# Bytes of all kinds come out harmless, on a terminal as well.
write build.magma <<'END'
(action :outputs ["noise"] :description "esc \u001b[2J in words"
  :rule {:command ["sh" "-c" "touch noise; cat bytes"]})
END
printf 'a\0b \377\376 \033]0;title\007 \033[2J \302\233H \033[31mred\033[0m \302' >bytes
ronin_ok
assert_output 'a\x00b \xff\xfe \x1b]0;title\x07 \x1b[2J \u009bH' \
    'H red ' 'esc ?[2J in words'
assert_contains "$(events action.end output_b64)" 'YQBi'
rm noise
script -qec 'TERM=xterm ronin' typescript >/dev/null </dev/null
for bad in $'\033]0;title' $'\033[2J' $'\302\233' $'\007'; do
    ! grep -qaF "$bad" typescript || fail "the terminal gets $bad"
done
assert_file noise
