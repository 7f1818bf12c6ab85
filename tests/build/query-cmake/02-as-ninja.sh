# SPDX-License-Identifier: MIT
# A graph that CMake wrote, asked by ninja's tools and by queries: all that is needed,
# one level down and up, the commands, and the targets of each rule are the same.
. "$TESTS/lib/build.sh"
command -v cmake ninja >/dev/null || exit 77
write CMakeLists.txt <<'EOF'
cmake_minimum_required(VERSION 3.10)
project(x C)
add_subdirectory(lib)
add_executable(app main.c)
target_link_libraries(app foo)
add_library(shared SHARED shared.c)
add_library(obj OBJECT obj.c)
add_executable(tool tool.c $<TARGET_OBJECTS:obj>)
target_link_libraries(tool shared foo)
add_custom_command(OUTPUT gen.h COMMAND ${CMAKE_COMMAND} -E touch gen.h DEPENDS main.c)
add_custom_target(header DEPENDS gen.h)
add_custom_target(docs ALL COMMAND ${CMAKE_COMMAND} -E touch docs.txt DEPENDS gen.h)
add_dependencies(tool header)
install(TARGETS app)
EOF
write lib/CMakeLists.txt 'add_library(foo STATIC foo.c more.c)'
write lib/foo.c 'int f(void) { return 0; }'
write lib/more.c 'int more(void) { return 1; }'
write main.c 'int f(void); int main(void) { return f(); }'
write tool.c 'int main(void) { return 0; }'
write shared.c 'int s;'
write obj.c 'int o;'
cmake -G Ninja -B out >/dev/null 2>&1 || exit 77
cd out
ronin_ok build

python3 - <<'EOF'
import os
import shlex
import subprocess

ROOT = os.getcwd() + "/"


def run(*words):
    return subprocess.run(words, check=True, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL).stdout.splitlines()


def ask(query):
    return run("ronin", "query", "--raw", query)


def own(path):
    """CMake writes some files of its folder twice, the second time whole."""
    return path[len(ROOT):] if path.startswith(ROOT) else path


def names(lines):
    """ninja does not tell a group from a file."""
    return {line.removeprefix(":") for line in lines}


rules = {}
for line in run("ninja", "-t", "targets", "all"):
    path, rule = line.rsplit(": ", 1)
    rules[own(path)] = rule
needs, users, part = {}, {}, None
for line in run("ninja", "-t", "query", *rules):
    if not line.startswith(" "):
        name = own(line[:-1])
        needs[name], users[name] = set(), set()
    elif not line.startswith("    "):
        part = {"input": needs, "outputs": users}.get(
            line.strip().split(":")[0], {})
    else:
        line = line.strip().removeprefix("|| ").removeprefix("| ")
        part.setdefault(name, set()).add(own(line))
assert len(needs) > 50 and sum(map(len, needs.values())) > 100, needs


def closure(names_of, start):
    seen, todo = {start}, [start]
    while todo:
        for name in names_of.get(todo.pop(), ()):
            if name not in seen:
                seen.add(name)
                todo.append(name)
    return seen


asked = [t for t in rules if t.split("/")[-1] in (
    "app", "tool", "libfoo.a", "libshared.so", "gen.h", "docs", "header",
    "main.c.o", "tool.c.o", "install.util", "all", "build.ninja",
    "cmake_object_order_depends_target_tool")]
assert len(asked) >= 14, asked
for target in asked:
    it = f"(present('{target}') + present(:{target}))"
    found = names(ask(f"{it} | deps edges=-discovered"))
    assert found == closure(needs, target), (target, found)
    # What reads a group reads its members.
    found = names(ask(f"{it} | children edges=-discovered"))
    spread = set().union(*(closure(needs, n) for n in needs[target]
                           if rules.get(n) == "phony"))
    assert needs[target] <= found <= needs[target] | spread, (target, found)
    found = names(ask(f"{it} | parents edges=-discovered")) - {"default"}
    above = set().union(*(closure(users, n) for n in users[target]
                          if rules.get(n) == "phony"))
    assert users[target] <= found <= users[target] | above, (target, found)


def words(lines):
    """Without what CMake puts around a link, and the blanks between words."""
    plain = [shlex.split(line.removeprefix(": && ").removesuffix(" && :"))
             for line in lines if line.strip()]
    return sorted(map(" ".join, plain))


for target in ("app", "tool", "docs"):
    theirs = run("ninja", "-t", "commands", target)
    ours = ask(f"(present('{target}') + present(:{target})) | deps"
               " | where rule != phony | emit command")
    assert words(theirs) == words(ours), (theirs, ours)
for rule in set(rules.values()) - {"phony"}:
    theirs = {own(path) for path in run("ninja", "-t", "targets", "rule", rule)}
    ours = ask(f"actions | where rule == {rule} | writes")
    assert theirs == set(ours), (rule, theirs, ours)
EOF
