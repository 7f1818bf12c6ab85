# SPDX-License-Identifier: MIT
"""What is asked about a project that stands built: the tools on its graph, its
conversion, and a change of hands from ninja to ronin and back."""
import json
import pathlib
import re

from tree import Wrong


def compare(what, ours, theirs):
    """Both did the same, or Wrong with the first differences."""
    if ours == theirs:
        return
    more = [line for line in ours if line not in set(theirs)]
    less = [line for line in theirs if line not in set(ours)]
    raise Wrong(f"{what}: {len(ours)} and {len(theirs)}; ronin alone: "
                f"{[line[:150] for line in more[:3]]}; ninja alone: "
                f"{[line[:150] for line in less[:3]]}")


def version_of(tree):
    """Of the make program, as two numbers."""
    words = tree.run("tools", [tree.maker, "--version"]).split(".")
    return int(words[0]), int(words[1])


def build_files(tree):
    """The build files of a folder, each a graph of its own."""
    if tree.project.multi:
        return sorted(path.name for path in tree.build.glob("build-*.ninja"))
    return ["build.ninja"]


def named_targets(ninja, tree, file, count=12):
    """Some targets that have a command, spread over the file."""
    text = tree.run("tools", [ninja, "-C", tree.build, "-f", file, "-t",
                              "targets", "all"])
    names = [line.rpartition(": ")[0] for line in text.splitlines()
             if ": " in line and not line.endswith(": phony")]
    return names[::max(1, len(names) // count)]


def entries(text):
    """A compilation database, one entry for each edge that has a command: until
    ninja 1.13 it has but the first input of each, since then all."""
    first = {}
    for entry in json.loads(text):
        first.setdefault((entry["output"], entry["command"]), entry)
    return [json.dumps(entry, sort_keys=True) for entry in first.values()]


NODE = re.compile(r'^"([^"]+)" \[label="(.*?)"')
ARROW = re.compile(r'^"([^"]+)" -> "([^"]+)" *(.*)')


def drawn(text):
    """The arrows of a drawing, between names; ninja gives numbers to nodes, and
    no name to an output that nothing led to."""
    names = dict(match.groups() for match in map(NODE.match,
                                                 text.splitlines()) if match)

    def name(node):
        return names.get(node, "?" if node.startswith("0x") else node)

    return sorted(f"{name(match[1])} -> {name(match[2])} {match[3]}"
                  for match in map(ARROW.match, text.splitlines()) if match)


def without_unnamed(ours, theirs):
    """Our drawing, with no more names than theirs has."""
    known = set(theirs)
    return sorted(line if line in known else
                  re.sub(r" -> .* ", " -> ? ", line) for line in ours)


def tools(trees):
    """Every tool that looks at the graph gives the same by both, in the folder
    that ronin built. Returns what was asked."""
    ninja, tree = trees[0].maker, trees[1]
    readers = {"compdb": entries, "graph": drawn}
    asked = []
    for file in build_files(tree):
        some = named_targets(ninja, tree, file)
        questions = [["targets", "all"], ["targets", "rule"],
                     ["targets", "depth", "2"], ["rules"], ["compdb"],
                     ["commands"], ["commands", *some],
                     ["commands", "-s", *some], ["query", *some], ["deps"],
                     ["graph", *some[:2]]]
        # Until then ninja had other thoughts about what an input is.
        if version_of(trees[0]) >= (1, 13):
            questions += [["inputs", "-d", *some], ["multi-inputs", *some]]
        for words in questions:
            both = [readers.get(words[0], str.splitlines)(
                tree.run("tools of " + name,
                         [maker, "-C", tree.build, "-f", file, "-t", *words]))
                    for name, maker in (("ninja", ninja),
                                        ("ronin", tree.maker))]
            if words[0] == "graph":
                both[1] = without_unnamed(both[1], both[0])
            compare(f"-t {' '.join(words[:3])}", both[1], both[0])
            asked.append(f"{file} {words[0]}")
    return asked


def conversion(trees):
    """The converted file has the graph of the ninja file, by ronin's own
    comparison of both as loaded."""
    tree = trees[1]
    ronin = pathlib.Path(tree.maker).with_name("ronin")
    made = []
    for file in build_files(tree):
        to = file.replace(".ninja", ".magma")
        words = [ronin, "convert", "-C", tree.build, file, "-o", to]
        tree.run("convert", words)
        tree.run("convert", [*words, "--check"])
        made += sorted(path.name for path in tree.build.glob("*.magma"))
        for path in tree.build.glob("**/*.magma"):
            path.unlink()
    return made


def hands(trees):
    """Each folder goes to the other program, which finds nothing to do, makes
    what a header changes, and gives it back: nothing to do again. A log that
    ronin began can be read by ninja 1.13."""
    pairs = [(trees[0], trees[1])]
    if version_of(trees[0]) >= (1, 13):
        pairs.append((trees[1], trees[0]))
    for tree, other in pairs:
        always = tree.idle("hands")
        if tree.idle("hands", other.maker) != always:
            raise Wrong(f"{other.maker} builds what {tree.maker} built")
        tree.touch_header()
        ran, _ = tree.make("hands", maker=other.maker)
        compare("after a change of hands", ran, tree.touched)
        for maker in (tree.maker, other.maker):
            if tree.idle("hands", maker) != always:
                raise Wrong(f"{maker} builds after a change of hands")
    return [path.name for pair in pairs for path in
            sorted(pair[0].build.glob(".ninja_*"))]
