# SPDX-License-Identifier: MIT
# What is wrong on the command line ends with 2 and says what would be right.
. "$TESTS/lib/build.sh"

write build.magma <<'END'
(action :inputs {:ifchanged ["in"]} :outputs ["out.txt"]
  :rule {:command ["cp" "in" "out.txt"]})
END
write in one

mistake()
{
    STATUS=0
    OUTPUT=$(ronin "${@:2}" 2>&1 </dev/null) || STATUS=$?
    printf '$ ronin %s\n%s\n' "${*:2}" "$OUTPUT"
    assert_equal "$STATUS" 2
    assert_output "$1"
    assert_absent out.txt
}

mistake 'did you mean --jobs?' build --jops 3
mistake 'no option --zzzzzzzzz' build --zzzzzzzzz
mistake 'no option -Z' build -Z
mistake 'no option -Z' -Z build
mistake 'needs an argument' build -j
mistake 'not a number: abc' -j abc
mistake 'not a number: 0' -j 0
mistake 'not a number: -1' -k -1
mistake 'not a number: 3x' --fuel 3x
mistake 'from 1 to 4000000' --depth 0
mistake 'such as 512M' --memory lots
mistake 'auto, always or never' --color sometimes
mistake 'takes no argument' build --dry-run=yes
mistake 'cannot change to the folder nowhere' -C nowhere
mistake 'cannot write events to' build --events /no/such/folder/events
mistake 'cannot write events to fd:77' build --events fd:77
mistake 'needs a target' cmd
mistake 'needs a file' eval
mistake 'takes no words' repl word
mistake 'text or json' why -o yaml out.txt

# A word that is neither verb nor target.
mistake 'biuld' biuld
mistake 'out.txt' out.tx
