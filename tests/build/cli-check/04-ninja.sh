# SPDX-License-Identifier: MIT
# What is odd about a ninja file is told with its line, and in which file.
. "$TESTS/lib/build.sh"

write build.ninja <<'EOT'
ninja_required_version = 2.0
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
assert_output 'build.ninja:1:1: warning[R0211]: the build file needs ninja 2.0' \
    $'    1 | ninja_required_version = 2.0\n' \
    "more.ninja:3:1: warning[R0211]: phony target 'out' names itself" \
    '0 errors, 2 warnings'
ronin_ok check -o json
assert_output '"at":{"file":"more.ninja","line":3,"column":1}'
ronin_fails 1 check --strict
