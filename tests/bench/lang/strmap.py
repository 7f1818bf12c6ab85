# SPDX-License-Identifier: MIT
def path(n):
    return f"out/part{n % 613}/unit{n}.o"


def main():
    table = {}
    for n in range(200000):
        table[path(n)] = n
    for n in range(200000):
        table[path(n)] += 2
    total = 0
    for n in range(200000):
        total += table[path(n)]
    print(len(table), total)


main()
