# SPDX-License-Identifier: MIT
def main():
    table = {}
    for n in range(1_000_000):
        table[n] = 2 * n
    total = 0
    for n in range(len(table)):
        total += table[n]
    print(total)


main()
