# SPDX-License-Identifier: MIT
# Verbs, options, their values and targets, by what the line says before.
. "$TESTS/lib/build.sh"
. "$TESTS/build/cli-completion/lib.sh"

complete_line "ronin wa"
assert_given warnings
complete_line "ronin build --col"
assert_given --color
complete_line "ronin build --color "
assert_given auto always never
complete_line "ronin build --color=n"
assert_given --color=never
complete_line "ronin build --progress "
assert_given auto bar line plain json github none
complete_line "ronin --pty=o"
assert_given --pty=on --pty=off
complete_line "ronin query --order "
assert_given deps lex
complete_line "ronin stats -o "
assert_given text json
complete_line "ronin --color never wh"
assert_given why
complete_line "ronin completion "
assert_given bash fish zsh
complete_line "ronin eval some"
assert_given :files
complete_line "ronin -C "
assert_given :folders
complete_line "ronin build -f "
assert_given :files
complete_line "ronin gc "
assert_given ""

# Targets go folder by folder; one that is alone is entered.
complete_line "ronin build o"
assert_given obj/deep/a.o obj/deep/b.o
complete_line "ronin build obj/deep/b"
assert_given obj/deep/b.o
complete_line "ronin build wi"
assert_given "with space"
complete_line "ronin build 'with s"
assert_given "with space"
complete_line 'ronin build with\ s'
assert_given "with space"
complete_line "ronin build :"
assert_given :all
complete_line "ronin build l"
assert_given lint
# Sources can be asked about, not built.
complete_line "ronin build s"
assert_given ""
complete_line "ronin why s"
assert_given src/a.c src/b.c

# A snapshot that is out of date will do, and a broken build file as well.
write build.magma "(oops"
complete_line "ronin build li"
assert_given lint

# From elsewhere: -C, a folder below, no project at all.
cd ..
here=${OLDPWD##*/}
complete_line "ronin -C $here build lin"
assert_given lint
cd "$OLDPWD/src"
complete_line "ronin why a"
assert_given a.c all
cd /
complete_line "ronin build x"
assert_given ""
