# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What the scenarios of the REPL share.

# repl [OPTION...]: types standard input into a REPL; OUTPUT is what it printed,
# ERRORS what went to standard error.
repl()
{
    STATUS=0
    ronin repl "$@" >out 2>err || STATUS=$?
    OUTPUT=$(cat out)
    ERRORS=$(cat err)
    printf '%s\n-- errors:\n%s\n' "$OUTPUT" "$ERRORS"
    [ "$STATUS" = 0 ] || fail "the REPL ended with $STATUS"
}

# sample: a build of three actions, one of them with a function.
sample()
{
    write build.magma <<'END'
(defn copy [{:keys [in out]}] {:command ["cp" in out]})
(defn object [n]
  (action :outputs [(str n ".o")] :inputs {:ifwritten [(str n ".c")]}
          :rule copy))
(def objects (mapv object ["main" "greet"]))
(action :outputs ["hello"] :inputs {:ifchanged objects}
  :rule [{:read "main.o"} {:transformer (fn [t] (str "<" t ">"))}
         {:write "hello"}])
(group "all" "hello")
END
    write main.c one
    write greet.c two
}
