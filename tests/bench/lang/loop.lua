-- SPDX-License-Identifier: MIT
local left, sum = 10000000, 0
while left ~= 0 do
  sum = sum + left
  left = left - 1
end
print(sum)
