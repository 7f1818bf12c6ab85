# SPDX-License-Identifier: MIT
# The REPL as a person sees it: lines that go on, completion, ^C, questions, a
# build, and what is told of a build file that changes while one types.
. "$TESTS/lib/build.sh"
. "$TESTS/build/terminal/lib.sh"
needs_signals

write build.magma <<'END'
(defn copy [{:keys [in out]}] {:command ["cp" in out]})
(defn object [name]
  (action :outputs [(str name ".o")] :inputs {:ifwritten [(str name ".c")]}
          :description (str "CC " name) :rule copy))
(def objects (mapv object ["main" "greet"]))
(action :outputs ["hello"] :inputs {:ifchanged objects} :description "LINK hello"
        :rule {:command ["sh" "-c" "cat main.o greet.o >hello"]})
END
write main.c one
write greet.c two

# The REPL waits for a line: what is typed before would be echoed twice.
at_prompt()
{
    local end=$((SECONDS + 40))
    until [ "$(screen | tail -n 1)" = 'user=>' ]; do
        [ $SECONDS -lt $end ] || fail "no prompt: $(screen)"
    done
}

terminal 72 24
type_line "clear; export XDG_STATE_HOME=$PWD/state; clear; ronin repl"
until_screen repl-begin

# A form over several lines, and one with a bracket too many.
type_line '(->> (range 30)'
until_seen '^ *[.][.]'
type_line '     (filter even?)'
type_line '     (map (fn [n] (* n n n n n))))'
until_screen repl-lines
type_line '(inc 1))'
until_seen 'R0101'
at_prompt

# Completion: what is certain is put in, what is not is listed.
press C-l
at_prompt
press '(command-o' Tab
until_seen '^user=> [(]command-of'
press ' "gre' Tab Tab
until_screen repl-choices
press 'o' Tab
type_line '")'
until_seen '^."cp" "greet.c"'
at_prompt
press '? hel' Tab '| dep' Tab ' | sour' Tab
until_screen repl-query
press Enter
until_seen '^#targets'
at_prompt
type_line '| emit path kind size'
until_screen repl-answer

# ^C: of what is typed, of what runs. The values before it are there still.
press C-l
at_prompt
press '(def half'
press C-c
until_seen '\^C'
at_prompt
type_line '(do (println "it begins") (loop [] (recur)))'
until_seen 'it begins'
press C-c
until_seen 'interrupted'
at_prompt
type_line '(count *2)'
until_screen repl-interrupt

# A build, with its progress, and the lines that were typed, by the arrow.
press C-l
at_prompt
type_line '(:status (build))'
until_screen repl-build
press C-l
at_prompt
press Up Up
until_seen 'count'
press C-c
until_seen '\^C'
at_prompt

# A file that changes under a line that is being typed.
press C-l
at_prompt
press '(command-of "gr'
until_seen '"gr$'
edit build.magma 's/"cp" in/"cp" "-p" in/'
until_screen repl-reload
type_line 'eet.o")'
until_screen repl-reloaded

# One that is broken is told; the graph stays that of before, until it is whole.
press C-l
at_prompt
echo '(action :outputs' >>build.magma
until_seen 'never closed'
at_prompt
type_line '? hello | deps | sources'
until_screen repl-broken
press C-l
at_prompt
# In one step: what it is in between would be told as well.
sed '$d' build.magma >build.new
cat >>build.new <<'END'
(action :outputs ["more"] :inputs {:ifwritten ["hello"]} :rule copy)
END
mv build.new build.magma
until_screen repl-mended
press C-d
until_seen '^[$] *$'
exit 0
