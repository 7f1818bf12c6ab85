# SPDX-License-Identifier: MIT
# What the machine offers is told, and damaged records are found.
. "$TESTS/lib/build.sh"
write build.magma <<'EOF'
(action :outputs ["out"] :inputs {:ifwritten ["in"]}
        :rule {:command ["cp" "in" "out"]})
EOF
write in one

ronin_ok doctor
assert_output "processors" "timestamps" "watches" "fuse" "seccomp" "ptrace" \
    "nothing was built yet"
[ ! -e .ronin ] || fail "doctor made .ronin"

ronin_ok build
ronin_ok doctor
assert_output "1 run, content by xxh3"
before=$(find . | sort)
ronin_ok doctor -o json
[ "$(find . | sort)" = "$before" ] || fail "doctor left files"
python3 - "$SCENARIO_LOGS/output" <<'EOF'
import json, sys
findings = json.load(open(sys.argv[1]))
names = [finding["name"] for finding in findings]
assert names[0] == "processors" and names[-1] == "records", names
assert all(f["health"] in ("fine", "limited", "absent", "bad")
           and f["found"] for f in findings), findings
assert findings[-1]["health"] == "fine", findings[-1]
EOF

# What a make says that is above it: a jobserver that is there, and one that is not.
mkfifo jobs
exec 8<>jobs
MAKEFLAGS="-j2 --jobserver-auth=fifo:$PWD/jobs" ronin_ok doctor
assert_output "ok   jobserver   a make above shares its jobs"
MAKEFLAGS="-j2 --jobserver-auth=fifo:$PWD/gone" ronin_ok doctor
assert_output "note jobserver   that of the make above cannot be used" "-> write +"

ronin_ok gc # empties the log, so that the file is what is read
# A page in the middle is overwritten: the head is fine, the check is not.
python3 - <<'EOF'
with open(".ronin/state.db", "r+b") as db:
    db.seek(0, 2)
    db.seek(db.tell() // 4096 // 2 * 4096)
    db.write(b"\xff" * 4096)
EOF
ronin_fails 1 doctor
assert_output "BAD  records" "-> delete .ronin/state.db"

# What is no database at all.
write .ronin/state.db "these are no records"
ronin_fails 1 doctor
assert_output "BAD  records"

cd /
ronin_ok doctor
assert_output "no build file here or above"
ronin_fails 2 doctor me
assert_output "doctor takes no words"
