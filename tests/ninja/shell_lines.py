# SPDX-License-Identifier: MIT
"""Random command lines: shell_lines.py SEED COUNT. They are made of all that a shell
may see in a word, and run only programs called `args`, under many names."""
import random
import sys

# The shell's own, of which there are programs as well. None that tells times or
# process numbers, ends another process, or runs what it reads: two runs must be
# alike.
NAMES = """args cc gcc ar a.out x86_64-linux-gnu-g++ moc_ äö 日本 e+f @at %per ^hat ,c
a:b ~ # #no !not - -x +x -c echo test printf true false cd pwd type unset umask : [ exec
alias hash shift trap command wait if then else elif fi for in case esac while until
do done function select local return break continue ! [[ ]] { let builtin shopt
enable pushd popd dirs bind disown mapfile readarray compgen complete compopt
help logout suspend caller fc fg bg jobs getopts read ulimit unalias exit""".split()
PIECES = ["a", "b-c", "x/y", "./z", "--", "-D", "-I.", "A=b", "=", "x=", "~", ":~",
          "~root", "*", "?", "[a-z]", "[", "]", "{a,b}", "{", "}", "#", "#x", "!",
          "!x", "%", "^", "@", ",", "+", ":", "_", "ä", "日", "\u00a0", "ß=", "é*",
          "\x0b", "\x0c", "\x01", "\x7f", "\t"]
ESCAPED = list(" \t'\"\\$`*?[]{}()<>|&;#~=!abn:%^") + ["ä"]
QUOTED = ["", "a", "a b", " ", "*", "~", "#", "a=b", "&&", ";", "|", "(x)", "{a,b}",
          "!", "ä ö", "\t", "<y>", "[a]", "?"]
DOUBLE = ["'", "\\\\", "\\\"", "\\$", "\\`", "\\a", "\\n", "\\'", "\\ ", "\\*"]
SINGLE = ["\"", "\\", "$HOME", "`x`", "$(x)", "\\n", "$/"]
EXPANDED = ["$HOME_", "${U}", "${U-d}", "$(:)", "`:`", "$((1+1))", "$#", "$?", "$/",
            "${U:=v}"]
WITH_QUOTES = ["$'x'", "$\"x\""]
# Nothing runs beside something else, for both would print at a time; so quotes that
# are open must not close those behind them, with what they hold.
OPERATORS = ["&&", "||", ";", ">o", "> o", ">>o", "2>&1", "2>/dev/null", "<args",
             "< args", "(", ")", ";;", "&& :", "|| true", "; :", "#", "<<E",
             "&&args", ";args", ">o;", "1>o", "5>&1"]
FRONT = [": && ", "true && ", ":  && ", "A=b ", "A='b c' ", "A= ", "! ", "{ ", "(",
         "> o ", ">o ", "# ", " ", "\t", ": ", "true &&", ":&& ", "exec ", "if ",
         "command "]
BACK = [" && :", " && true", " &&  :", " && : ", "&& :", " ", "\t", " #", " # x",
        " ; }", " )", ";", " | cat", "\\", "'", '"', " \\ ", " && : && :", "; fi"]


def some(rng, *rows):
    """One of one of the rows: the first is the most likely."""
    row = rng.choice(rows) if rng.random() < 0.5 else rows[0]
    return rng.choice(row)


def piece(rng, wild):
    """A part of a word."""
    kind = rng.randrange(10 if wild else 7)
    if kind < 2:
        return rng.choice("abcfg") * rng.randint(1, 3)
    if kind == 2:
        return "'" + "".join(some(rng, QUOTED, SINGLE)
                             for _ in range(rng.randint(0, 3))) + "'"
    if kind == 3:
        return '"' + "".join(some(rng, QUOTED, DOUBLE, EXPANDED if wild else
                                  QUOTED) for _ in range(rng.randint(0, 3))) + '"'
    if kind == 4:
        return "\\" + rng.choice(ESCAPED)
    if kind == 5:
        return rng.choice(["-", ".", "/", "_", "+", ",", ":", "@", "%", "^", "ä",
                           "日本", "\u00a0", "\x01", "\x0b", "\x0c", "]", "!"])
    if kind == 6:
        return rng.choice(["a=b", "=", "a:b", "a~", "x#", "b!"])
    if kind < 9:
        return rng.choice(PIECES)
    return some(rng, EXPANDED, WITH_QUOTES)


def word(rng, wild):
    return "".join(piece(rng, wild) for _ in range(rng.choice([1, 1, 1, 2, 2, 3, 4])))


def program(rng):
    """The first word: a name, plain, quoted in part, or by its path."""
    name = rng.choice(NAMES if rng.random() < 0.5 else ["args", "./args"])
    kind = rng.randrange(8)
    if kind == 0:
        return f"'{name}'"
    if kind == 1:
        return f'"{name}"'
    if kind == 2:
        at = rng.randint(0, len(name))
        return name[:at] + rng.choice(["''", '""', "\\"]) + name[at:]
    if kind == 3:
        return "".join("\\" + c if c in "[]{}!~#^%" else c for c in name)
    return name


def line(rng):
    wild = rng.random() < 0.4
    words = [program(rng)]
    for _ in range(rng.choice([0, 1, 1, 2, 2, 3, 4, 6])):
        if wild and rng.random() < 0.12:
            words.append(rng.choice(OPERATORS))
        else:
            words.append(word(rng, wild))
    text = words[0]
    for more in words[1:]:
        text += rng.choice([" ", " ", " ", "  ", "\t", " \t "]) + more
    if rng.random() < 0.15:
        text = rng.choice(FRONT) + text
    if rng.random() < 0.15:
        text += rng.choice(BACK)
    return text


def names():
    """Those of the programs, as file names."""
    return sorted(name for name in set(NAMES) if name not in (".", ".."))


def main():
    if sys.argv[1] == "names":
        print("\n".join(names()))
        return
    rng = random.Random(sys.argv[1])
    for _ in range(int(sys.argv[2])):
        print(line(rng))


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")
    main()
