# SPDX-License-Identifier: MIT
# Sources that are optional: absent they are no error, and that they come,
# change or go runs the action.
. "$TESTS/lib/build.sh"

write build.magma <<'END'
(action :outputs ["page"]
        :implicit {:ifchanged ["theme"] :ifcreated ["theme"] :ifdeleted ["theme"]}
        :rule {:command ["sh" "-c" "cat theme 2>/dev/null >page || echo plain >page"]})
END

# ran [NAME...]: exactly these, and nothing the second time.
ran()
{
    ronin_ok
    assert_ran "$@"
    ronin_ok
    assert_ran
}

ran page
assert_file page plain
write theme dark
ran page
assert_file page dark
write theme light
ran page
touch theme
ran
rm theme
ran page
assert_file page plain
