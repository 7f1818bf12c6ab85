# SPDX-License-Identifier: MIT
# Rules and steps that make no sense are refused when the file is loaded.
. "$TESTS/lib/build.sh"

# refused RULE NEEDLE...
refused()
{
    write build.magma \
        '(action :outputs ["out"] :inputs {:ifwritten ["in"]}' \
        "        :rule $1)"
    ronin_fails 3
    assert_output 'build.magma:1:1: error[' '    1 | (action :outputs' \
        '      | ^~~' "${@:2}"
    assert_absent out
}

write in one
refused nil 'an action without a :rule' ':phony true'
refused 3 'a rule gave 3' 'a rule is a map such as {:command [...]}'
refused '"cp in out"' 'a rule gave "cp in out"'
refused '(fn [vars] nil)' 'a rule gave nil'
refused '(fn [] {})' 'Wrong number of arguments (1)' 'It takes []'
refused '[]' 'a rule without steps' ':phony true'
refused '{}' 'a step that does nothing: {}'
refused '["cp" "in" "out"]' 'a step is a map, and got "cp"'
refused '{:comand ["cp"]}' 'a step has no key :comand' 'did you mean :command?'
refused '{:command ["cp"] :sdtin "in"}' 'did you mean :stdin?'
refused '{:command ["cp"] :read "in"}' 'both :command and :read'
refused '{:read "in" :stdin "in"}' ':stdin belongs to a :command step'
refused '{:command ["cp"] :value "x"}' ':value belongs to a :write step'
refused '{:command "cp in out"}' 'a vector of words, not a string' \
    'there is no shell'
refused '{:command []}' 'an empty :command' 'begin with the program to run'
refused '{:command [""]}' 'an empty :command'
refused '{:command ["cp" :in]}' ':command cannot take :in'
refused '{:command ["cp" {"a" 1}]}' ':command cannot take {"a" 1}'
refused '{:command ["cp" 1.5]}' ':command cannot take 1.5'
refused '{:command ["cp" "a\u0000b"]}' 'zero byte'
refused '{:command ["cp"] :stdin :strin}' ':stdin cannot be :strin' \
    'use :string or a path'
refused '{:command ["cp"] :stdin 3}' ':stdin cannot take 3'
refused '{:command ["cp"] :stdin "no"}' 'a step reads no' \
    ':implicit {:ifchanged ["no"]}'
refused '{:command ["cp"] :stdout "no"}' 'a step writes no' ':outputs ["no"]'
refused '{:command ["cp"] :stderr "in"}' 'a step writes in'
refused '{:command ["cp"] :dir 3}' ':dir cannot take 3'
refused '{:command ["cp"] :env ["A"]}' 'as {"NAME" "value"}'
refused '{:command ["cp"] :env {3 "x"}}' 'needs a name and one value each'
refused '{:command ["cp"] :env {:A "x"}}' 'needs a name and one value each'
refused '{:command ["cp"] :env {"A=" "x"}}' 'needs a name and one value each'
refused '{:command ["cp"] :env {"A" :x}}' ':env cannot take :x'
refused '{:command ["cp"] :stdin :string}' 'step 1 takes the value' \
    'begin with {:read path}'
refused '{:write "out"}' 'step 1 takes the value'
refused '{:write "no" :value "x"}' 'a step writes no'
refused '{:write "out" :value 3}' ':value of a :write step is a string'
refused '{:discovered :ifwritten}' 'step 1 takes the value'
refused '[{:read "in"} {:discovered :x}]' 'as {:discovered :ifwritten}'
refused '{:read 3}' ':read cannot take 3'
refused '{:read ["in" "in"]}' ':read needs exactly one path, and got 2'
refused '{:read "no"}' 'a step reads no'
refused '{:transformer 3}' ':transformer needs a function'
refused '{:transform :x}' ':transform needs a function'

# What a rule throws is shown where it was thrown.
write build.magma \
    '(defn rule [vars]' \
    '  (throw (ex-info "boom" {:a 1})))' \
    '(action :outputs ["out"] :rule rule)'
ronin_fails 3
assert_output 'build.magma:2:3: error[R0111]: boom' '{:a 1}' \
    'in user/rule (build.magma:2:3)'
