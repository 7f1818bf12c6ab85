# SPDX-License-Identifier: MIT
# :always, :env, :watch and a depfile beside each kind of edge: an action for each
# pair runs when one of the two says so, and only then. `quiet` reads what :always
# makes, and stays clean since that comes out the same.
. "$TESTS/lib/build.sh"

python3 - >build.magma <<'END'
kinds = ["ifwritten", "ifchanged", "ifcreated", "ifdeleted"]
for kind in kinds:
    letter = {"ifwritten": "w", "ifchanged": "c", "ifcreated": "p",
              "ifdeleted": "m"}[kind]
    edge = f'{{:{kind} ["in"]}}'
    def action(name, rest, command):
        print(f'(action :outputs ["{name}"] :rule {{:command {command}}} {rest})')
    action(f"{letter}-always", f":inputs {edge} :implicit :always",
           f'["sh" "-c" "cmp -s kept {letter}-always || cp kept {letter}-always"]')
    action(f"{letter}-quiet", f':inputs {{:ifchanged ["{letter}-always"]}}',
           f'["touch" "{letter}-quiet"]')
    action(f"{letter}-env", f':implicit {edge} :env ["ONE" "TWO"]',
           f'["touch" "{letter}-env"]')
    action(f"{letter}-watch", ':implicit [' + edge +
           ' {:watch {"dir" (fn [e] (ends-with? (:path e) ".t"))}}]',
           f'["touch" "{letter}-watch"]')
    action(f"{letter}-dep", f':implicit {edge} :depfile "{letter}.d"',
           f'["sh" "-c" "touch {letter}-dep; echo {letter}-dep: in found made >{letter}.d"]')
    action(f"{letter}-dep2", f':implicit {edge} :depfile {{:ifchanged "{letter}2.d"}}',
           f'["sh" "-c" "touch {letter}-dep2; echo {letter}-dep2: in found >{letter}2.d"]')
print('(action :outputs ["made"] :inputs {:ifwritten ["from"]} '
      ':rule {:command ["cp" "from" "made"]})')
END

# all NAME: one of each kind.
all()
{
    echo "w-$1 c-$1 p-$1 m-$1"
}

# run RUNS...: after what was done last. What is :always runs always.
run()
{
    ronin_ok -j1 -k0
    assert_ran "$(all always)" "$@"
    ronin_ok
    assert_ran "$(all always)"
}

write in one
write kept same
write found one
write from one
# Nothing but the depfiles tells who reads it.
ronin_ok made
ronin_ok
run
touch -d 2001-01-01 in
# A depfile names `in` as well, so that each of them reads it.
run w-env w-watch w-dep2 "$(all dep)"
write in two
run w-env w-watch c-env c-watch "$(all dep)" "$(all dep2)"
touch -d 2001-01-01 found
run "$(all dep)"
write found two
run "$(all dep)" "$(all dep2)"
write from two
run made "$(all dep)"
write dir/a.t one
run "$(all watch)"
write dir/a.x one
run
write dir/a.t two
run "$(all watch)"
rm -r dir
run "$(all watch)"
export ONE=1
run "$(all env)"
export TWO=
run "$(all env)"
unset ONE TWO
run "$(all env)"
write kept other
run "$(all quiet)"
# What only a depfile named may vanish: whoever read it finds out.
rm found
run "$(all dep)" "$(all dep2)"
