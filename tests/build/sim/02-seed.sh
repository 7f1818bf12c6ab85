# SPDX-License-Identifier: MIT
# Some worlds of `make sim`, always the same ones.
. "$TESTS/lib/build.sh"

python3 "$TESTS/sim/run" --seed check-2 --steps 80
