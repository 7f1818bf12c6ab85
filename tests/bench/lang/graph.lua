-- SPDX-License-Identifier: MIT
local graph, count = {}, 0

local function append(list, items)
  for _, item in ipairs(items) do list[#list + 1] = item end
  return list
end

local function compile_c(vars)
  local command = append(append({"cc"}, vars.flags), vars["in"])
  return {command = append(command,
    {"-MMD", "-MF", vars.depfile, "-o", vars.out})}
end

local function register(attributes)
  local out = attributes.outputs[1]
  attributes.recipe = attributes.rule{
    ["in"] = attributes.inputs.ifwritten, out = out,
    depfile = out .. ".d", flags = {"-O2", "-g"}}
  for _, output in ipairs(attributes.outputs) do
    graph[output] = attributes
    count = count + 1
  end
end

for n = 0, 99999 do
  local source = "lib" .. math.floor(n / 50) .. "/unit" .. n .. ".c"
  register{outputs = {(source:gsub("%.c", ".o"))},
    inputs = {ifwritten = {source, "api/h" .. n % 300 .. ".h"}},
    rule = compile_c}
end
print(count, #graph["lib24/unit1234.o"].recipe.command)
