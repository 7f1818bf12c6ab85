// SPDX-License-Identifier: MIT
const lines = std.loadFile("words.txt").trimEnd().split("\n");
console.log(lines.length, lines.reduce((sum, line) => sum + line.length, 0));
