# SPDX-License-Identifier: MIT
# Loading looks at build files, namespaces, the snapshot and the database, and at
# nothing else of the project, however large it is: neither sources nor outputs,
# whether the graph is evaluated or taken from last time.
. "$TESTS/lib/build.sh"
command -v strace >/dev/null || exit 77
strace -o /dev/null true 2>/dev/null || exit 77

# touched ARGS...: the files of the project that a ronin names to the system, each
# once. The first line is the program's own start.
touched()
{
    strace -f -e trace=file -o "$SCENARIO_LOGS/calls" ronin "$@" >/dev/null ||
        fail "ronin $* ended with $?"
    grep -v 'execve(' "$SCENARIO_LOGS/calls" | grep -oE '"[^"]+"' | tr -d '"' |
        sed "s|^$PWD/||" | grep -v '^/' | LC_ALL=C sort >"$SCENARIO_LOGS/named"
    LC_ALL=C sort -u "$SCENARIO_LOGS/named"
}

# times FILE: how often the last one named it.
times()
{
    grep -cxF "$1" "$SCENARIO_LOGS/named"
}

mkdir src
for i in $(seq 40); do
    echo "$i" >"src/$i"
done
write lib.magma <<'MAGMA'
(ns lib)
(defn copy [vars] {:command ["cp" (:in vars) (:out vars)]})
MAGMA
write build.magma <<'MAGMA'
(require '[lib :as l])
(doseq [i (range 1 41)]
  (action :outputs [(str "out/" i)] :inputs {:ifwritten [(str "src/" i)]}
          :rule l/copy))
MAGMA

# Evaluated: each source of the graph is read, and signed for the snapshot.
all=$(touched cmd out/3)
[ -n "$all" ] || fail 'nothing was seen'
! grep -E '^(\./)?(src|out)(/|$)' <<<"$all" || fail 'sources were looked at'
[ "$(times build.magma)" -le 4 ] || fail 'the build file was read again'
[ "$(times lib.magma)" -le 4 ] || fail 'the namespace was read again'

# From the snapshot, with records of everything.
ronin_ok
ronin_ok
all=$(touched cmd out/3)
grep -q '^\.ronin/graph-' <<<"$all" || fail 'no snapshot was looked for'
! grep -E '^(\./)?(src|out)(/|$)' <<<"$all" || fail 'sources were looked at'
[ "$(times build.magma)" -le 2 ] || fail 'the build file was read'
[ "$(times lib.magma)" -le 2 ] || fail 'the namespace was read'

# And whoever builds with nothing to do looks at each file once: a source and an
# output have each name here, in their folders.
touched build >/dev/null
for i in $(seq 40); do
    [ "$(times "src/$i")" -eq 0 ] || fail "src/$i is not named by its folder"
    [ "$(times "$i")" -le 2 ] || fail "$i was looked at more than once"
done
