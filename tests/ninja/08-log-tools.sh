# SPDX-License-Identifier: MIT
# The tools that look into ninja's logs say and write what ninja's own do.
. "$TESTS/lib/build.sh"

command -v ninja >/dev/null || exit 77
mkdir bin one
ln -s "$RONIN" bin/ninja
RONIN_NINJA=$PWD/bin/ninja
cat >one/build.ninja <<'END'
rule gen
  command = echo "int x;" >$out
rule cc
  command = cp $in $out && echo "$out: in.c gen.h other.h plain.h" >$out.d
  depfile = $out.d
  deps = gcc
rule left
  command = cp $in $out && echo "$out: in.c gen.h" >$out.d
  depfile = $out.d
build gen.h: gen
build other.h: gen
build a.o: cc in.c
build b.o: cc in.c || gen.h other.h
build c.o: left in.c
build all: phony a.o b.o c.o gen.h other.h
default all
END
touch -d '1 minute ago' one/in.c one/plain.h
(cd one && ninja -j1 gen.h other.h && ninja -j1) >out

# same ARGS...: on a copy, ninja and ronin print the same, end alike, and leave
# the same files.
same()
{
    local status_one=0 status_two=0
    rm -rf two three
    cp -a one two
    cp -a one three
    (cd two && ninja "$@" >../out.two 2>../err.two </dev/null) || status_one=$?
    (cd three && "$RONIN_NINJA" "$@" >../out.three 2>../err.three \
        </dev/null) || status_two=$?
    case $* in
    *missingdeps*) # by the addresses of edges in ninja
        sort -o out.two out.two
        sort -o out.three out.three ;;
    esac
    diff out.two out.three || fail "ninja $*: other output"
    diff err.two err.three || fail "ninja $*: other errors"
    assert_equal "$status_two" "$status_one"
    rm -rf three/.ronin
    diff <(cd two && sort .ninja_log) <(cd three && sort .ninja_log) ||
        fail "ninja $*: another log"
    diff -r -x .ninja_log two three || fail "ninja $*: other files"
}

same -t deps
same -t deps a.o gen.h
same -t deps nowhere
same -t missingdeps
same -t missingdeps b.o
same -t restat
same -t restat a.o
(cd one && "$RONIN_NINJA" -t restat --builddir=nowhere)
same -t recompact
same -t cleandead

# What left the file: the log forgets it once its file is gone, and cleandead
# removes it.
(cd one && sed -i '/^build c.o/d; s/ c.o / /' build.ninja)
same -t deps
same -t recompact
same -t cleandead
rm one/c.o
same -t recompact
touch -d '1 hour' one/a.o
same -t deps a.o
same -t restat

# More lines than outputs are made fewer.
for i in 1 2 3; do
    sed -n '2,$p' one/.ninja_log >more
    cat more >>one/.ninja_log
done
same -t recompact

# Nothing is made where there is no log.
mkdir empty
cp one/build.ninja empty
for tool in recompact restat deps missingdeps cleandead; do
    (cd empty && "$RONIN_NINJA" -t $tool >../out 2>&1) || fail "$(cat out)"
    rm -rf empty/.ronin
    assert_equal "$(ls -A empty)" build.ninja
done
(cd empty && "$RONIN_NINJA" -t restat build.ninja)

# A folder that is seen through another version's eyes is as it was.
head -1 one/.ninja_log >version
assert_equal "$(cat version)" "$(head -1 three/.ninja_log)"

# --- browse --------------------------------------------------------------------------

status=0
(cd one && PATH=/nowhere "$RONIN_NINJA" -t browse >../out 2>&1) || status=$?
assert_equal "$status" 1
assert_contains "$(cat out)" 'python3 is required for the browse tool'

command -v python3 >/dev/null || exit 0
(cd one && exec "$RONIN_NINJA" -t browse --no-browser -p 0 b.o) >out 2>err &
pid=$!
trap 'kill "$pid" 2>/dev/null || true' EXIT
while ! grep -q 'ctl-C to abort' out; do
    if ! kill -0 "$pid" 2>/dev/null; then
        # A machine that does not know the name localhost serves nobody.
        grep -q 'service not known' err && exit 0
        fail "browse ended: $(cat err)"
    fi
    sleep 0.02
done
port=$(sed 's/.*localhost:\([0-9]*\),.*/\1/' out)
python3 - "$port" >page <<'END'
import sys, urllib.error, urllib.request
where = "http://localhost:" + sys.argv[1]
print(urllib.request.urlopen(where).read().decode())
print(urllib.request.urlopen(where + "/?in.c").read().decode())
print(urllib.request.urlopen(where + "/?nowhere").read().decode())
END
for text in '<h1><tt>b.o</tt></h1>' 'using rule <tt>cc</tt>' \
    '<a href="?gen.h">gen.h</a> (order-only)' 'dependent edges build:' \
    '<a href="?a.o">a.o</a>' 'unknown target'; do
    assert_contains "$(cat page)" "$text"
done

# A log that is written anew may be read by whom the old one could.
chmod 640 one/.ninja_log
(cd one && "$RONIN_NINJA" -t restat && "$RONIN_NINJA" -t recompact) >out
assert_equal "$(stat -c %a one/.ninja_log)" 640
