# SPDX-License-Identifier: MIT
def main():
    items = []
    for n in range(1_000_000):
        items.append(n)
    total = 0
    for n in range(len(items)):
        total += items[n]
    print(total)


main()
