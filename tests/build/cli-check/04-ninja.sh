# SPDX-License-Identifier: MIT
# What is odd about a ninja file is told with its line, and in which file.
. "$TESTS/lib/build.sh"

write build.ninja <<'EOT'
ninja_required_version = 1.3
rule r
  command = touch $out
build b: r
include more.ninja
EOT
write more.ninja <<'EOT'
# A comment.

build out: phony out b
EOT
ronin_ok check
assert_output "more.ninja:3:1: warning[R0211]: phony target 'out' names itself" \
    $'    3 | build out: phony out b\n' '0 errors, 1 warning'
ronin_ok check -o json
assert_output '"at":{"file":"more.ninja","line":3,"column":1}'
ronin_fails 1 check --strict

# What is newer than all that ronin knows could mean anything.
edit build.ninja 's/1\.3/2.0/'
ronin_fails 3 check
assert_output 'incompatible with build file ninja_required_version version (2.0)'
