# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# A project whose build file has an edge of every kind that a first build file
# would try: swapped arguments of str/split, bare ends-with?, a symbol bound by
# :name, a lazy concat over a dynout in a group, :implicit :always, and a
# :watch predicate on the generator of the build file itself. `docker` and
# `python` are stand-ins on PATH.

sample_project()
{
    mkdir -p bin tree/notes
    PATH=$PWD/bin:$PATH
    write bin/docker '#!/bin/sh' 'echo "$@" >>docker.log'
    write bin/python '#!/bin/sh' 'exec python3 "$@"'
    chmod +x bin/docker bin/python
    write prog.c '#include "util.h"' 'int main(void) { return util(); }'
    write util.c '#include "util.h"' 'int util(void) { return 0; }'
    write util.h 'int util(void);'
    write tree/notes/first.txt first
    write tree/second.txt second
    tar -cf bundle.tar -C tree notes second.txt
    rm -r tree
    sample_build_file >template
    write configure.py 'text = open("template").read()' \
        'open("build.magma", "w").write(text)'
    cp template build.magma
}

sample_build_file()
{
    cat <<'EOF'
(defn link [vars]
  {:command ["cc" (:inputs vars) "-MD" "-MF" (:depfile vars)
             "-o" (:out vars)]})

(action :outputs ["prog"]
  :rule link
  :inputs {:ifwritten ["prog.c", "util.c"]}
  :implicit {:ifwritten ["util.h"]}
  :env ["LIBRARY_PATH", "C_INCLUDE_PATH"]
  :depfile "prog.d")

(action :name "image"
  :outputs []
  :rule (fn [_vars] {:command ["docker" "build" "."]})
  :implicit :always)

(defn plain-files [paths]
  (filter #(not (str/ends-with? % "/")) paths))

(def bundle {:ifwritten ["bundle.tar"]})

(defn list-bundle [vars]
  [{:command ["tar" "-tf" (:inputs vars)]
    :stdout :string}
   {:transformer
    (fn [listing] (str/join "\n" (plain-files (str/split #"\n" listing))))}
   {:write (:outputs vars)}])

(action :outputs ["bundle.list"]
  :rule list-bundle
  :inputs bundle)

(def extracted
  (dynout
    :inputs {:ifchanged ["bundle.list"]}
    :rule (fn [vars] [{:read (:inputs vars)}
                      {:transformer #(str/split % #"\n")}])))

(action :outputs extracted
  :inputs bundle
  :rule (fn [vars] {:command ["tar" "-xf" (:inputs vars)]}))

(group "all" (concat ["prog" image] extracted))

(defn reconfigure? [event]
  (and (ends-with? (:path event) ".c")
       (not= :modified (:kind event))))

(action :outputs ["build.magma"]
  :rule {:command ["python" "configure.py"]}
  :generator true
  :env ["CFLAGS", "LDFLAGS"]
  :inputs {:watch {"." reconfigure?}})
EOF
}
