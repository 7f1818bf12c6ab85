// SPDX-License-Identifier: MIT
const table = new Map();
for (let n = 0; n < 1000000; n++) table.set(n, 2 * n);
let sum = 0;
for (let n = 0; n < table.size; n++) sum += table.get(n);
console.log(sum);
