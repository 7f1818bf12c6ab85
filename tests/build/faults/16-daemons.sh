# SPDX-License-Identifier: MIT
# A command starts a process that leaves its group and session and lets go of its
# pipe. When ronin is killed that one ends as well, whether the command still runs
# or not; when ronin ends by itself it may live on.
. "$TESTS/lib/build.sh"

write daemon <<'EOF'
# PIDFILE HOW: becomes a daemon.
start='exec </dev/null >/dev/null 2>&1; echo $$ >'$1.new'; mv '$1.new' '$1'; exec sleep 50'
case $2 in
child) setsid sh -c "$start" & ;;
orphan) (setsid sh -c "$start" &) ;;
deep) setsid sh -c "(setsid sh -c '$start' &) ; exec sleep 50 >/dev/null 2>&1" >/dev/null 2>&1 & ;;
esac
EOF

# wait_for FILE
wait_for()
{
    for _ in $(seq 500); do
        [ ! -e "$1" ] || return 0
        sleep 0.01
    done
    fail "$1 does not come"
}

# ended PID: gone, or a zombie that nobody reaps here.
ended()
{
    [ ! -e "/proc/$1" ] || grep -q '^State:.Z' "/proc/$1/status" 2>/dev/null
}

for how in child orphan deep; do
    for after in 'sleep 50' 'exit 0'; do
        rm -rf .ronin pid x more
        # The second action keeps the build going when the command has ended.
        cat >build.magma <<EOF
(action :outputs ["x"] :rule {:command ["sh" "-c" "sh daemon pid $how; while [ ! -e pid ]; do sleep 0.01; done; touch x; $after"]})
(action :outputs ["more"] :rule {:command ["sh" "-c" "sleep 50"]})
EOF
        ronin build -j2 >/dev/null 2>&1 &
        build=$!
        wait_for pid
        sleep 0.7 # several looks of the guard
        kill -KILL $build
        wait $build 2>/dev/null || true
        pid=$(cat pid)
        for _ in $(seq 300); do
            ! ended "$pid" || break
            sleep 0.01
        done
        ended "$pid" || fail "the daemon ($how, $after) is still there"
    done
done

# By itself.
rm -rf .ronin pid x
write build.magma <<'EOF'
(action :outputs ["x"]
        :rule {:command ["sh" "-c" "sh daemon pid orphan; while [ ! -e pid ]; do sleep 0.01; done; sleep 0.5; touch x"]})
EOF
ronin_ok
sleep 0.3
pid=$(cat pid)
! ended "$pid" || fail "a daemon was ended with a build that was fine"
kill "$pid"
