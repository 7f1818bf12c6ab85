# SPDX-License-Identifier: MIT
# A build inside a build that had nothing to do ended before its guard had let go of
# the output, and was said to have left a process behind: the machine was busy.
. "$TESTS/lib/build.sh"

command -v cc >/dev/null || exit 77
write slow.c <<'END'
#include <unistd.h>
// The guard begins with this.
pid_t setsid(void)
{
    usleep(300000);
    return -1;
}
END
cc -shared -fPIC -o slow.so slow.c
mkdir inner
write inner/build.ninja 'build all: phony'
write build.ninja 'rule r' \
    "  command = LD_PRELOAD=$PWD/slow.so $RONIN ninja -C inner && touch \$out" \
    'build out: r'
export ASAN_OPTIONS="${ASAN_OPTIONS-}:verify_asan_link_order=0"
ronin ninja >out 2>&1
assert_contains "$(cat out)" 'no work to do'
assert_lacks "$(cat out)" 'left a process behind'
