// SPDX-License-Identifier: MIT
const items = [];
for (let n = 0; n < 1000000; n++) items.push(n);
let sum = 0;
for (let n = 0; n < items.length; n++) sum += items[n];
console.log(sum);
