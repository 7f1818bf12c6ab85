# SPDX-License-Identifier: MIT
# A build at a terminal: the bar, what stays above it, another size, the end.
. "$TESTS/lib/build.sh"
. "$TESTS/build/terminal/lib.sh"
cp "$SCREENS/build.magma" "$SCREENS/step" .
mkdir go
touch in

terminal 72 24
type_line 'clear; ronin -j2'
until_screen bar-first
touch go/one.o
until_screen bar-second
touch go/four.o go/two.o
until_screen bar-output

# Narrower: lines are elided and never wrapped; fewer rows: fewer lines.
resize 34 24
until_screen bar-narrow
resize 72 6
until_seen '^\[.*3/6'
[ "$(screen | grep -c 'jobs$\|#\.#s  ')" = 2 ] || fail "$(screen)"
resize 72 24
touch go/drei-漢字-é.o go/app go/app.sig
until_screen bar-end

# Nothing to do: one line and no bar. What was drawn left nothing behind.
type_line 'clear; ronin'
until_screen bar-nothing

# Lines that are drawn over, in the form of ninja.
rm one.o app
type_line "clear; RONIN_STATUS='<%f of %t> ' ronin -j2"
until_screen line-end
type_line 'clear; NO_COLOR=1 ronin -j1 --progress bar; touch in'
until_seen 'up to date'
rm -f go/*
type_line 'clear; NO_COLOR=1 ronin -j1 --progress bar'
until_seen '1 *jobs|1/1 jobs'
in_tmux capture-pane -e -p -t it | grep -q $'\033\[3' && fail "colours"
press C-c
until_seen '^interrupted'
type_line 'clear; ronin -j1 --progress bar'
until_seen '1/1 jobs'
in_tmux capture-pane -e -p -t it | grep -q $'\033\[32m' || fail "no colours"
press C-c
until_seen '^interrupted'
screen | grep -q jobs && fail "the bar is still there: $(screen)"
exit 0
