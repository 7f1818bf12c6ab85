# SPDX-License-Identifier: MIT
# Values that are not UTF-8 pass between files and commands as they are; into a
# function they do not go.
. "$TESTS/lib/build.sh"

printf 'ab\377c\n' >in
write build.magma <<'MAGMA'
(action :inputs {:ifchanged ["in"]} :outputs ["copy"]
  :rule [{:read "in"} {:write "copy"}])
(action :inputs {:ifchanged ["in"]} :outputs ["piped"]
  :rule [{:command ["cat" "in"] :stdout :string} {:write "piped"}])
(action :inputs {:ifchanged ["in"]} :outputs ["read"]
  :rule [{:read "in"} {:transformer identity} {:write "read"}])
(action :inputs {:ifchanged ["in"]} :outputs ["printed"]
  :rule [{:command ["true"]} {:command ["cat" "in"] :stdout :string}
         {:transformer identity} {:write "printed"}])
MAGMA
ronin_fails 1 -k 0
cmp in copy
cmp in piped
assert_absent read printed
assert_output 'the value of step 1 is not UTF-8 (byte 2)' \
    'the value of step 2 is not UTF-8 (byte 2)' \
    'help: use a command, or keep it out of :transformer'
printf 'ab\303\251\n' >in
ronin_ok
cmp in read
cmp in printed
