// SPDX-License-Identifier: MIT
function* range(n) { for (let i = 0; i < n; i++) yield i; }
function* map(f, items) { for (const x of items) yield f(x); }
function* filter(f, items) { for (const x of items) if (f(x)) yield x; }
let sum = 0;
for (const x of filter((n) => n % 2 === 1,
  map((n) => n + n + n, range(1000000)))) sum += x;
console.log(sum);
