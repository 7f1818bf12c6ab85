# SPDX-License-Identifier: MIT
graph = {}


def compile_c(recipe):
    return {"command": ["cc"] + recipe["flags"] + recipe["in"] + [
        "-MMD", "-MF", recipe["depfile"], "-o", recipe["out"]]}


def register(**attributes):
    out = attributes["outputs"][0]
    recipe = attributes["rule"]({
        "in": attributes["inputs"]["ifwritten"],
        "out": out,
        "depfile": out + ".d",
        "flags": ["-O2", "-g"]})
    node = dict(attributes, recipe=recipe)
    for output in attributes["outputs"]:
        graph[output] = node


def main():
    for n in range(100000):
        source = f"lib{n // 50}/unit{n}.c"
        register(outputs=[source.replace(".c", ".o")],
                 inputs={"ifwritten": [source, f"api/h{n % 300}.h"]},
                 rule=compile_c)
    print(len(graph), len(graph["lib24/unit1234.o"]["recipe"]["command"]))


main()
