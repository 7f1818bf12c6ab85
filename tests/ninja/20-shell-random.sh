# SPDX-License-Identifier: MIT
# As 11-shell, with random lines (shell_lines.py): whichever way ronin runs them,
# they print what they print by ninja, which gives all of them to a shell. SHELL_SEED
# and SHELL_COUNT ask for others than the usual.
. "$TESTS/lib/build.sh"

command -v ninja >/dev/null || exit 77
seed=${SHELL_SEED:-ronin}
count=${SHELL_COUNT:-400}
lines=$TESTS/ninja/shell_lines.py
mkdir bin one two programs
ln -s "$RONIN" bin/ninja
cat >programs/args <<'END'
#!/bin/sh
printf '%s' "${0##*/}"
printf '<%s>' "$@"
printf '\n'
END
chmod +x programs/args
python3 "$lines" names | while IFS= read -r name; do
    [ "$name" = args ] || ln -s args "programs/$name"
done
cp programs/args one
cp programs/args two

python3 "$lines" "$seed" "$count" >table
{
    printf 'rule r\n  command = $line\n  description = $out\n'
    sed 's/\$/$$/g' table | awk '{ printf "build n%06d: r\n  line = %s\n", NR, $0 }'
} >one/build.ninja
cp one/build.ninja two

# run FOLDER PROGRAM: all of it, one after the other, with failures and places in
# the words of both. Behind output that ends within a line ninja goes on there, and
# has an empty line later.
run()
{
    (cd "$1" && PATH=$PWD/../programs:$PATH "$2" -j1 -k0 2>&1 </dev/null || true) |
        sed "s|$PWD/$1|/FOLDER|g; s|^~/[^ ]*/$1\$|/FOLDER|; s/\(.\)\(\[[0-9]*\/[0-9]*\] n0\)/\1\n\2/" |
        sed "s/^\[[0-9]*\/[0-9]*\] //; s/^FAILED: \[code=[0-9]*\] /FAILED: /
             s/<[^<>]*\.\(ninja_\|ronin\)[^<>]*>//g; /^$/d"
}
run one "$(command -v ninja)" >out.one
run two "$PWD/bin/ninja" >out.two
diff -a out.one out.two || fail "the shell says otherwise, with the seed $seed"

# Many went without a shell, and many did not.
# shellcheck disable=SC2046
shells=$(cd two && ronin cmd $(seq -f n%06.0f "$count") | grep -ac '^/bin/sh -c')
echo "$shells of $count lines were for a shell"
[ "$shells" -gt $((count / 5)) ] || fail 'few lines for a shell'
[ "$shells" -lt $((count * 4 / 5)) ] || fail 'few lines without a shell'
