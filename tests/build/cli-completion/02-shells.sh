# SPDX-License-Identifier: MIT
# The scripts do in their shells what they should, where these are installed.
. "$TESTS/lib/build.sh"
. "$TESTS/build/cli-completion/lib.sh"

# in_bash CURRENT WORD...: bash offers, CURRENT being the last of its words.
in_bash()
{
    GIVEN=$(bash -c '
        eval "$(ronin completion bash)"
        COMP_LINE=$1
        COMP_POINT=${#COMP_LINE}
        shift
        COMP_WORDS=("$@")
        COMP_CWORD=$(($# - 1))
        _ronin
        printf "%s\n" "${COMPREPLY[@]}"' bash "$@")
}
in_bash "ronin build o" ronin build o
assert_given obj/deep/a.o obj/deep/b.o
in_bash "ronin wa" ronin wa
assert_given warnings
# Bash takes ':' and '=' for words of their own.
in_bash "ronin build :a" ronin build : a
assert_given all
in_bash "ronin build --color=n" ronin build --color = n
assert_given never
in_bash "ronin build --color=" ronin build --color =
assert_given auto always never
in_bash "ronin build wi" ronin build wi
assert_given 'with\ space'
in_bash "ronin eval bu" ronin eval bu
assert_given build.magma

if command -v fish >/dev/null; then
    in_fish()
    {
        GIVEN=$(fish --no-config -c '
            ronin completion fish | source
            complete -C $argv[1]' "$1" | cut -f1)
    }
    in_fish "ronin build o"
    assert_given obj/deep/a.o obj/deep/b.o
    in_fish "ronin build --color "
    assert_given always auto never
fi

if command -v zsh >/dev/null; then
    ronin completion zsh >_ronin
    zsh -n _ronin || fail "zsh cannot read its script"
fi

ronin_fails 2 completion tcsh
assert_output "there is no completion for tcsh" "bash, fish and zsh"
ronin_fails 2 completion
