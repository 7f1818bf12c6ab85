# SPDX-License-Identifier: MIT
# An action runs while the graph is made anew, which has not read its dyndep file
# yet: whoever reads what that file says it makes waits for it.
. "$TESTS/lib/build.sh"

write build.magma <<'EOF'
(def names (dynout :inputs {:ifchanged ["names"]}
                   :rule [{:read "names"} {:transformer str/split-lines}]))
(action :outputs ["names"] :inputs {:ifwritten ["in"]} :order-only ["made.dd"]
        :rule {:command ["sh" "-c" "until [ -e began ]; do sleep 0.01; done; echo in >names"]})
(defn scanner [name text]
  (action :outputs [(str name ".dd")] :inputs {:ifwritten ["in"]}
          :rule {:write (str name ".dd")
                 :value (str "ninja_dyndep_version = 1\nbuild " text "\n")}))
(scanner "made" "made | made.mod: dyndep")
(scanner "user" "user: dyndep | made.mod")
(action :outputs ["made"] :inputs {:ifwritten ["in"]} :dyndep "made.dd"
        :rule {:command ["sh" "-c" "touch began; until [ -e late ]; do sleep 0.01; done
                                    rm -f began late; cp in made; cp in made.mod"]})
(action :outputs ["user"] :inputs {:ifwritten names} :dyndep "user.dd"
        :rule {:command ["cp" "made.mod" "user"]})
(action :name "late" :inputs {:ifwritten names} :rule {:command ["touch" "late"]})
EOF
write in one
ronin_ok -j4
assert_file user one

# What was made before lies there and could be taken for a source.
rm -rf .ronin
write in two
ronin_ok -j4
assert_ran dynout:build.magma:1 names made.dd user.dd made user late
assert_file user two
