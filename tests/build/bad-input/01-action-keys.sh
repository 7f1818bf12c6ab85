# SPDX-License-Identifier: MIT
# Each key of an action with a value of the wrong type, and keys that are none:
# what is wrong, where, and what to do; status 3, and nothing runs.
. "$TESTS/lib/build.sh"

# refused KEY_AND_VALUE NEEDLE...: such an action cannot be loaded.
refused()
{
    write build.magma \
        '(def x 1)' \
        '  (action :outputs ["out"] :inputs {:ifwritten ["in"]}' \
        "          $1" \
        '          :rule {:command ["cp" "in" "out"]})'
    ronin_fails 3
    assert_output 'build.magma:2:3: error[' \
        '    2 |   (action :outputs ["out"]' '      |   ^~~' "${@:2}"
    assert_absent out
}

write in one
refused ':outptus ["x"]' 'action has no key :outptus' 'did you mean :outputs?'
refused ':colour "red"' 'action has no key :colour' ':vars {...}'
refused '"name" "x"' 'action has no key "name"' 'keys and values alternate'
refused ':outputs ["p"]' ':outputs is given twice'
refused ':name 3' ':name is a string that is not empty, and got 3'
refused ':name ""' ':name is a string that is not empty, and got ""'
refused ':description :x' ':description is a string' 'and got :x'
refused ':env {"A" "b"}' ':env of an action lists names' \
    '{:command [...] :env {"A" "b"}}'
refused ':env :inhrit' 'or :inherit'
refused ':env [:CC]' ':env cannot take :CC'
refused ':env ["A=b"]' '"A=b" is no name of a variable'
refused ':env [3]' '"3" is no name of a variable'
refused ':depfile 3' ':depfile cannot take 3'
refused ':depfile ""' 'an empty path in :depfile'
refused ':depfile ["a" "b"]' ':depfile needs exactly one path, and got 2'
refused ':depfile {:watch "a"}' 'as {:ifchanged "main.d"}'
refused ':depfile "a" :deps :gccc' 'use :gcc'
refused ':deps :gcc' ':deps without a :depfile'
refused ':pool 3' ':pool is a string' 'and got 3'
refused ':pool "x"' 'no pool is named "x"' '(pool "name" 4)'
refused ':generator 1' ':generator is true or false, and got 1'
refused ':may-not-write "x"' ':may-not-write is true or false, and got "x"'
refused ':keep-on-fail :x' ':keep-on-fail is true or false, and got :x'
refused ':restat 3' ':restat is true or false, and got 3'
refused ':phony true' 'a :phony action runs nothing, and has a :rule'
refused ':vars 3' ':vars is a map, and got 3'
refused ':validations :x' ':validations cannot take :x'
refused ':order-only {:ifwritten ["in"]}' ':order-only cannot take {:ifwritten'
refused ':implicit-outputs 3' ':implicit-outputs cannot take 3'
refused ':implicit ["x"]' ':implicit is a map of edge kinds to paths' \
    '{:ifwritten [...]}' ':always'
refused ':implicit :alwys' ':implicit is a map of edge kinds to paths'
refused ':implicit {:ifwriten ["x"]}' 'no edge kind :ifwriten' \
    'did you mean :ifwritten?'
refused ':implicit {:always ["x"]}' 'no edge kind :always' ':always alone'
refused ':implicit {:ifwritten [3]}' ':ifwritten cannot take 3'
refused ':implicit {:ifwritten [""]}' 'an empty path in :ifwritten'
refused ':implicit {:watch ["x"]}' 'as {:watch {"src" predicate}}'
refused ':implicit {:watch {"src" 3}}' 'a :watch predicate must be a function'
refused ':implicit {:watch {3 odd?}}' ':watch cannot take 3'

refused ':rspfile "x"' ':rspfile is a map of :path and :content'
refused ':rspfile {:path "x"}' ':rspfile is a map of :path and :content'
refused ':rspfile {:path 3 :content "x"}' ':rspfile cannot take 3'
refused ':rspfile {:path "x" :content :y}' ':content of :rspfile cannot take :y'
refused ':rspfile {:path "x" :content (fn [vars] 1.5)}' 'cannot take 1.5'
refused ':dyndep 3' ':dyndep cannot take 3'
refused ':dyndep ["a" "b"]' ':dyndep needs exactly one path, and got 2'
refused ':msvc-prefix "x"' ':msvc-prefix without :deps :msvc'
refused ':deps :msvc :msvc-prefix 3' ':msvc-prefix is a string' 'and got 3'
refused ':deps :msvc :depfile "x"' 'what the command prints'
refused ':run 3' ':run is a command' ':argv'
refused ':run []' ':run is a command'
refused ':run {:restart :kill}' ':run is a command'
refused ':run ["a" :b]' ':run cannot take :b'
refused ':trace :loud' ':trace is :off, :warn or :error'
refused ':trace {:level 3}' ':trace is :off, :warn or :error'
refused ':cost 0' ':cost is an integer from 1 to 1000000, and got 0'
refused ':cost "much"' ':cost is an integer' 'and got "much"'

# A misplaced value shows as a key.
refused ':name "x" :pool' 'action has no key {:command' 'a value missing'

# The file put right, all is as if nothing had been.
write build.magma \
    '(action :outputs ["out"] :inputs {:ifwritten ["in"]}' \
    '        :rule {:command ["cp" "in" "out"]})'
ronin_ok
assert_ran out
ronin_ok
assert_ran
