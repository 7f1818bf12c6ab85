# SPDX-License-Identifier: MIT
with open("words.txt", encoding="utf-8") as text:
    lines = text.read().splitlines()
print(len(lines), sum(map(len, lines)))
