# SPDX-License-Identifier: MIT
# clean takes what stands beside the outputs of actions that ran: depfiles,
# response files of failed commands, outputs that a dyndep file named. It takes
# no file that is somebody else's.
. "$TESTS/lib/build.sh"

write build.magma <<'END'
(action :outputs ["o"] :depfile "o.d"
        :rule {:command ["sh" "-c" "echo o: h >o.d; touch o"]})
(action :outputs ["never"] :depfile "mine" :rule {:command ["false"]})
(action :outputs ["m.o"] :dyndep "dd"
        :rule {:command ["touch" "m.o" "m.mod"]})
(action :outputs ["r"] :inputs {:ifchanged ["in"]}
        :rspfile {:path "r.rsp" :content "words"}
        :rule {:command ["sh" "-c" "test ! -e stop && touch r"]})
END
printf 'ninja_dyndep_version = 1\nbuild m.o | m.mod: dyndep\n' >dd
write h; write in one
write mine 'never: x'
ronin_ok o m.o r
write stop; write in two
ronin_fails 1 r
assert_file r.rsp words
touch r; rm r
ronin_ok clean -n
assert_file o.d
assert_file m.mod
ronin_ok clean
assert_absent o o.d m.o m.mod
assert_file mine 'never: x'
assert_file h
assert_file dd

# A depfile that says something else by now, or that somebody reads, stays.
rm stop
ronin_ok o
echo 'notes of mine' >o.d
ronin_ok clean
assert_absent o
assert_file o.d 'notes of mine'
ronin_ok o
echo '(action :outputs ["u"] :inputs {:ifchanged ["o.d"]} :rule {:command ["cp" "o.d" "u"]})' >>build.magma
ronin_ok clean
assert_file o.d 'o: h'
