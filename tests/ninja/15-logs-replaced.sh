# SPDX-License-Identifier: MIT
# Another ninja puts other files in the place of its logs (-t recompact, -t restat),
# or goes on in its own way with one of another version: what it did counts all the
# same, and nothing else does.
. "$TESTS/lib/build.sh"

command -v ninja >/dev/null || exit 77
mkdir bin
ln -s "$RONIN" bin/ninja
RONIN_NINJA=$PWD/bin/ninja

# make_project DIR: a new one.
make_project()
{
    rm -rf "$1"
    mkdir "$1"
    cat >"$1/build.ninja" <<'END'
rule cp
  command = cp $in $out
rule read
  command = cat $in h >$out && echo "$out: h" >$out.d
  depfile = $out.d
  deps = gcc
rule same
  command = cmp -s $in $out || cp $in $out
  restat = 1
rule join
  command = cat $in >$out
build a: cp a.in
build b: read a b.in
build c: same c.in
build d: join b c
END
    touch "$1/h" "$1/a.in" "$1/b.in" "$1/c.in"
    find "$1" -type f -exec touch -d '2 seconds ago' {} +
}

# ran PROGRAM: what it builds, in order.
ran()
{
    (cd one && "$1" -v 2>&1) | sed -n 's/^\[[0-9]*\/[0-9]*\] //p'
}

# assert_idle PROGRAM
assert_idle()
{
    assert_equal "$(ran "$1")" ''
}

# edit_and_build PROGRAM: there is something to do for it, and it does it.
edit_and_build()
{
    sleep 0.02
    echo more >>one/a.in
    echo more >>one/c.in
    [ -n "$(ran "$1")" ] || fail "$1 has nothing to do"
}

for other in ninja ${OTHER_NINJA:-}; do
    for tool in recompact restat 'restat b'; do
        # ninja built, was followed, built again, and replaced its log.
        make_project one
        (cd one && "$other" >../out) || fail "$(cat out)"
        assert_idle "$RONIN_NINJA"
        edit_and_build "$RONIN_NINJA"
        edit_and_build "$other"
        (cd one && "$other" -t $tool)
        assert_idle "$RONIN_NINJA"
        assert_idle "$other"

        # Also if its runs took as long as ours, to the millisecond.
        edit_and_build "$RONIN_NINJA"
        ours=$(wc -l <one/.ninja_log)
        edit_and_build "$other"
        awk -F'\t' -v OFS='\t' -v ours="$ours" \
            'NR > ours { $1 = start[$4]; $2 = end[$4] }
            { start[$4] = $1; end[$4] = $2; print }' one/.ninja_log >alike
        cat alike >one/.ninja_log
        (cd one && "$other" -t $tool)
        assert_idle "$RONIN_NINJA"

        # What stands in the new log and is old is not taken for news.
        edit_and_build "$RONIN_NINJA"
        (cd one && "$other" -t $tool)
        sleep 0.02
        echo tampered >one/b
        assert_contains "$(ran "$RONIN_NINJA")" b
        ! grep -q tampered one/b || fail "believed after $tool"
        assert_idle "$RONIN_NINJA"
        (cd one && "$other" -t $tool)
        assert_idle "$other"

        # Without records.
        (cd one && "$other" -t $tool)
        rm -rf one/.ronin
        assert_idle "$RONIN_NINJA"
        rm -rf one/.ronin
        edit_and_build "$other"
        assert_idle "$RONIN_NINJA"
    done

    # The very first line that it adds counts, also when the log was replaced behind
    # it or before it.
    for replace in none behind before; do
        make_project one
        (cd one && "$RONIN_NINJA" >../out) || fail "$(cat out)"
        [ $replace != before ] || (cd one && "$other" -t recompact)
        sleep 0.02
        echo more >>one/b.in
        (cd one && "$other" >../out) || fail "$(cat out)"
        [ $replace != behind ] || (cd one && "$other" -t recompact)
        assert_idle "$RONIN_NINJA"
    done

    # The times of outputs that somebody wrote were noted anew: not ours.
    make_project one
    (cd one && "$RONIN_NINJA" >../out) || fail "$(cat out)"
    sleep 0.02
    echo tampered >one/b
    (cd one && "$other" -t restat)
    assert_contains "$(ran "$RONIN_NINJA")" b
    ! grep -q tampered one/b || fail "believed after restat"

    # A log of the newest version, as we begin where there is no ninja. An older one builds all of it
    # anew, and goes on in it with what it knows, also when it writes all lines.
    for tool in list recompact restat; do
        make_project one
        echo '# ninja log v7' >one/.ninja_log
        (cd one && "$RONIN_NINJA" >../out) || fail "$(cat out)"
        assert_equal "$(head -1 one/.ninja_log)" '# ninja log v7'
        sleep 0.02
        echo more >>one/c.in # else its output is newer than ninja notes
        (cd one && "$other" >../out) || fail "$(cat out)"
        (cd one && "$other" -t $tool >../out)
        assert_idle "$RONIN_NINJA"
        rm -rf one/.ronin
        assert_idle "$RONIN_NINJA"
        edit_and_build "$other"
        (cd one && "$other" -t $tool >../out)
        assert_idle "$RONIN_NINJA"
    done
done
