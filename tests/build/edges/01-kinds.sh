# SPDX-License-Identifier: MIT
# What each kind of edge makes of each kind of edit. Outputs are named after
# the kinds: written, changed, created, deleted, both (created and deleted),
# mixed (:ifchanged and :ifdeleted).
. "$TESTS/lib/build.sh"

write build.magma <<'END'
(defn watcher [name edges]
  (action :outputs [name] :implicit edges
          :rule {:command ["sh" "-c" "date +%N >$0" name]}))
(watcher "written" {:ifwritten ["in"]})
(watcher "changed" {:ifchanged ["in"]})
(watcher "created" {:ifcreated ["in"]})
(watcher "deleted" {:ifdeleted ["in"]})
(watcher "both" {:ifcreate ["in"] :ifdeleted ["in"]})
(watcher "mixed" {:ifchanged ["in"] :ifdeleted ["in"]})
(watcher "alone" {:ifchanged ["other"]})
(group "absent" "created" "deleted" "both" "mixed" "alone")
END

day=0
# A time that no file had before.
later()
{
    day=$((day + 1))
    touch -d "2001-01-01 +$day days" "$@"
}

# ran [NAME...]: exactly these, and nothing the second time.
ran()
{
    ronin_ok
    assert_ran "$@"
    ronin_ok
    assert_ran
}

write in one
write other one
later in other
ran written changed created deleted both mixed alone

later in
ran written
cp in copy; cp copy in; later in
ran written
write in two; later in
ran written changed mixed
write in longer text; later in
ran written changed mixed

# The same size and the same time: content is seen all the same.
write in LONGER; echo text >>in; touch -r copy in
ran written changed mixed
touch -d 2001-06-01 in
ran written
echo 'SMALLER text' | tr -d '\n' >in; echo >>in; touch -d 2001-06-01 in
ran written changed mixed
touch -d 1990-01-01 in
ran written

# Mode; a restored copy; a hard link; owner and inode alone are nothing.
chmod +x in
ran written
cp -p in copy; rm in; mv copy in
ran
cp -p in copy; cat copy >in; touch -r copy in; rm copy
ran
ln in link; rm link
ran
mv in moved; cp -p moved in; rm moved
ran

# Another kind of file.
mv in target; ln -s target in
ronin_ok
assert_contains "$(events action.start path)" written
ronin_ok
assert_ran
rm in; mv target in
ronin_ok
ronin_ok
assert_ran

# Gone, and back.
mv in away
ronin_fails 3 written
assert_output 'in does not exist'
ronin_fails 3 changed
ronin_ok :absent
assert_ran deleted both mixed
ronin_ok :absent
assert_ran
mv away in
ronin_ok :absent
assert_ran created both mixed
ran
rm in; mkdir in
ronin_ok
ronin_ok
assert_ran
rmdir in
write in two
ronin_ok
ran

# A whole tree that is copied, moved or restored is not dirty.
mkdir ../tree.$$
cp -a . ../tree.$$
cd ../tree.$$
ran
cd - >/dev/null
rm -rf ../tree.$$
