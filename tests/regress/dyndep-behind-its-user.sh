# SPDX-License-Identifier: MIT
# A dyndep file is read when the turn of its action comes. What that action needs
# does not wait for it, but whoever reads what it makes does.
. "$TESTS/lib/build.sh"

write build.magma <<'EOF'
(defn scanner [name text]
  (action :outputs [(str name ".dd")] :inputs {:ifwritten ["in"]}
          :rule {:write (str name ".dd")
                 :value (str "ninja_dyndep_version = 1\nbuild " text "\n")}))
(scanner "user" "user: dyndep | made.mod")
(scanner "first" "first: dyndep | source")
(scanner "made" "made | made.mod: dyndep | source")
(action :outputs ["user"] :inputs {:ifwritten ["in"]} :dyndep "user.dd"
        :rule {:command ["cp" "made.mod" "user"]})
(action :outputs ["first"] :inputs {:ifwritten ["in"]} :dyndep "first.dd"
        :rule {:command ["cp" "source" "first"]})
(action :outputs ["made"] :inputs {:ifwritten ["first"]} :dyndep "made.dd"
        :rule {:command ["sh" "-c" "cp first made; cp first made.mod"]})
EOF
write in one
for jobs in 1 2 8; do
    for source in "one $jobs" "two $jobs"; do
        write source "$source"
        ronin_ok -j"$jobs"
        assert_file user "$source"
        if [ "$source" = "two $jobs" ]; then
            assert_ran first made user
        fi
    done
    # What lies there could be taken for a source, and is not.
    rm -rf .ronin
    write source "three $jobs"
    ronin_ok -j"$jobs"
    assert_ran first.dd made.dd user.dd first made user
    assert_file user "three $jobs"
done
