-- SPDX-License-Identifier: MIT
local function range(n)
  local i = -1
  return function() i = i + 1 if i < n then return i end end
end
local function map(f, next)
  return function() local x = next() if x then return f(x) end end
end
local function filter(f, next)
  return function()
    for x in next do if f(x) then return x end end
  end
end

local sum = 0
for x in filter(function(x) return x % 2 == 1 end,
    map(function(x) return x + x + x end, range(1000000))) do
  sum = sum + x
end
print(sum)
