// SPDX-License-Identifier: MIT
const often = new Map();
for (const word of std.loadFile("words.txt").trim().split(/\s+/)) {
  often.set(word, (often.get(word) || 0) + 1);
}
const pairs = [...often].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
console.log(often.size, pairs[0][0], pairs[0][1]);
