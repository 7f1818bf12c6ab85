# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# A terminal that is looked at: tmux runs what a person would type, and gives
# the screen as text. Times are masked; screens are compared with files beside
# the tests, and waited for, so that no test sleeps. ACCEPT_SCREENS=yes writes
# what is seen after a moment, to be read before it is committed.

command -v tmux >/dev/null || { echo "tmux is missing"; exit 77; }

SCREENS=$TESTS/build/terminal
SOCKET=$SCENARIO_LOGS/tmux

in_tmux()
{
    tmux -S "$SOCKET" -f /dev/null "$@"
}

# terminal COLUMNS ROWS: an interactive shell in a terminal of that size.
terminal()
{
    printf "PS1='\$ '\nunset HISTFILE\n" >"$SCENARIO_LOGS/bashrc"
    env TERM=screen tmux -S "$SOCKET" -f /dev/null new-session -d -s it \
        -x "$1" -y "$2" "bash --noprofile --rcfile $SCENARIO_LOGS/bashrc -i" ||
        fail "tmux does not start"
    trap 'in_tmux kill-server 2>/dev/null || :' EXIT
    in_tmux set-option -g status off >/dev/null
    in_tmux set-option -g history-limit 1000 >/dev/null
    until_seen '^[$]'
}

# What a person types, with the return key behind it; keys by their names.
type_line()
{
    in_tmux send-keys -t it -l "$1"
    in_tmux send-keys -t it Enter
}
press()
{
    in_tmux send-keys -t it "$@"
}
resize()
{
    in_tmux resize-window -t it -x "$1" -y "$2"
}

# The screen, without blanks and empty lines at its end, times masked.
screen()
{
    in_tmux capture-pane -p -t it | sed -E '
        s/ETA [0-9:]+/ETA #:##/
        s/[0-9]+\.[0-9]s/#.#s/g
        s/ *critical path: .* app → app.sig/  critical path: # → app → app.sig/
        s/^ +[^ ]+ → app → app.sig/  # → app → app.sig/
        s/ +(#\.#s)/  \1/
        s/[0-9]+(\.[0-9]+)? (ms|s)\b/# s/
        s/ +$//' | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}'
}

# until_seen PATTERN: waits until a line matches; not more than so long.
until_seen()
{
    local end=$((SECONDS + 40))
    until screen | grep -qE -- "$1"; do
        [ $SECONDS -lt $end ] || fail "never seen: $1; but: $(screen)"
    done
}

# until_screen NAME: waits until the whole screen is that of a file.
until_screen()
{
    local end=$((SECONDS + 40))
    local seen

    if [ "${ACCEPT_SCREENS-}" = yes ]; then
        sleep 1.2
        screen >"$SCREENS/$1.screen"
    fi
    until seen=$(screen) && [ "$seen" = "$(cat "$SCREENS/$1.screen")" ]; do
        [ $SECONDS -lt $end ] ||
            fail "$1: $(diff <(echo "$seen") "$SCREENS/$1.screen")"
    done
}
