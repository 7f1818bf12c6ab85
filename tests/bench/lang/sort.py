# SPDX-License-Identifier: MIT
def main():
    numbers, seed = [], 99
    for _ in range(1_000_000):
        seed = (seed * 16807 + 11) % 2147483647
        numbers.append(seed)
    numbers = sorted(numbers)
    print(numbers[0], numbers[500000], numbers[-1])


main()
