# SPDX-License-Identifier: MIT
# A folder is the output of an action, and others read single files in it, declared or
# discovered: who makes the folder makes them.
. "$TESTS/lib/build.sh"
write build.magma <<'END'
(action :outputs ["early"] :inputs {:ifchanged ["main"]} :implicit {:ifcreated ["out/sub/late"]}
        :rule {:command ["touch" "early"]})
(action :outputs ["declared"] :inputs {:ifchanged ["out/sub/a"]} :rule {:command ["cp" "out/sub/a" "declared"]})
(action :outputs ["found"] :inputs {:ifchanged ["main"]} :order-only ["out"] :depfile "found.d"
        :rule {:command ["sh" "-c" "cat main out/sub/a >found; echo found: main out/sub/a >found.d"]})
(action :outputs ["whole"] :inputs {:ifchanged ["out"]} :rule {:command ["cp" "out/sub/a" "whole"]})
(action :outputs ["other"] :inputs {:ifchanged ["out/b"]} :rule {:command ["cp" "out/b" "other"]})
(action :outputs ["behind"] :inputs {:ifchanged ["declared"]} :rule {:command ["cp" "declared" "behind"]})
(action :outputs ["out"] :inputs {:ifchanged ["src"]}
        :rule {:command ["sh" "-c" "sleep 0.05; rm -rf out; mkdir -p out/sub; cp src out/sub/a; echo b >out/b"]})
END
write src one
write main main
# In whatever order, and at the first time, too.
for jobs in 1 4; do
    rm -rf .ronin out declared found whole other behind early
    ronin_ok -j$jobs
    assert_file behind one
    ronin_ok
    assert_ran
done

number=0
for jobs in 1 4; do
    for index in kept gone; do
        number=$((number + 1))
        write src "$number"
        [ $index = kept ] || rm -f .ronin/index-*
        ronin_ok -n
        assert_output 'declared' 'found'
        ronin_ok -j$jobs
        assert_ran out declared found whole behind
        assert_file behind "$number"
        assert_file found "$(printf 'main\n%s' "$number")"
        ronin_ok
        assert_ran
        # A part of it all, and what somebody changed in the folder.
        write src "part $number"
        [ $index = kept ] || rm -f .ronin/index-*
        ronin_ok -j$jobs declared
        assert_ran out declared
        assert_file declared "part $number"
        ronin_ok
        assert_ran found whole behind
        write out/sub/a tampered
        ronin_ok -j$jobs
        assert_ran out found
        assert_file declared "part $number"
        ronin_ok
        assert_ran
    done
done

# Asked for alone, such a file is what makes its folder.
write src alone
ronin_ok out/b
assert_ran out
ronin_ok why out/sub/a
assert_output 'src changed'
ronin_ok
assert_ran declared found whole behind

# A link to a folder is one as well.
write build.magma <<'END'
(action :outputs ["now"] :inputs {:ifchanged ["which"]} :rule {:command ["sh" "-c" "sleep 0.05; ln -sfn $(cat which) now"]})
(action :outputs ["declared"] :inputs {:ifchanged ["now/x"]} :rule {:command ["cp" "now/x" "declared"]})
(action :outputs ["found"] :inputs {:ifchanged ["main"]} :order-only ["now"] :depfile "found.d"
        :rule {:command ["sh" "-c" "cat now/x >found; echo found: now/x >found.d"]})
END
write v1/x one
write v2/x two
write which v1
ronin_ok
for version in 2 1 2 1; do
    write which v$version
    [ $version = 1 ] || rm -f .ronin/index-*
    ronin_ok -j4
    assert_ran now declared found
    cmp declared v$version/x
    cmp found v$version/x
    ronin_ok
    assert_ran
done

# Whoever makes the folder may read in it himself; and a source that lies where a
# former output was, by a way that leads back to it, stops nobody.
write build.magma <<'END'
(action :outputs ["gen"] :inputs {:ifchanged ["src"]} :implicit {:ifchanged ["tool"]} :depfile "gen.d"
        :rule {:command ["sh" "-c" "mkdir -p gen; cat src >gen/new; echo gen: gen/old >gen.d"]})
(action :outputs ["tool"] :inputs {:ifchanged ["main"]} :depfile "tool.d"
        :rule {:command ["sh" "-c" "cat main gen/old >tool; echo tool: gen/old >tool.d"]})
END
write gen/old old
ronin_ok
ronin_ok
assert_ran
write src last
ronin_ok
assert_ran gen
write main last
ronin_ok
assert_ran tool gen
ronin_ok
assert_ran

# What is not in the folder when it was made is missing as any other file.
write build.magma <<'END'
(action :outputs ["out"] :inputs {:ifchanged ["src"]} :rule {:command ["sh" "-c" "mkdir -p out; cp src out/a"]})
(action :outputs ["user"] :inputs {:ifchanged ["out/none"]} :rule {:command ["cp" "out/none" "user"]})
END
ronin_fails 3 -j1
assert_output 'out/none'
