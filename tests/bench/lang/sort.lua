-- SPDX-License-Identifier: MIT
local numbers, seed = {}, 99
for n = 1, 1000000 do
  seed = (seed * 16807 + 11) % 2147483647
  numbers[n] = seed
end
table.sort(numbers)
print(numbers[1], numbers[500001], numbers[1000000])
