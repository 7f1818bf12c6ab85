# SPDX-License-Identifier: MIT
# Errors say where, what was expected, and what was probably meant; notes say
# what a person may not have meant.
. "$TESTS/lib/build.sh"
. "$TESTS/build/query/lib.sh"

write_project
ronin_ok

asks_wrong 'src/hello_wold | deps' 'query:1:1: error[R0002]' \
    'unknown target src/hello_wold' '| src/hello_wold | deps' \
    'did you mean src/hello_world'
asks_wrong ':alll | deps' 'unknown group alll' 'did you mean :all?'
asks_wrong '"all"' 'unknown target all' 'did you mean :all?'
asks_wrong './tests' 'unknown target ./tests' 'did you mean :tests?'
asks_wrong 'actions | where rule==cxx' 'query:1:17:' \
    'no field is named rule==cxx' 'put blanks around =='
asks_wrong 'actions | where size>=10k' 'put blanks around >='
asks_wrong 'actions | where (rule == cxx size)' 'query:1:30:' \
    'expected and, or or ), and got size'
asks_wrong 'actions | where (rule == cxx' 'query:1:17:' \
    'this bracket is never closed'
asks_wrong 'actions | where rule in cxx' 'query:1:22:' 'in takes a list' \
    'rule in [cc link]'
asks_wrong 'actions | where ruel==cxx' 'did you mean rule?'
asks_wrong 'z.o' 'did you mean obj/z.o?'
# What was only discovered is near as well, and so is what lacks its ending.
asks_wrong 'src/mylib.h | rdeps' 'did you mean src/my_lib.h?'
asks_wrong 'my_lib.h' 'did you mean src/my_lib.h?'
asks_wrong 'main | deps' 'did you mean src/main.cpp or obj/main.o?'
asks_wrong 'lib/check' 'did you mean test/check, test/check.cpp or obj/check.o?'
asks_wrong 'obj/' 'a target is a file of the graph'
asks_wrong 'src/hello_world | dps' 'query:1:19:' 'no function is named dps' \
    'did you mean deps?'
asks_wrong 'deps' 'deps needs a set in front of it' 'deps(TARGET)' './deps'
asks_wrong 'src/hello_world | deps 2 except none' 'except cannot stand behind' \
    'write | except'
asks_wrong 'all | inputs "x' 'this quote is never closed'
asks_wrong '(all | deps' 'this bracket is never closed'
asks_wrong 'all | sort siz' 'no field is named siz' 'did you mean size?'
asks_wrong 'actions | where duration > 2x' 'query:1:28:' \
    'duration cannot be compared with 2x' '250ms, 2s, 5m or 1h'
asks_wrong 'actions | where command =~ "("' 'is no regular expression' \
    'missing closing parenthesis'
asks_wrong 'inputs("[", all)' 'is no regular expression'
asks_wrong 'all | kind sorce' 'no kind is called sorce' 'did you mean source?'
asks_wrong 'all | reason input-writen' 'did you mean input-written?'
asks_wrong 'built -3' 'there is no run -3: 1 is kept' 'ronin runs'
asks_wrong 'built yesterday' 'yesterday names no run' 'last-ok'
asks_wrong 'at(7, all)' 'there is no run 7'
asks_wrong 'all | count | deps' 'deps takes a set' 'come last'
asks_wrong 'all | sum path' 'path cannot be summed up'
asks_wrong '#0000000' 'no action has an id that begins with 0000000'
asks_wrong 'all all' 'expected | or the end' 'joined by union'
asks_wrong 'a | deps edges=explict' 'no edges are called explict'
# Names do not reach a terminal with what would move it.
asks_wrong "$(printf 'a\033b')" 'unknown target a\x1bb'

# Nothing needs a build file before the query is understood.
mkdir empty
ronin -C empty query 'all | dps' >answer.txt 2>answer.err && fail "no error"
grep -q 'no function is named dps' answer.err || fail "another error first"
ronin -C empty query --ast 'a | deps' >answer.txt
assert_file answer.txt '[:deps [:target "a"]]'
ronin -C empty query --ast-in --ast '["deps" ["target" "a"]]' >answer.txt
assert_file answer.txt '[:deps [:target "a"]]'
ronin -C empty query --list | grep -q '^duration *actions ' ||
    fail "fields are not listed"

# The likely slip is told, and answered as it was written.
asks 'obj/z.o | deps | except obj/main.o | deps | count' <<'END'
4
END
notes 'for the other meaning write `| except (… | deps)`'

# An empty answer is none, unless that is asked for.
asks 'none' </dev/null
ronin q -e none && fail "-e: 0 for an empty answer"
ronin q -e lib/z.h || fail "-e: 1 for an answer"
ronin q -e 'no/such' 2>/dev/null && fail "-e: 0 for an error"
ronin q && fail "no query is no error"
ronin q all --order=size 2>answer.err && fail "no such order"
grep -q 'deps or lex' answer.err || fail "orders are not told"
true
