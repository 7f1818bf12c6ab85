-- SPDX-License-Identifier: MIT
local items, sum = {}, 0
for n = 0, 999999 do items[#items + 1] = n end
for n = 1, #items do sum = sum + items[n] end
print(sum)
