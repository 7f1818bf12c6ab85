# SPDX-License-Identifier: MIT
# :deps :msvc takes the lines that name inputs out of what a command prints; the
# paths become discovered inputs. Lines of the person stay.
. "$TESTS/lib/build.sh"

write cl <<'END'
echo in.cpp
echo "Note: including file: one.h"
printf 'Note: including file:   sub\\two.h\r\n'
echo 'Note: including file: C:\Program Files\Microsoft\stdio.h'
echo "in.cpp(3): warning: look out"
cat one.h sub/two.h >out
END
write build.magma <<'END'
(action :outputs ["out"] :inputs {:ifwritten ["cl"]} :deps :msvc
        :rule {:command ["sh" "cl"]})
END
write one.h 1
write sub/two.h 2
ronin_ok
assert_output 'look out'
assert_lacks "$OUTPUT" 'including'
assert_lacks "$OUTPUT" $'\nin.cpp\n'
ronin_ok
assert_ran
write sub/two.h 22
ronin_ok --explain
assert_output 'sub/two.h changed'
assert_file out $'1\n22'
ronin_ok
assert_ran

# A header that is gone makes the action dirty, and no more than that.
edit cl 's/.*two.h.r.n.*//; s,sub/two.h,,'
rm sub/two.h
ronin_ok
assert_ran out
ronin_ok
assert_ran

# Another language says it in other words.
edit build.magma 's/:deps :msvc/:deps :msvc :msvc-prefix "Hinweis: Einlesen der Datei:"/'
edit cl 's/Note: including file: one/Hinweis: Einlesen der Datei:  one/'
ronin_ok
assert_ran out
write one.h 3
ronin_ok
assert_ran out
assert_file out 3
