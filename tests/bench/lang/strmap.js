// SPDX-License-Identifier: MIT
const path = (n) => "out/part" + n % 613 + "/unit" + n + ".o";
const table = new Map();
for (let n = 0; n < 200000; n++) table.set(path(n), n);
for (let n = 0; n < 200000; n++) table.set(path(n), table.get(path(n)) + 2);
let sum = 0;
for (let n = 0; n < 200000; n++) sum += table.get(path(n));
console.log(table.size, sum);
