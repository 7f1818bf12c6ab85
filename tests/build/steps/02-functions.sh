# SPDX-License-Identifier: MIT
# :read, :transformer, :write and :discovered; functions as parts of actions.
. "$TESTS/lib/build.sh"

write build.magma <<'END'
(defn shout [text] (str/upper-case text))
(defn helper [text] (shout text))
(action :outputs ["upper"] :inputs {:ifchanged ["in"]}
        :rule [{:read "in"} {:transformer helper} {:write "upper"}])
(action :outputs ["lines"] :inputs {:ifwritten ["in"]}
        :rule (fn [v] [{:read (:in v)} {:transform str/split-lines}
                       {:transform #(str/join "," (sort %))} {:write (:out v)}]))
(action :outputs ["user"] :inputs {:ifwritten ["lines"]} :rule {:command ["cp" "lines" "user"]})
(action :outputs ["fixed"] :rule {:write "fixed" :value "always the same"})
(action :outputs ["exec"] :rule [{:write "exec" :value "#!/bin/sh\necho hi\n"}
                                 {:command ["chmod" "+x" "exec"]}])
(action :outputs ["found"] :inputs {:ifchanged ["list"]}
        :rule [{:read "list"} {:transformer str/split-lines}
               {:discovered :ifchanged}
               {:transformer #(str/join "+" %)} {:write "found"}])
END

# ran [NAME...]: exactly these, and nothing the second time.
ran()
{
    ronin_ok
    assert_ran "$@"
    ronin_ok
    assert_ran
}

write in b a
write list h1 h2
write h1 1
write h2 2
ran upper lines user fixed exec found
assert_file upper $'B\nA'
assert_file lines a,b
assert_file found h1+h2
assert_equal "$(./exec)" hi

# Equal bytes leave a file untouched: what reads it by time stays clean.
touch -d 2001-01-01 lines
ronin_ok
touch -d 2002-01-01 in
ran lines
write in a b
ran upper lines

# Code counts by what it does, not by how it is written.
edit build.magma '1s/.*/; a comment\n(defn shout\n  [t]\n  (str\/upper-case t))/'
ran
edit build.magma 's/upper-case t/lower-case t/'
ran upper
assert_file upper $'a\nb'
edit build.magma 's/"always the same"/"something else"/'
ran fixed
assert_file fixed 'something else'

# What was discovered counts from then on, by its kind.
touch -d 2001-01-01 h1
ran
write h1 other
ran found
write list h2
ran found
write h1 again
ran
rm h2
write list h1
ran found
assert_file found h1

# Text that is not UTF-8 goes through a chain, or is refused with a reason.
printf 'caf\351' >latin
write build.magma <<'END'
(action :outputs ["copied"] :inputs {:ifchanged ["latin"]}
        :rule [{:read "latin"} {:write "copied"}])
(action :outputs ["piped"] :inputs {:ifchanged ["latin"]}
        :rule [{:command ["cat"] :stdin "latin" :stdout :string} {:write "piped"}])
END
ronin_ok
cmp latin copied || fail "bytes were changed by :read and :write"
cmp latin piped || fail "bytes were changed by :stdout :string"
