# SPDX-License-Identifier: MIT
# An action discovered a source; meanwhile another one's dyndep file came to name this
# source as an output. The action ran before that was known, and again behind the
# maker, as it had to; it counted twice, and more had run than were wanted.
. "$TESTS/lib/build.sh"
write build.magma <<'END'
(action :outputs ["order.dd"] :inputs {:ifchanged ["maker.src"]}
        :rule {:command ["sh" "scan"]})
(action :outputs ["maker.o"] :inputs {:ifchanged ["maker.src"]} :dyndep "order.dd"
        :rule {:command ["sh" "-c" "cp maker.src maker.o; ! grep -q makes maker.src || cp maker.src found"]})
(action :outputs ["user"] :inputs {:ifwritten ["in"]} :depfile "user.d"
        :rule {:command ["sh" "use"]})
END
# The scanner ends when the other one has begun, so that this one reads what lay there.
write scan <<'END'
until [ -e user.ran ]; do sleep 0.01; done
makes=$(sed -n 's/^makes \(.*\)/| \1/p' maker.src)
printf 'ninja_dyndep_version = 1\nbuild maker.o %s: dyndep\n' "$makes" >order.dd
END
write use <<'END'
! grep -q fails in || ! grep -q makes found || exit 1
cat in found >user
echo user: in found >user.d
touch user.ran
END
counts()
{
    events run.end counts
}
write in one
write maker.src plain
write found source
touch -d '1 hour ago' in maker.src found
ronin_ok -j2
assert_ran maker.o order.dd user
ronin_ok -j2
assert_ran

write in two
write maker.src 'makes found'
rm user.ran
ronin_ok -j2
assert_ran maker.o order.dd user user
assert_output 'built: 3 ran, 0 up to date'
assert_contains "$(counts)" "'wanted': 3, 'ran': 3,"
assert_file user "$(printf 'two\nmakes found')"
ronin_ok runs
assert_output '3 ran'
ronin_ok -j2
assert_ran

# The second time it may fail, too: then that is what became of it.
write maker.src plain
ronin_ok -j2
write found source
ronin_ok -j2
write in fails
write maker.src 'makes found'
rm user.ran
ronin_fails 1 -j2
assert_ran maker.o order.dd user user
assert_contains "$(counts)" "'wanted': 3, 'ran': 2,"
assert_contains "$(counts)" "'failed': 1,"
