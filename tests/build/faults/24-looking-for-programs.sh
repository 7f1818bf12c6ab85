# SPDX-License-Identifier: MIT
# A look that fails while a program is searched on PATH does not mean that another
# one is taken: whichever look it is.
. "$TESTS/lib/build.sh"
use_shim

mkdir one two
write one/tool '#!/bin/sh' 'cat in >out; echo one >>out'
write two/tool '#!/bin/sh' 'cat in >out; echo two >>out'
chmod +x one/tool two/tool
export PATH=$PWD/one:$PWD/two:$PATH
write build.magma \
    '(action :outputs ["out"] :inputs {:ifchanged ["in"]} :rule {:command ["tool"]})'
write in 0
ronin_ok
for ((n = 1; n <= 60; n++)); do
    write in "$n"
    OUTPUT=$(LD_PRELOAD=$shim FAULT=$n:STAT ronin --explain 2>&1) || true
    assert_lacks "$OUTPUT" 'tool-changed'
    ronin_ok --explain
    assert_lacks "$OUTPUT" 'tool-changed'
    assert_file out "$n"$'\none'
done
