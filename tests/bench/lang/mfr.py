# SPDX-License-Identifier: MIT
print(sum(filter(lambda n: n % 2 == 1,
                 map(lambda n: n + n + n, range(1_000_000)))))
