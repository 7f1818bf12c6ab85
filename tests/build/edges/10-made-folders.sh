# SPDX-License-Identifier: MIT
# Folders that ronin made go with the last thing in them; no other one does.
. "$TESTS/lib/build.sh"

copies()
{
    local name

    for name; do
        printf '(action :outputs ["%s"] :inputs {:ifchanged ["in"]} :rule {:command ["cp" "in" "%s"]})\n' \
            "$name" "$name"
    done
}

write in one
mkdir -p theirs/deep
copies a/b/c a/d e/f theirs/deep/x theirs/new/y >build.magma
ronin_ok

# What left the graph takes its folders along, as far as they are empty.
copies a/d e/f theirs/deep/x theirs/new/y >build.magma
ronin_ok
assert_output 'removed a/b/c'
assert_absent a/b
assert_file a/d one
write e/mine one
copies a/d >build.magma
ronin_ok
assert_absent e/f theirs/new theirs/deep/x
assert_file e/mine one
[ -d theirs/deep ] || fail 'a folder of somebody else was removed'
ronin_ok
assert_ran

# So does what is cleaned; a second build makes all of it again.
ronin_ok clean
assert_absent a
ronin_ok
assert_ran a/d
ronin_ok clean -n
assert_file a/d one
ronin_ok clean
assert_absent a

# A folder that was emptied by somebody else is no longer asked for; one that was
# replaced by a link is not followed.
ronin_ok
mv a moved
ln -s moved a
ronin_ok clean
assert_file moved/d one
rm a
rm -r moved
ronin_ok
rm -r a
mkdir a
ronin_ok
assert_ran a/d
copies in2 >build.magma
write in one
ronin_ok
assert_absent a/d

# Folders of depfiles, of streams, and outputs that are folders.
rm -rf ./* .ronin
write in one
write build.magma <<'END'
(action :outputs ["o/x"] :inputs {:ifchanged ["in"]} :depfile "deps/x.d"
        :rule {:command ["sh" "-c" "cp in o/x; echo o/x: in >deps/x.d"]})
(action :outputs ["log/y"] :inputs {:ifchanged ["in"]}
        :rule {:command ["cat" "in"] :stdout "log/y"})
(action :outputs ["t/tree"] :inputs {:ifchanged ["in"]}
        :rule {:command ["sh" "-c" "mkdir -p t/tree/sub; cp in t/tree/sub/z"]})
END
ronin_ok
ronin_ok clean
assert_equal "$(echo *)" 'build.magma in'

# A folder that only the command made is the command's.
write build.magma <<'END'
(action :outputs ["o/x"] :rule {:command ["sh" "-c" "mkdir -p own/deep; touch o/x"]})
END
ronin_ok
ronin_ok clean
assert_absent o
[ -d own/deep ] || fail 'a folder that ronin did not make was removed'
