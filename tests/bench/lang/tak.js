// SPDX-License-Identifier: MIT
const tak = (a, b, c) => b >= a ? c
  : tak(tak(a - 1, b, c), tak(b - 1, c, a), tak(c - 1, a, b));
console.log(tak(24, 16, 8));
