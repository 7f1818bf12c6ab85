# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# A chain of three files whose steps can be held or broken in the middle, and
# what must hold after every fault: the next build is as a clean one, the one
# after it runs nothing, the database is sound, and no process is left.

fault_project()
{
    write build.magma <<'END'
(defn step [vars] {:command ["./step" (:inputs vars) (:out vars)]})
(action :outputs ["one"] :rule step :inputs {:ifchanged ["in"]})
(action :outputs ["two"] :rule step :inputs {:ifwritten ["one"]})
(action :outputs ["three"] :rule step :inputs {:ifchanged ["two"]})
END
    # The file `hold` names an output: its step stops half-way for as long as
    # `hold` is there. With `broken`, it fails there.
    write step <<'END'
#!/bin/sh
echo half >"$2"
if [ -e hold ] && [ "$(cat hold)" = "$2" ]; then
    touch started
    while [ -e hold ]; do sleep 0.01; done
fi
if [ -e broken ] && [ "$(cat broken)" = "$2" ]; then
    exit 7
fi
{ cat "$1"; echo "then $2"; } >"$2"
END
    chmod +x step
    write in first
}

# start_build ARGS...: in the background, with signals as a terminal has them;
# its pid becomes $BUILD.
start_build()
{
    rm -f started
    python3 -c '
import os, signal, sys
for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"):
    signal.signal(getattr(signal, name), signal.SIG_DFL)
os.execvp("ronin", ["ronin"] + sys.argv[1:])
' "$@" >"$SCENARIO_LOGS/background" 2>&1 </dev/null &
    BUILD=$!
    # A signal must not come before it is ronin.
    while [ "$(cat "/proc/$BUILD/comm" 2>/dev/null)" != ronin ]; do
        kill -0 "$BUILD" 2>/dev/null || break
        sleep 0.01
    done
}

# wait_for FILE: until the build has made it.
wait_for()
{
    while [ ! -e "$1" ]; do
        kill -0 "$BUILD" 2>/dev/null ||
            fail "ended early: $(cat "$SCENARIO_LOGS/background")"
        sleep 0.01
    done
}

# end_build STATUS: waits for it.
end_build()
{
    STATUS=0
    wait "$BUILD" || STATUS=$?
    OUTPUT=$(cat "$SCENARIO_LOGS/background")
    printf 'background: %s\n%s\n' "$STATUS" "$OUTPUT"
    [ "$STATUS" = "$1" ] || fail "the build ended with $STATUS, expected $1"
}

# No process but ours has its working folder here, at most a second later.
assert_no_process()
{
    python3 - "$PWD" $$ <<'END' || fail "processes are left"
import os, sys, time
for _ in range(100):
    left = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            cwd = os.readlink(f"/proc/{pid}/cwd")
            with open(f"/proc/{pid}/stat") as stat:
                state = stat.read().rsplit(")", 1)[1].split()[0]
            with open(f"/proc/{pid}/cmdline", "rb") as line:
                command = line.read()
        except OSError:
            continue
        ours = int(pid) in (int(sys.argv[2]), os.getpid())
        if cwd == sys.argv[1] and state != "Z" and not ours:
            left.append((pid, command))
    if not left:
        sys.exit(0)
    time.sleep(0.01)
print(left)
sys.exit(1)
END
}

# What must hold after each fault.
assert_recovers()
{
    local clean=$SCENARIO_LOGS/clean

    assert_no_process
    ronin_ok "$@"
    rm -rf "$clean"
    mkdir "$clean"
    cp -p build.magma step in "$clean"
    (cd "$clean" && ronin build >/dev/null 2>&1) || fail "no clean build"
    for file in one two three; do
        cmp "$file" "$clean/$file" || fail "$file is not as a clean build's"
    done
    ronin_ok "$@"
    assert_ran
    assert_sound
    assert_no_process
}

# The database passes SQLite's own check.
assert_sound()
{
    [ ! -e .ronin/state.db ] || python3 -c '
import sqlite3
db = sqlite3.connect("file:.ronin/state.db?mode=ro", uri=True)
assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
' || fail "the database is not sound"
}
