-- SPDX-License-Identifier: MIT
local function tak(a, b, c)
  if b >= a then return c end
  return tak(tak(a - 1, b, c), tak(b - 1, c, a), tak(c - 1, a, b))
end

print(tak(24, 16, 8))
