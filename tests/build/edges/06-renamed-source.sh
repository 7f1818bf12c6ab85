# SPDX-License-Identifier: MIT
# Stories of people who wrote their own generator. A source that is renamed
# configures once, and only once; the old program goes, the new one is built.
# The generator writes into the very folder that it watches, and nothing loops.
. "$TESTS/lib/build.sh"

write configure.py <<'END'
import os
print('(defn source? [event]')
print('  (and (ends-with? (:path event) ".c") (not= :modified (:kind event))))')
print('(action :outputs ["build.magma"] :generator true')
print('        :inputs {:watch {"." source?} :ifchanged ["configure.py"]}')
print('        :rule {:command ["sh" "-c" "echo x >>configured; python3 configure.py >build.magma"]})')
for path in sorted(os.listdir('.')):
    base, ext = os.path.splitext(path)
    if ext == '.c':
        print(f'(action :outputs ["{base}"] :inputs {{:ifchanged ["{path}"]}}')
        print(f'        :rule {{:command ["cp" "{path}" "{base}"]}})')
END
write main.c 'int main;'
python3 configure.py >build.magma
ronin_ok
assert_ran main
ronin_ok
assert_ran
assert_absent configured

mv main.c project.c
ronin_ok --explain
assert_ran build.magma project
assert_output 'main.c fired' 'removed main'
assert_absent main
assert_file project 'int main;'
assert_file configured x
ronin_ok
assert_ran
assert_file configured x

# Other files may come and go, and sources may change: nobody configures.
write notes.txt one
write project.c 'int other;'
ronin_ok
assert_ran project
rm notes.txt
ronin_ok
assert_ran
assert_file configured x

# One more source is built; one less is cleaned away.
write second.c 'int second;'
ronin_ok
assert_ran build.magma second
rm project.c
ronin_ok
assert_ran build.magma
assert_absent project
assert_file second 'int second;'
ronin_ok
assert_ran
assert_file configured $'x\nx\nx'

# The graph that comes out equal is not loaded again, and builds nothing.
write unused.c
rm second.c; mv unused.c second.c
write second.c 'int second;'
ronin_ok
edit configure.py 's/^import os/import os  # sorted/'
ronin_ok
assert_ran build.magma
ronin_ok
assert_ran

# One that always runs, and writes something else each time, runs once in a
# build all the same.
edit configure.py 's/^import os.*/import os, time\nprint(";", time.time_ns())/'
edit configure.py '/:watch/s/}.)/} :implicit :always'"'"')/'
ronin_ok
assert_ran build.magma
ronin_ok
assert_ran build.magma
