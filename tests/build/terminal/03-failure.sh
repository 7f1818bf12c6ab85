# SPDX-License-Identifier: MIT
# A failure while others run: its block, the count in the bar, the summary.
. "$TESTS/lib/build.sh"
. "$TESTS/build/terminal/lib.sh"
cp "$SCREENS/build.magma" "$SCREENS/step" .
mkdir go fail
touch in fail/one.o go/one.o

terminal 92 24
type_line 'clear; ronin -j2 -k0'
until_screen failure-first
touch go/two.o go/four.o
until_seen '3/6 '
touch go/drei-漢字-é.o
until_screen failure-end
type_line 'clear; ronin build --failed'
until_screen failure-again

# Nothing that is printed moves the cursor, sets the title or clears the screen.
write build.magma <<'END'
(action :outputs ["evil"] :description "an \u001b]0;evil\u0007 action"
  :rule {:command ["sh" "-c" "printf 'a\\033[2Jb\\033]0;title\\007\\nc\\rd\\n'; touch evil"]})
END
ronin >/dev/null
rm evil
type_line 'clear; ronin'
until_screen sanitised
assert_equal "$(in_tmux display-message -p -t it '#{pane_title}' | grep -c 'title\|evil')" 0
