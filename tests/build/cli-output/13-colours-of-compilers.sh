# SPDX-License-Identifier: MIT
# What compilers print that colour: the sequences around the texts are no part of
# them, wherever they are shown.
. "$TESTS/lib/build.sh"

write says.py <<'END'
import sys
out = sys.stdout.buffer.write
out(b"\033[01m\033[Ka.c:\033[m\033[K In function '\033[01m\033[Kf\033[m\033[K':\n")
out(b"\033[01m\033[Ka.c:1:22:\033[m\033[K \033[01;31m\033[Kerror: \033[m\033[K"
    b"unknown type '\033[01m\033[Kfoo\033[m\033[K' [\033]8;;https://x.y/w\007"
    b"-Wfoo\033]8;;\007]\n")
out(b"cleared \033[2K and \033[1A titled \033]0;t\007\n")
sys.exit(1)
END
write build.magma <<'END'
(action :outputs ["a.o"] :rule {:command ["python3" "says.py"]})
END

ronin build --events stream >out 2>&1 && fail "it did not fail"
OUTPUT=$(cat out)
assert_output "a.c: In function 'f':" "a.c:1:22: error: unknown type 'foo' [-Wfoo]" \
    'cleared \x1b[2K and \x1b[1A titled \x1b]0;t\x07' \
    "  a.o           a.c:1:22: error: unknown type 'foo' [-Wfoo]"
assert_lacks "$OUTPUT" '\x1b[K'
assert_contains "$(grep '"diag"' stream)" "\"msg\":\"unknown type 'foo' [-Wfoo]\""

# With colours, these and no more.
OUTPUT=$(ronin --color=always 2>&1) && fail "it did not fail"
assert_output $'\033[01;31merror: \033[m'
assert_lacks "$OUTPUT" $'\033[K'
assert_lacks "$OUTPUT" '\x1b[K'

OUTPUT=$(GITHUB_ACTIONS=1 ronin 2>&1) && fail "it did not fail"
assert_output "::error file=a.c,line=1,col=22::unknown type 'foo' [-Wfoo]"
OUTPUT=$(ronin log a.o)
assert_output "a.c:1:22: error: unknown type 'foo' [-Wfoo]"

# A colour that is not taken back ends with the output.
write build.magma <<'END'
(action :outputs ["b"] :rule {:command ["sh" "-c" "printf '\\033[31mred\\n'; touch b"]})
END
OUTPUT=$(ronin --color=always)
assert_output $'\033[31mred\n\033[0mbuilt: 1 ran'
