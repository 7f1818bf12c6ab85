# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Helpers of the scenarios that ask ninja and ronin the same: folder one is
# ninja's, folder two is ronin's, and what is done is done in both.

command -v ninja >/dev/null || exit 77
mkdir bin
ln -s "$RONIN" bin/ninja

# differs TEXT: ends the scenario, naming the line of it that asked.
differs()
{
    fail "line ${BASH_LINENO[-2]}: $1"
}

# each COMMAND: in both folders, a moment later than all that was before.
each()
{
    local folder

    sleep 0.02
    for folder in one two; do
        (cd $folder && eval "$1") || differs "in $folder: $1"
    done
}

# begin: standard input is the build.ninja of two new folders.
begin()
{
    rm -rf one two
    mkdir one two
    cat >one/build.ninja
    cp one/build.ninja two
}

# What ran, one command a line, and what it printed: without counts, in the words
# of all versions of ninja, and sorted, for who is ready may start in any order.
told()
{
    sed 's/^\[[0-9]*\/[0-9]*\] //; s/^FAILED: \[code=[0-9]*\] /FAILED: /; /^$/d' "$1" |
        LC_ALL=C sort
}

# files FOLDER: all files but those of the two programs, with their content.
files()
{
    (cd "$1" && find . \( -name .ronin -o -name '.ninja_*' \) -prune -o \
        \( -type f -o -type l \) -print | LC_ALL=C sort | while IFS= read -r name; do
        printf '%s: %s\n' "$name" "$(tr '\n' ' ' <"$name" 2>/dev/null)"
    done)
}

# same ARGS...: both print the same, end alike and leave the same files; what
# was printed is in $TOLD.
same()
{
    local status_one=0
    local status_two=0

    sleep 0.02
    (cd one && ninja -j1 "$@" >../told.one 2>&1 </dev/null) || status_one=$?
    (cd two && ../bin/ninja -j1 "$@" >../told.two 2>&1 </dev/null) ||
        status_two=$?
    TOLD=$(told told.two)
    diff <(told told.one) <(told told.two) || differs "ninja $*: other words"
    [ $((status_one != 0)) = $((status_two != 0)) ] ||
        differs "ninja $*: ends with $status_two, not $status_one"
    diff <(files one) <(files two) || differs "ninja $*: other files"
}

# ran NAMES...: as `same`, and exactly these descriptions were printed.
ran()
{
    local expected

    expected=$(printf '%s\n' "$@" | LC_ALL=C sort)
    [ $# -gt 0 ] || expected='ninja: no work to do.'
    same
    [ "$TOLD" = "$expected" ] || differs "ran: $TOLD; expected: $expected"
}

# ours ARGS...: ronin alone, where ninja of this version has another opinion.
ours()
{
    sleep 0.02
    (cd two && ../bin/ninja -j1 "$@" >../told.two 2>&1 </dev/null) || true
    TOLD=$(told told.two)
}

# ours_ran NAMES...: as `ran`, for ronin alone.
ours_ran()
{
    local expected

    expected=$(printf '%s\n' "$@" | LC_ALL=C sort)
    [ $# -gt 0 ] || expected='ninja: no work to do.'
    ours
    [ "$TOLD" = "$expected" ] || differs "ran: $TOLD; expected: $expected"
}

# What is in front of each line, in the order of the lines.
counts()
{
    sed -n 's/^\(\[[0-9]*\/[0-9]*\]\) .*/\1/p' "$1"
}

# counted ARGS...: as `same`, and with the same numbers.
counted()
{
    same "$@"
    diff <(counts told.one) <(counts told.two) ||
        differs "ninja $*: other numbers"
}

# Told first, then done, then there is nothing to do.
round()
{
    counted -n
    counted
    counted -n
}

# met: ronin meets the folder as ninja left it.
met()
{
    rm -rf two
    cp -a one two
}
