# SPDX-License-Identifier: MIT
# The clock steps back an hour or ahead a year at any time of a build: what is
# decided stays right, and durations are those that passed.
. "$TESTS/lib/build.sh"
. "$TESTS/build/faults/lib.sh"
fault_project
use_shim

result()
{
    cat in
    printf 'then %s\n' one two three
}

for kind in BACK AHEAD; do
    for n in 0 3 20 60 120; do
        echo "$kind $n" >>in
        FAULT=$n:$kind LD_PRELOAD=$shim ronin >"$SCENARIO_LOGS/out" 2>&1 ||
            fail "$kind $n: $(cat "$SCENARIO_LOGS/out")"
        assert_file three "$(result)"
        # No duration is negative, and none lasts a year.
        ronin log three -o json >"$SCENARIO_LOGS/log" || fail "no log"
        python3 - "$SCENARIO_LOGS/log" <<'END' || fail "a duration is wrong"
import json, re, sys
text = open(sys.argv[1], encoding="utf-8").read()
found = [int(n) for n in re.findall(r'"dur(?:ation_us)?":(-?\d+)', text)]
sys.exit(0 if found and all(0 <= n < 60_000_000 for n in found) else 1)
END
        ronin_ok
        assert_ran
        ronin runs -o json >"$SCENARIO_LOGS/runs" || fail "no runs"
        python3 - "$SCENARIO_LOGS/runs" <<'END' || fail "a run lasts too long"
import json, re, sys
text = open(sys.argv[1], encoding="utf-8").read()
began, ended = ([int(n) for n in re.findall(f'"{name}":(\\d+)', text)]
                for name in ("started", "ended"))
sys.exit(0 if len(began) == len(ended) > 0 and all(
    0 <= e - b < 60_000_000 for b, e in zip(began, ended)) else 1)
END
    done
done
