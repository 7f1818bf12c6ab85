-- SPDX-License-Identifier: MIT
local items, sum = {}, 0
for n = 0, 999999 do items[n] = 2 * n end
for n = 0, 999999 do sum = sum + items[n] end
print(sum)
