# SPDX-License-Identifier: MIT
def tak(a, b, c):
    if b >= a:
        return c
    return tak(tak(a - 1, b, c), tak(b - 1, c, a), tak(c - 1, a, b))


print(tak(24, 16, 8))
