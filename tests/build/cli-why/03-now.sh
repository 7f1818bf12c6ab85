# SPDX-License-Identifier: MIT
# `why` tells how things are now, only what differs, and what kept an action from
# running.
. "$TESTS/lib/build.sh"

write build.magma <<'END'
(defn sh [script] {:command ["sh" "-c" script]})
(action :outputs ["conf.h"] :inputs {:ifwritten ["conf.in"]}
  :rule (sh "cp conf.in conf.h; ! grep bad conf.in"))
(action :outputs ["a.o"] :inputs {:ifwritten ["a.c" "conf.h"]}
  :rule (sh "cat a.c conf.h >a.o"))
(action :outputs ["b.o"] :inputs {:ifwritten ["b.c"]} :rule (sh "cp b.c b.o"))
END
write conf.in one
write a.c a
write b.c b
ronin_ok
ronin_ok why a.o
assert_output '  now      up to date'

# What would be made first is counted; the reason is the action's own.
write a.c other
ronin_ok why a.o
assert_output '  now      would run: a.c changed  [input-written]'
ronin_ok why -o json a.o
assert_output '"would_run":true'
write conf.in 'a longer text'
ronin_ok why a.o
assert_output '  now      would run, after 1 other action: a.c changed'
assert_file a.o "$(printf 'a\none')"
ronin_ok
ronin_ok why -o json a.o
assert_output '"would_run":false'

# Who asks about a run asks about the past; a chain is a chain.
ronin_ok why --run 1 a.o
assert_lacks "$OUTPUT" '  now '
ronin_ok why --chain a.o
assert_lacks "$OUTPUT" '  now '

# The mode did not differ.
ronin_ok why conf.h
assert_output ' size 4 → 14, mtime '
assert_lacks "$OUTPUT" mode
chmod 600 conf.in
ronin_ok
ronin_ok why conf.h
assert_output ' mode 644 → 600'
assert_lacks "$OUTPUT" size

# What cannot be told is said, and the rest is told nevertheless.
rm a.c
ronin_ok why a.o
assert_output 'because  ' '  now      cannot be built: ' 'a.c'
write a.c other
ronin_ok

# What waits for a failed action did not run because of it; nothing came out the same.
write conf.in bad
ronin_fails 1
ronin_ok why --not a.o
assert_output 'a.o  did not run in run ' '  conf.h, on which it depends, failed'
assert_lacks "$OUTPUT" 'made again'
assert_lacks "$OUTPUT" saved
ronin_ok why --not -o json a.o
assert_output '"did_run":false,"failed":"conf.h","same":[]'
ronin_ok why conf.h
assert_output '  now      would run: its last run failed'

# A build of something else says nothing about it.
write b.c new
ronin_ok build b.o
ronin_ok why --not a.o
assert_output '  nothing that it reads was made in that run, which was ronin build b.o'
assert_lacks "$OUTPUT" saved
