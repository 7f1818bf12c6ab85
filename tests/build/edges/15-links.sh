# SPDX-License-Identifier: MIT
# Links that actions make, and links to what actions make: what leads to a file is
# one thing, what is in the file another.
. "$TESTS/lib/build.sh"

# An action that makes a link is not concerned with what it leads to; who reads
# the link is, and waits for it.
write build.magma <<'END'
(action :outputs ["lib.1"] :inputs {:ifchanged ["src"]} :rule {:command ["cp" "src" "lib.1"]})
(action :outputs ["lib"] :order-only ["lib.1"] :rule {:command ["ln" "-sf" "lib.1" "lib"]})
(action :outputs ["lib0"] :order-only ["lib"] :rule {:command ["ln" "-sf" "lib" "lib0"]})
(action :outputs ["prog"] :inputs {:ifchanged ["lib0"]} :rule {:command ["cp" "lib0" "prog"]})
(action :outputs ["list"] :inputs {:ifwritten ["lib"]} :rule {:command ["cp" "lib" "list"]})
END
write src one
ronin_ok
assert_ran lib.1 lib lib0 prog list
ronin_ok
assert_ran
write src two
ronin_ok -j4
assert_ran lib.1 prog list
assert_file prog two
assert_file list two
assert_lacks "$OUTPUT" 'something else'
ronin_ok why prog
assert_output 'lib.1 changed' '[input-changed, discovered]'
assert_lacks "$OUTPUT" 'output lib'
ronin_ok
assert_ran
# Written, but with the same content.
cp lib.1 aside; mv aside lib.1
write src three
ronin_ok prog
assert_ran lib.1 prog
ronin_ok
assert_ran list
ronin_ok
assert_ran

# The link itself is an output like any other.
ln -sf src lib
ronin_ok
assert_ran lib list
assert_output 'lib was modified by something else'
assert_equal "$(readlink lib)" lib.1
rm lib
ronin_ok
assert_ran lib list
ronin_ok
assert_ran

# All of it can be removed, in any order; what was made another link cannot.
ronin_ok clean
for file in lib lib0 lib.1 prog list; do
    assert_absent "$file"
done
ronin_ok
write other mine
ln -sf other lib0
ronin_ok clean
assert_equal "$(readlink lib0)" other
assert_absent lib
rm lib0

# Before what it leads to, without any order.
write build.magma <<'END'
(action :outputs ["later"] :inputs {:ifchanged ["src"]} :rule {:command ["cp" "src" "later"]})
(action :outputs ["early"] :rule {:command ["ln" "-s" "later" "early"]})
END
ronin_ok -j1 early
ronin_ok
assert_ran later
ronin_ok
assert_ran

# A link in the sources, to a folder that an action makes.
write build.magma <<'END'
(action :outputs ["made"] :inputs {:ifchanged ["src"]}
        :rule {:command ["sh" "-c" "rm -rf made; mkdir -p made/sub; cp src made/sub/x"]})
(action :outputs ["copy"] :inputs {:ifchanged ["link"]} :order-only ["made"]
        :rule {:command ["sh" "-c" "cat link/sub/x >copy"]})
END
ln -s "$PWD/made" link
ronin_ok
ronin_ok
assert_ran
write src four
ronin_ok -j4
assert_ran made copy
assert_file copy four
ronin_ok
assert_ran

# Links in the sources, one to the other, and the second to what an action makes.
# Without the index all actions are judged, and look at them beforehand.
rm link copy
write build.magma <<'END'
(action :outputs ["made.txt"] :inputs {:ifchanged ["src"]} :rule {:command ["cp" "src" "made.txt"]})
(action :outputs ["copy"] :inputs {:ifwritten ["first"]} :rule {:command ["cp" "first" "copy"]})
(action :outputs ["read"] :inputs {:ifchanged ["src"]} :depfile "read.d" :order-only ["made.txt"]
        :rule {:command ["sh" "-c" "cat first >read; echo read: first >read.d"]})
END
ln -s second first
ln -s made.txt second
ronin_ok -j1
ronin_ok
assert_ran
write src five
rm -f .ronin/index-*
ronin_ok -j4
assert_ran made.txt copy read
assert_file copy five
assert_file read five
ronin_ok
assert_ran

# A link to a folder that an action makes is no other link when the folder changes.
write build.magma <<'END'
(action :outputs ["made"] :inputs {:ifchanged ["src"]}
        :rule {:command ["sh" "-c" "rm -rf made; mkdir -p made/sub; cp src made/sub/x"]})
(action :outputs ["dir"] :order-only ["made"] :rule {:command ["ln" "-sfn" "made" "dir"]})
(action :outputs ["copy"] :inputs {:ifchanged ["dir"]} :rule {:command ["cp" "dir/sub/x" "copy"]})
END
ronin_ok
ronin_ok
assert_ran
write src six
rm -f .ronin/index-*
ronin_ok
assert_ran made copy
assert_file copy six
ronin_ok
assert_ran

# What is recorded anew without a run, since a file went whose coming would count,
# is a link that the action made as before.
write build.magma <<'END'
(action :outputs ["lib.1"] :inputs {:ifchanged ["src"]} :rule {:command ["cp" "src" "lib.1"]})
(action :outputs ["lib"] :inputs {:ifcreated ["flag"]} :order-only ["lib.1"]
        :rule {:command ["ln" "-sf" "lib.1" "lib"]})
END
write flag
ronin_ok
rm flag
ronin_ok
assert_ran
write src seven
ronin_ok
assert_ran lib.1
ronin_ok
assert_ran
write src six
ronin_ok
rm lib

# What an action writes through a link that it did not make is its output.
write build.magma <<'END'
(action :outputs ["out.txt"] :inputs {:ifchanged ["src"]} :rule {:command ["cp" "src" "out.txt"]})
END
write elsewhere old
ln -s elsewhere out.txt
ronin_ok
assert_file elsewhere six
ronin_ok
assert_ran
write elsewhere edited
ronin_ok
assert_ran out.txt
assert_file elsewhere six
chmod 600 elsewhere
ronin_ok
assert_ran out.txt
rm -f out.txt elsewhere

# What was adopted waits as well: here a generator that was run by hand.
write build.magma <<'END'
(action :outputs ["made.txt"] :inputs {:ifchanged ["src"]} :rule {:command ["cp" "src" "made.txt"]})
(action :outputs ["conf"] :inputs {:ifchanged ["first"]} :order-only ["made.txt"] :generator true
        :rule {:command ["cp" "first" "conf"]})
END
ronin_ok made.txt
cp first conf
ronin_ok
assert_ran
write src eight
ronin_ok
assert_ran made.txt conf
assert_file conf eight

# A folder that is a link, in the sources or made by an action: what is in it is
# reached by another name than the one under which it is made.
# The first action looks there before the link is made.
rm -rf first second
write build.magma <<'END'
(action :outputs ["early"] :inputs {:ifdeleted ["now/inc/none"]} :rule {:command ["touch" "early"]})
(action :outputs ["v1/inc/x.h"] :inputs {:ifchanged ["src"]} :order-only ["early"]
        :rule {:command ["cp" "src" "v1/inc/x.h"]})
(action :outputs ["now"] :order-only ["v1/inc/x.h"] :rule {:command ["ln" "-sfn" "v1" "now"]})
(defn reads [out path]
  (action :outputs [out] :inputs {:ifchanged ["main.c"]} :order-only ["now"]
          :depfile (str out ".d")
          :rule {:command ["sh" "-c" (str "cat " path " >" out "; echo " out ": " path " >" out ".d")]}))
(reads "over-made" "now/inc/x.h")
(reads "over-source" "include/x.h")
(reads "over-both" "around/now/inc/x.h")
(reads "absolute" "ROOT/include/x.h")
END
edit build.magma "s|ROOT|$PWD|"
write main.c main
mkdir -p sub
ln -s "$PWD/v1/inc" include
ln -s .. sub/up
ln -s sub/up around
ronin_ok
ronin_ok
assert_ran
write src nine
ronin_ok
assert_ran v1/inc/x.h over-made over-source over-both absolute
for file in over-made over-source over-both absolute; do
    assert_file "$file" nine
done
ronin_ok
assert_ran

# The same where only the graph that a generator makes has the link: what was seen
# of the folder before does not count.
rm -rf now v1 over-made*
cat >after.magma <<'END'
(action :outputs ["v1/inc/x.h"] :inputs {:ifchanged ["src"]}
        :rule {:command ["cp" "src" "v1/inc/x.h"]})
(action :outputs ["now"] :order-only ["v1/inc/x.h"] :rule {:command ["ln" "-sfn" "v1" "now"]})
(action :outputs ["over-made"] :inputs {:ifchanged ["main.c"]} :order-only ["now"] :depfile "over-made.d"
        :rule {:command ["sh" "-c" "cat now/inc/x.h >over-made; echo over-made: now/inc/x.h >over-made.d"]})
END
cat >generator.magma <<'END'
(action :generator true :outputs ["build.magma"]
        :inputs {:ifchanged ["which"] :ifdeleted ["now/inc/none"]}
        :rule {:command ["sh" "-c" "cat generator.magma $(cat which) >build.new; mv build.new build.magma"]})
END
cp generator.magma build.magma
write which </dev/null
ronin_ok
write which after.magma
ronin_ok
assert_file over-made nine
ronin_ok
assert_ran
write src ten
ronin_ok
assert_ran v1/inc/x.h over-made
assert_file over-made ten

# Links that go round in a circle, or out of the root.
write build.magma <<'END'
(action :outputs ["round"] :inputs {:ifchanged ["src"]}
        :rule {:command ["sh" "-c" "ln -sf round2 round; ln -sf round round2"]})
(action :outputs ["user"] :inputs {:ifchanged ["round" "out"]} :rule {:command ["touch" "user"]})
END
mkdir ../outside; touch ../outside/file
ln -s ../outside out
ronin_ok
assert_ran round user
ronin_ok
assert_ran

# A link that was read when it was made, before what it leads to was made anew: who
# is new in the graph has nothing recorded, and signs it as it is by then.
write build.magma <<'END'
(action :outputs ["pointer"] :inputs {:ifchanged ["tag"]} :rule {:command ["ln" "-sfn" "pointed" "pointer"]})
(action :outputs ["pointed"] :inputs {:ifchanged ["src"]} :order-only ["pointer"] :rule {:command ["cp" "src" "pointed"]})
END
write src one
write tag one
ronin_ok
write src two
write tag two
cat >>build.magma <<'END'
(action :outputs ["reader"] :inputs {:ifchanged ["pointer"]} :order-only ["pointed"] :rule {:command ["cp" "pointer" "reader"]})
END
ronin_ok
assert_ran pointer pointed reader
assert_file reader two
ronin_ok
assert_ran
write src three
ronin_ok
assert_ran pointed reader
assert_file reader three
ronin_ok
assert_ran

# What was written through a link that a person made is not removed, nor is the link.
write build.magma <<'END'
(action :outputs ["through"] :inputs {:ifchanged ["src"]} :rule {:command ["cp" "src" "through"]})
(action :outputs ["mine"] :rule {:command ["ln" "-s" "src" "mine"]})
END
write behind old
ln -s behind through
ronin_ok
assert_file behind three
ronin_ok clean
assert_equal "$(readlink through)" behind
assert_file behind three
assert_absent mine
ronin_ok
write build.magma '(action :outputs ["else"] :inputs {:ifchanged ["src"]} :rule {:command ["cp" "src" "else"]})'
ronin_ok
assert_output 'removed mine'
assert_lacks "$OUTPUT" 'removed through'
assert_equal "$(readlink through)" behind

# A link that an action made, and leaves as it is when it runs again, is its own all
# the same; one that it writes through then is not.
write build.magma <<'END'
(action :outputs ["target"] :inputs {:ifchanged ["src"]} :rule {:command ["cp" "src" "target"]})
(action :outputs ["kept"] :inputs {:ifchanged ["tag"]} :order-only ["target"]
        :rule {:command ["sh" "-c" "test -L kept || ln -s target kept"]})
END
ronin_ok
write tag three
ronin_ok
assert_ran kept
write src four
ronin_ok
assert_ran target
assert_lacks "$OUTPUT" 'something else'
ronin_ok clean
assert_absent kept target
ronin_ok
edit build.magma 's/test -L kept .. ln -s target kept/cp tag kept/'
ronin_ok
assert_ran kept
assert_file target three
ronin_ok
assert_output 'target was modified by something else'
