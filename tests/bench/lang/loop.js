// SPDX-License-Identifier: MIT
let sum = 0;
for (let left = 10000000; left !== 0; left--) sum += left;
console.log(sum);
