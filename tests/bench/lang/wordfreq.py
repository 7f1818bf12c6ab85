# SPDX-License-Identifier: MIT
import collections

with open("words.txt", encoding="utf-8") as text:
    often = collections.Counter(text.read().split())
pairs = sorted(often.items(), key=lambda item: (-item[1], item[0]))
print(len(often), pairs[0][0], pairs[0][1])
