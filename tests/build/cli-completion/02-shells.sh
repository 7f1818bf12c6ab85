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

# zsh completes only in a terminal: what it made of the line is written to a file.
if command -v zsh >/dev/null; then
    ronin completion zsh >_ronin
    zsh -n _ronin || fail "zsh cannot read its script"
    write .zshrc <<'END'
PS1='ready> '
autoload -Uz compinit && compinit -u -d "$PWD/dump"
eval "$(ronin completion zsh)"
setopt menu_complete no_list_ambiguous
shown() { print -r -- "$BUFFER" >>lines; zle kill-whole-line; zle -R; print -n "shown"; }
zle -N shown
bindkey '^X' shown
bindkey '^I' complete-word
END
    PYTHONPATH="$TESTS/lib" python3 - <<'END' || fail "zsh completes otherwise"
from terminal import Terminal

LINES = [
    ("ronin wa\t", "ronin warnings "),
    ("ronin build obj/deep/b\t", "ronin build obj/deep/b.o "),
    ("ronin build o\t\t", "ronin build obj/deep/b.o"),
    ("ronin build wi\t", "ronin build with\\ space "),
    ("ronin build :a\t", "ronin build :all "),
    ("ronin build --color n\t", "ronin build --color never "),
    ("ronin build --prog\t", "ronin build --progress "),
    ("ronin eval bu\t", "ronin eval build.magma "),
    ("ronin build zork\t", "ronin build zork"),
]
with Terminal(["zsh", "-d", "-i"], ZDOTDIR=".", HOME=".") as t:
    t.wait("ready> ")
    for typed, _ in LINES:
        t.type(typed + "\x18")
        t.wait("shown")
with open("lines", encoding="utf-8") as file:
    got = file.read().split("\n")[:-1]
for (typed, wanted), line in zip(LINES, got, strict=True):
    assert line.rstrip() == wanted.rstrip(), (typed, line, wanted)
END
fi

ronin_fails 2 completion tcsh
assert_output "there is no completion for tcsh" "bash, fish and zsh"
ronin_fails 2 completion
