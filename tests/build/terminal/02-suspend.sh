# SPDX-License-Identifier: MIT
# ^Z takes the bar away and fg brings it back; an action in the pool console has
# the terminal alone, and what others print waits until it has ended.
. "$TESTS/lib/build.sh"
. "$TESTS/build/terminal/lib.sh"
cp "$SCREENS/build.magma" "$SCREENS/step" .
mkdir go
touch in

terminal 72 20
type_line 'clear; ronin -j2'
until_screen suspend-before
press C-z
until_seen 'Stopped'
screen | grep -q jobs && fail "the bar stayed: $(screen)"
type_line 'clear; echo here; fg'
until_screen suspend-after
touch go/one.o go/two.o go/four.o go/drei-漢字-é.o go/app go/app.sig
until_seen '^built: 6 ran'

mkdir console
write console/build.magma <<'END'
(action :outputs ["asked"] :pool "console" :description "ASK"
  :rule {:command ["sh" "-c" "printf 'name? '; read name; echo $name >asked"]})
(action :outputs ["other"] :description "OTHER"
  :rule {:command ["sh" "-c" "echo other says; touch other"]})
END
type_line 'cd console; clear; ronin -j2'
until_seen '^name\?'
deadline=$((SECONDS + 20))
until [ -e console/other ]; do
    [ $SECONDS -lt $deadline ] || fail "other did not run"
done
screen | grep -q 'says\|jobs' && fail "printed into the question: $(screen)"
type_line 'me'
until_screen console-end
assert_file console/asked me
