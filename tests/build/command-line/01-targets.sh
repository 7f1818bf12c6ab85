# SPDX-License-Identifier: MIT
# Words of the command line: what they mean, and mistakes in them.
. "$TESTS/lib/build.sh"

write build.magma <<'END'
(action :outputs ["main"] :inputs {:ifwritten ["in"]}
        :rule {:command ["cp" "in" "main"]})
(action :outputs ["sub/part"] :inputs {:ifwritten ["in"]}
        :rule {:command ["cp" "in" "sub/part"]})
(action :name "notes" :inputs {:ifchanged ["in"]} :rule {:command ["true"]})
(action :name "main" :inputs {:ifchanged ["in"]} :rule {:command ["true"]})
(group "all" "main" "sub/part")
(group "sub/part" "main")
(group "build" notes)
END
write in one

# usage NEEDLE ARGS...
usage()
{
    ronin_fails 2 "${@:2}"
    assert_output "$1"
    assert_absent main
}

usage 'unknown target mian' mian
assert_output 'did you mean main?'
usage 'unknown target :al' :al
assert_output 'did you mean :all?'
usage 'unknown target buidl' buidl
assert_output 'did you mean'
usage 'an empty target' ''
usage 'an empty target' :
OUTPUT=$(ronin -- -x 2>&1) && fail "-x is no target"
assert_output 'unknown target -x'
usage 'unknown target a\x1b[2Jb' $'a\033[2Jb'
usage '-C' -C nowhere
usage 'Not a directory' -C in
usage 'unknown target main/x' main/x
usage 'unknown target' main nope
ronin_fails 3 -f nowhere.magma
assert_output 'cannot read nowhere.magma: No such file'
ronin_fails 3 -f .
assert_output 'Is a directory'
for word in 0 x -1 '' 1e3 99999999999999999999; do
    usage 'it takes a number from 1 to' -j "$word"
done
usage 'it takes a number from 0 to' -k -1

# A file comes before an action, an action before a group.
ronin_ok main
assert_ran main
ronin_ok sub/part
assert_ran sub/part
ronin_ok :sub/part
assert_ran
ronin_ok :build
assert_equal "$(events action.start path)" notes
ronin_ok ./main "$PWD/main" sub/../main
assert_ran
ronin_ok in
assert_ran
cd sub
rm part
ronin_ok part
cd ..
assert_file sub/part one
rm main
ronin_ok build main -j1
assert_ran main

# -n makes nothing, records no run, and says what would run.
rm -rf .ronin main sub
ronin_ok -n
assert_output 'would run 4 of 4 actions'
assert_absent main sub
ronin_ok
assert_ran main sub/part notes main
write in two
# Rows of the records, but for what is known of files (a signature may settle).
rows()
{
    cp -r .ronin copied
    python3 -c 'import sqlite3
for line in sqlite3.connect("copied/state.db").iterdump():
    if "\"version\"" not in line:
        print(line)'
    rm -r copied
}
rows >before
ronin_ok -n
assert_output 'would run'
rows >after
cmp before after || fail "-n wrote to the database"
assert_file main one
ronin_ok
assert_file main two
