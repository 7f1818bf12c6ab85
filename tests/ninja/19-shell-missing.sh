# SPDX-License-Identifier: MIT
# What a shell does beside splitting words is done for commands that run without
# one: PWD names the folder, a script need not name its interpreter, and what is
# not there or is no program ends as the shell ends.
. "$TESTS/lib/build.sh"
. "$TESTS/ninja/lib.sh"

begin <<'EOF2'
rule r
  command = $c
build a: r
  c = ./script plain 'words of' ""
build b: r
  c = printenv PWD
build c: r
  c = /bin/sh -c 'printenv PWD | sed "s|.*/||"'
EOF2
each 'printf "%s\n" "printf \"<%s>\" \"\$0\" \"\$@\"; echo" >script; chmod +x script'
same a
for place in one two; do
    assert_equal "$(cd $place && PATH=../bin:$PATH ../bin/ninja -C . b | sed -n 3p)" "$PWD/$place"
    rm -rf $place/.ninja* $place/.ronin
done

# From another folder, without a name of ours, with a wrong one, and through links,
# which a shell keeps where they are true.
ln -s two link
in_two()
{
    rm -rf two/.ronin two/.ninja_*
    OUTPUT=$(env "$@" | grep ^/) || fail "no PWD: $*"
    theirs=$(env "${@/bin\/ninja/ninja}" | grep ^/) || fail "no PWD: $*"
    assert_equal "$OUTPUT" "$theirs"
    rm -rf two/.ronin two/.ninja_*
}
in_two bin/ninja -C two b
assert_equal "$OUTPUT" "$PWD/two"
in_two -u PWD bin/ninja -C two b
in_two PWD=/nowhere bin/ninja -C two b
in_two PWD=two bin/ninja -C two b
in_two PWD="$PWD/link" bin/ninja -C two b
assert_equal "$OUTPUT" "$PWD/link"
in_two PWD="$PWD/one" bin/ninja -C two b

begin <<'EOF2'
rule r
  command = $c
build a: r
  c = no-such-program "one two"
build b: r
  c = ./nothing
build c: r
  c = ../one
build d: r
  c = ./data x
build e: r
  c = ./wrong x
build f: r
  c = ./data/below x
EOF2
each 'echo text >data; printf "%s\n" "#!/no/such/interpreter" >wrong; chmod +x wrong'
for target in a b c d e f; do
    same "$target"
    case $target in
    c | d) code=126 ;;
    *) code=127 ;;
    esac
    status=0
    OUTPUT=$(cd two && ../bin/ninja $target) || status=$?
    assert_equal $status $code
    assert_output "FAILED: [code=$code] $target"
done
