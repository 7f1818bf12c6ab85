-- SPDX-License-Identifier: MIT
local text = io.open("words.txt"):read("*a")
local lines, sum = {}, 0
for line in text:gmatch("[^\n]+") do lines[#lines + 1] = line end
for _, line in ipairs(lines) do sum = sum + #line end
print(#lines, sum)
