# SPDX-License-Identifier: MIT
# However files are looked at and hashed, the same actions run.
. "$TESTS/lib/build.sh"

# story STAT HASH: a life of edits; what ran in each build goes to the file.
story()
{
    local log=$PWD/ran-$1-$2
    local options="--stat=$1 --hash=$2"

    mkdir "tree-$1-$2"
    cd "tree-$1-$2"
    write build.magma <<'END'
(defn sh [script] {:command ["sh" "-c" script]})
(action :outputs ["gen.h"] :inputs {:ifchanged ["gen.in"]}
  :rule (sh "grep -v '^#' gen.in >gen.h"))
(action :outputs ["a.o"] :inputs {:ifwritten ["a.c"]} :order-only ["gen.h"]
  :depfile "a.d" :rule (sh "cat a.c gen.h >a.o; echo 'a.o: a.c gen.h' >a.d"))
(action :outputs ["b.o"] :inputs {:ifchanged ["b.c"] :ifcreated ["extra"]}
  :rule (sh "cat b.c >b.o; test ! -e extra || cat extra >>b.o"))
(action :outputs ["app"] :inputs {:ifchanged ["a.o" "b.o"] :ifdeleted ["old"]}
  :rule (sh "cat a.o b.o >app"))
END
    write gen.in one
    write a.c a
    write b.c b
    write old o
    for step in first none comment touch edit restore extra delete tamper; do
        case $step in
        comment) echo '# x' >>gen.in ;;
        touch) touch -d '2001-01-01' a.c b.c ;;
        edit) write b.c other ;;
        restore) cp -p gen.in saved; write gen.in two; cp -p saved gen.in ;;
        extra) write extra e ;;
        delete) rm old a.o ;;
        tamper) write b.o junk ;;
        esac
        # shellcheck disable=SC2086
        ronin_ok $options
        printf '%s: %s\n' "$step" \
            "$(events action.start path | LC_ALL=C sort | tr '\n' ' ')" >>"$log"
    done
    cp app "../app-$1-$2"
    cd ..
}

for stat in direct cached; do
    for hash in xxh3 sha256; do
        story $stat $hash
        cmp ran-direct-xxh3 "ran-$stat-$hash" ||
            fail "other actions ran: $(cat "ran-$stat-$hash")"
        cmp app-direct-xxh3 "app-$stat-$hash" || fail "another app"
    done
done
assert_contains "$(cat ran-direct-xxh3)" 'comment: a.o gen.h '
assert_contains "$(cat ran-direct-xxh3)" 'touch: a.o '
assert_contains "$(cat ran-direct-xxh3)" 'none: '

# The records know their hash, whatever the next command line says.
cd tree-cached-sha256
ronin_ok
assert_ran
write b.c again
ronin_ok
assert_ran b.o app
cd ..

# Another one is taken over at once: nothing is built again, whatever became of
# the files' times.
cd tree-direct-xxh3
ronin_ok --hash=sha256
assert_ran
touch b.c
ronin_ok
assert_ran
write b.c changed
ronin_ok
assert_ran b.o app
ronin_ok --hash=xxh3
assert_ran
write b.c changed
ronin_ok
assert_ran
cd ..

ronin_fails 2 -C tree-direct-xxh3 --hash=md5
assert_output '--hash does not know md5' 'xxh3 or sha256'
ronin_fails 2 -C tree-direct-xxh3 --stat=often
assert_output '--stat does not know often'
