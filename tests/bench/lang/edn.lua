-- SPDX-License-Identifier: MIT
local actions, sum = dofile("graph.lua"), 0
for _, action in ipairs(actions) do sum = sum + #action.needs end
print(#actions, sum)
