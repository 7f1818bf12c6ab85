# SPDX-License-Identifier: MIT
# At a terminal: prompts, several lines, completion, ^C, history, and an account of
# a changed file above the line that is typed.
. "$TESTS/lib/build.sh"
needs_signals
. "$TESTS/build/cli-repl/lib.sh"
sample
mkdir src
write src/deep.c x
export XDG_STATE_HOME=$PWD/state

PYTHONPATH="$TESTS/lib" python3 - <<'END'
import os
import re
import stat
import sys
from terminal import END, INTERRUPT, TAB, UP, Terminal


def plain(text):
    """Without what only moves the cursor."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\r|\x07", "", text)


def expect(text, *needles):
    for needle in needles:
        if needle not in plain(text):
            sys.exit(f"{needle!r} is not in {plain(text)!r}")


with Terminal(["ronin", "repl", "--fuel", "1000000000000"]) as t:
    expect(t.wait("user=> "), "build.magma", "3 actions", "(help)")

    # A form over several lines, with a string and a comment on the way.
    t.type("(str 1 ; one )\r")
    t.wait("..> ")
    t.type('"two\r')
    t.wait("..> ")
    t.type('lines" [\r')
    t.wait("..> ")
    t.type("])\r")
    expect(t.wait("=> "), r'"1two\nlines[]"')

    # Names, targets inside of strings, keywords, keys of action, files.
    t.type("(command-o" + TAB + ' "main.o' + TAB + '")\r')
    expect(t.wait("=> "), '["cp" "main.c" "main.o"]')
    t.type("(quote (action :outp" + TAB + "))\r")
    expect(t.wait("=> "), "(action :outputs)")
    t.type("[:ifwr" + TAB + " :disc" + TAB + "]\r")
    expect(t.wait("=> "), "[:ifwritten :discovered]")
    t.type('"src/de' + TAB + '"\r')
    expect(t.wait("=> "), '"src/deep.c"')
    t.type("? hel" + TAB + "| dep" + TAB + " | sourc" + TAB + "\r")
    expect(t.wait("=> "), '["greet.c" "main.c"]')

    # What is not certain is shown, the second time what there is.
    t.type('"gre' + TAB + TAB)
    expect(t.wait("greet.o"), "greet.c")
    t.type(INTERRUPT)
    t.wait("^C")
    t.wait("=> ")

    # ^C drops an open form, and ends an evaluation.
    t.type("(+ 1\r")
    t.wait("..> ")
    t.type(INTERRUPT)
    t.wait("^C")
    t.wait("user=> ")
    t.type("(do (println :begun) (loop [] (recur)))\r")
    t.wait(":begun\r\n")
    t.type(INTERRUPT)
    expect(t.wait("=> "), "interrupted")
    t.type("(+ 40 2)\r")
    expect(t.wait("=> "), "42")

    # A build that is interrupted leaves the REPL.
    t.type('(action :outputs ["slow"] :rule {:command ["sleep" "50"]})\r')
    t.wait('#action["slow"]')
    t.type('(:status (build "slow"))\r')
    t.wait("sleep 50")
    t.type(INTERRUPT)
    expect(t.wait("=> "), ":interrupted")
    t.type("(+ 20 3)\r")
    expect(t.wait("=> "), "23")
    t.type('(:status (build "main.o"))\r')
    expect(t.wait("=> "), ":ok")

    # The last lines come back, as one form each.
    t.type(UP + UP + "\r")
    t.wait("\n23\r\n")
    t.wait("=> ")
    t.type("\x12str 1\r")
    expect(t.wait(r'"1two\nlines[]"'), "")
    t.wait("=> ")

    # Text of any language, wide characters included.
    t.type('(count "é→漢字")\r')
    expect(t.wait("=> "), "\n4")

    # While a line is typed, the file changes.
    t.type("(inc ")
    with open("build.magma", "a", encoding="utf-8") as file:
        file.write('(action :outputs ["late"] :rule {:command ["true"]})\n')
    expect(t.wait("action\r\n"), "build.magma: +1")
    t.type("1)\r")
    t.wait("\n2\r\n")
    t.wait("=> ")

    # read-line reads what is typed next.
    t.type("(read-line)\r")
    t.type("some words\r")
    expect(t.wait("=> "), '"some words"')
    t.type(END)
    assert t.end() == 0, t.status

path = "state/ronin/repl-history"
mode = stat.S_IMODE(os.stat(path).st_mode)
assert mode == 0o600, oct(mode)
assert stat.S_IMODE(os.stat("state/ronin").st_mode) == 0o700
with Terminal(["ronin", "repl"]) as t:
    t.wait("=> ")
    t.type(UP + UP + "\r")
    t.wait("\n2\r\n")
    t.type("(exit)\r")
    assert t.end() == 0, t.status

# A terminal without abilities: prompts, and plain lines.
with Terminal(["ronin", "repl"], TERM="dumb") as t:
    t.wait("user=> ")
    t.type("(+ 1\n")
    t.wait("..> ")
    t.type("2)\n")
    expect(t.wait("=> "), "3")
    t.type(INTERRUPT)
    t.wait("=> ")
    t.type(END)
    assert t.end() == 0, t.status
END
