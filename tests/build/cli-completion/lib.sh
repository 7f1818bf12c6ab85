# SPDX-License-Identifier: MIT
# What completion scenarios complete in.
write build.magma <<'EOF'
(defn object [name]
  (action :inputs {:ifwritten [(str "src/" name ".c")]}
          :outputs [(str "obj/deep/" name ".o")]
          :rule (fn [vars] {:command ["touch" (:out vars)]})))
(def objects (mapv object ["a" "b"]))
(action :outputs ["with space"] :rule {:command ["touch" "with space"]})
(action :name "lint" :outputs [] :rule {:command ["true"]})
(group "all" objects "with space" "lint")
EOF
write src/a.c
write src/b.c
ronin_ok build all

# complete LINE...: what the last word may become, into $GIVEN.
complete_line()
{
    GIVEN=$(ronin __complete --line "$1" | cut -f1)
}
assert_given()
{
    local wanted

    wanted=$(printf '%s\n' "$@")
    [ "$GIVEN" = "$wanted" ] || fail "given [$GIVEN], expected [$wanted]"
}
