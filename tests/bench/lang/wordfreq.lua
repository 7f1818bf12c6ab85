-- SPDX-License-Identifier: MIT
local often, list = {}, {}
for word in io.open("words.txt"):read("*a"):gmatch("%S+") do
  often[word] = (often[word] or 0) + 1
end
for word in pairs(often) do list[#list + 1] = word end
table.sort(list, function(a, b)
  if often[a] ~= often[b] then return often[a] > often[b] end
  return a < b
end)
print(#list, list[1], often[list[1]])
