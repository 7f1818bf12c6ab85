# SPDX-License-Identifier: MIT
# The first word is a verb if it names one, else a target; options may stand
# before it.
. "$TESTS/lib/build.sh"

write build.magma <<'END'
(action :inputs {:ifchanged ["in"]} :outputs ["out"]
  :rule {:command ["cp" "in" "out"]})
(action :outputs ["test"] :rule {:command ["touch" "test"]})
END
write in one

ronin_ok version
assert_equal "$OUTPUT" "$(ronin --version)"
case $OUTPUT in
'ronin '[0-9]*.[0-9]*.[0-9]*) ;;
*) fail "no version: $OUTPUT" ;;
esac

ronin_ok out
assert_ran out
ronin_ok -j2 build out
assert_ran
ronin_ok build --jobs=3 -k 0 -v out
assert_ran
mkdir -p sub
(cd sub && ronin -C .. build out --quiet)

# A target that is called as a verb stands after --.
ronin --quiet -- test
assert_file test

ronin_ok --help
assert_output 'repl' 'eval' 'why' 'clean'
ronin_ok help
assert_output 'ronin VERB'
for verb in build repl eval test why clean version help; do
    ronin_ok "$verb" --help
    assert_output "ronin $verb" '--help'
    ronin_ok help "$verb"
    assert_output "ronin $verb"
done
ronin_fails 2 help bild
assert_output 'no verb or chapter bild'
