# SPDX-License-Identifier: MIT
# Names that shells, terminals and formats stumble over.
. "$TESTS/lib/build.sh"

python3 - <<'END'
names = ["a b", "q'uo\"te", "new\nline", "-dash", "--help", "$HOME", "back\\slash", "star*", "semi;colon", "tab\tx", "é日本",
         "esc\x1b[2Jx", "#hash", "%percent", "a:b", ":all", "~tilde", "l" * 255, "sub dir/fi le"]
with open("build.magma", "w", encoding="utf-8") as file:
    for i, name in enumerate(names):
        text = name.replace("\\", "\\\\").replace('"', '\\"')
        file.write(f'''
(action :outputs ["{text}"] :inputs {{:ifwritten ["in"]}} :depfile "d/{i}"
  :rule (fn [vars]
          {{:command ["sh" "-c" "cp -- in \\"$0\\"; echo x: in >\\"$1\\""
                     (:out vars) (:depfile vars)]}}))
(action :outputs ["copies/{i}"] :inputs {{:ifchanged ["{text}"]}}
  :rule {{:command ["cat"] :stdin "{text}" :stdout "copies/{i}"}})''')
END
write in one
ronin_ok
assert_lacks "$OUTPUT" $'\033'
assert_equal "$(events action.end status | sort -u)" ok
assert_equal "$(events action.end status | wc -l)" 38
for file in 'a b' "q'uo\"te" $'new\nline' ./-dash ./--help '$HOME' \
    'back\slash' 'star*' $'tab\tx' é日本 $'esc\033[2Jx' 'sub dir/fi le'; do
    assert_file "$file" one
done
ronin_ok
assert_ran
assert_contains "$(events action.skip path)" $'esc\033[2Jx'
ronin_ok './:all' '$HOME' 'star*' $'new\nline' 'a b' ./-dash
assert_ran
ronin_fails 2 :all
assert_contains "$(ronin -- -dash --help)" 'up to date (2 actions'
ronin_ok why $'new\nline'
ronin_ok why ./-dash
write in two
ronin_ok --explain
assert_lacks "$OUTPUT" $'\033'
assert_file $'new\nline' two
ronin_ok clean
assert_lacks "$OUTPUT" $'\033'
assert_absent 'a b' ./-dash ./--help $'new\nline' 'sub dir/fi le'
assert_file in

# What is on disk need not be UTF-8: a folder is watched, a depfile read.
rm -rf ./*
bad=$(printf 'caf\351.h')
write build.magma <<'END'
(action :outputs ["out"] :depfile "out.d"
  :rule {:command ["sh" "-c" "printf 'out: caf\\351.h\\n' >out.d; touch out"]})
(action :outputs ["seen"]
  :implicit {:watch {"." (fn [e] (ends-with? (:path e) ".h"))}}
  :rule {:command ["touch" "seen"]})
END
write "$bad" one
ronin_ok
ronin_ok
assert_ran
write "$bad" other
ronin_ok --explain
assert_ran out seen
assert_contains "$OUTPUT" 'caf\xe9.h'
rm "$bad"
ronin_ok
assert_ran out seen
