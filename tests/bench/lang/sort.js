// SPDX-License-Identifier: MIT
const numbers = [];
let seed = 99;
for (let n = 0; n < 1000000; n++) {
  seed = (seed * 16807 + 11) % 2147483647;
  numbers.push(seed);
}
numbers.sort((a, b) => a - b);
console.log(numbers[0], numbers[500000], numbers[999999]);
