# SPDX-License-Identifier: MIT
# Where a namespace is looked for: its name as a path below the folder of the
# root file, as .magma, .cljc or .clj, then in the standard library.
. "$TESTS/lib/build.sh"

write lib/first_one.magma <<'EOT'
(ns lib.first-one)
(def kind :magma)
EOT
write lib/first_one.cljc <<'EOT'
(ns lib.first-one)
(def kind :cljc)
EOT
write lib/second.cljc <<'EOT'
(ns lib.second (:require [lib.third :as third]))
(def kind #?(:clj :clj :cljs :cljs :magma :magma :default :default))
(def other #?(:clj :clj :default :default))
(def nothing [#?(:clj 1)])
(def some-of [#?@(:cljs [1] :magma [2 3]) 4])
(def below third/kind)
(defn- secret [] 1)
EOT
write lib/second.clj <<'EOT'
(ns lib.second)
(throw (ex-info "not this one" {}))
EOT
write lib/third.clj <<'EOT'
(ns lib.third)
(def kind :clj)
EOT
write clojure/set.clj <<'EOT'
(ns clojure.set)
(defn union [& _] :ours)
EOT

write main.magma <<'EOT'
(require '[lib.first-one :as one] '[lib.second :as second])
(prn one/kind second/kind second/other second/nothing second/some-of second/below)
EOT
ronin_ok eval main.magma
assert_output ':magma :magma :default [] [2 3 4] :clj'

# In a .clj file, a reader conditional reads as in any other.
write lib/third.clj <<'EOT'
(ns lib.third)
(def kind #?(:clj :clj :magma :conditional))
EOT
ronin_ok eval main.magma
assert_output ':magma :magma :default [] [2 3 4] :conditional'

# A private name is refused from outside, whatever the kind of file.
write private.magma <<'EOT'
(require 'lib.second)
(lib.second/secret)
EOT
ronin_fails 1 eval private.magma
assert_output 'lib.second/secret is private'

# One's own file comes before the library's.
write own.magma <<'EOT'
(require '[clojure.set :as set])
(prn (set/union #{1} #{2}))
EOT
ronin_ok eval own.magma
assert_output ':ours'
rm clojure/set.clj
ronin_ok eval own.magma
assert_output '#{'

# What is nowhere tells where it was looked for.
write nowhere.magma <<'EOT'
(require 'lib.no-where)
EOT
ronin_fails 1 eval nowhere.magma
assert_output 'There is no namespace lib.no-where'
assert_output 'lib/no_where.magma, lib/no_where.cljc and lib/no_where.clj'

# --path names another folder.
mkdir elsewhere
mv lib elsewhere/lib
ronin_fails 1 eval main.magma
ronin_ok eval --path elsewhere main.magma
assert_output ':magma :magma :default'

# A build file is evaluated anew when one of them changes, and when another
# file takes the place of the one that was read.
mkdir project
cd project
write tools/kind.clj <<'EOT'
(ns tools.kind)
(def kind "clj")
EOT
write build.magma <<'EOT'
(require '[tools.kind :as tools])
(action :outputs ["out"]
        :rule (fn [vars] [{:transformer (fn [_] tools/kind)} {:write (:out vars)}]))
EOT
ronin_ok
assert_file out clj
write tools/kind.clj <<'EOT'
(ns tools.kind)
(def kind "changed")
EOT
ronin_ok
assert_file out changed
write tools/kind.cljc <<'EOT'
(ns tools.kind)
(def kind "cljc")
EOT
ronin_ok
assert_file out cljc
write tools/kind.magma <<'EOT'
(ns tools.kind)
(def kind "magma")
EOT
ronin_ok
assert_file out magma
ronin_ok
assert_ran
rm tools/kind.magma
ronin_ok
assert_file out cljc

# The same for the library's namespaces.
write build.magma <<'EOT'
(require '[clojure.set :as set])
(action :outputs ["out"]
        :rule (fn [vars] [{:transformer (fn [_] (str (set/union #{1} #{1})))}
                          {:write (:out vars)}]))
EOT
ronin_ok
assert_file out '#{1}'
write clojure/set.magma <<'EOT'
(ns clojure.set)
(defn union [& _] :ours)
EOT
ronin_ok
assert_file out :ours
