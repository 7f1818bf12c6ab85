# SPDX-License-Identifier: MIT
def main():
    left, total = 10_000_000, 0
    while left:
        total += left
        left -= 1
    print(total)


main()
