// SPDX-License-Identifier: MIT
const graph = new Map();

const compileC = (vars) => ({
  command: ["cc", ...vars.flags, ...vars.in, "-MMD", "-MF", vars.depfile,
    "-o", vars.out],
});

function register(attributes) {
  const out = attributes.outputs[0];
  const recipe = attributes.rule({
    in: attributes.inputs.ifwritten, out, depfile: out + ".d",
    flags: ["-O2", "-g"],
  });
  const node = { ...attributes, recipe };
  for (const output of attributes.outputs) graph.set(output, node);
}

for (let n = 0; n < 100000; n++) {
  const source = "lib" + Math.floor(n / 50) + "/unit" + n + ".c";
  register({
    outputs: [source.replace(".c", ".o")],
    inputs: { ifwritten: [source, "api/h" + n % 300 + ".h"] },
    rule: compileC,
  });
}
console.log(graph.size, graph.get("lib24/unit1234.o").recipe.command.length);
