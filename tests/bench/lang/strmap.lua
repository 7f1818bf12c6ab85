-- SPDX-License-Identifier: MIT
local function path(n) return "out/part" .. n % 613 .. "/unit" .. n .. ".o" end

local items, count, sum = {}, 0, 0
for n = 0, 199999 do items[path(n)] = n end
for n = 0, 199999 do
  local key = path(n)
  items[key] = items[key] + 2
end
for n = 0, 199999 do sum = sum + items[path(n)] end
for _ in pairs(items) do count = count + 1 end
print(count, sum)
