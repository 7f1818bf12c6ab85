# SPDX-License-Identifier: MIT
# -d: what is kept and told for whoever looks for a fault.
. "$TESTS/lib/build.sh"

mkdir bin
ln -s "$RONIN" bin/ninja
cat >build.ninja <<'END'
rule cc
  command = cp $in $out; echo "$out: h" >$out.d
  depfile = $out.d
  deps = gcc
rule link
  command = cat @$out.rsp >/dev/null 2>&1; cat $in >$out
  rspfile = $out.rsp
  rspfile_content = $in
build a.o: cc a.c
build app: link a.o
END
echo 1 >a.c
touch h

bin/ninja >out
assert_absent a.o.d app.rsp
rm app a.o
bin/ninja -d keepdepfile >out
assert_file a.o.d 'a.o: h'
assert_absent app.rsp
rm app a.o
bin/ninja -d keeprsp >out
assert_absent a.o.d
assert_file app.rsp a.o

# explain FILE-OR-COMMAND SENTENCE...: each is told on standard error, and the
# closing line stays the last one on standard output.
explain()
{
    local sentence

    eval "$1"
    bin/ninja -d explain >out 2>err
    for sentence in "${@:2}"; do
        grep -qxF "ninja explain: $sentence" err ||
            fail "not told: $sentence; but: $(cat err)"
    done
    bin/ninja -d explain >out 2>err
    assert_equal "$(cat out err)" 'ninja: no work to do.'
}
explain 'rm app' "output app doesn't exist"
explain 'echo 2 >a.c' 'output a.o older than most recent input a.c' 'a.o is dirty'
explain 'echo 2 >h' 'output a.o older than most recent input h'
explain 'sed -i "s/cp /cp -f /" build.ninja' 'command line changed for a.o'
explain 'rm -rf .ronin .ninja_log' 'command line not found in log for a.o'
explain 'rm -rf .ronin .ninja_log a.o' "output a.o doesn't exist"

# A table behind everything else.
rm app
bin/ninja -d stats >out
assert_equal "$(sed -n '$p' out | cut -f1 | tr -d ' ')" build
assert_equal "$(grep '^commands' out | tr -s ' \t' ' ' | cut -d' ' -f2)" 1
bin/ninja -d stats >out
assert_equal "$(sed -n 1p out)" 'ninja: no work to do.'
assert_equal "$(sed -n 2p out | tr -s ' \t' ' ')" 'metric count avg (us) total (ms)'
