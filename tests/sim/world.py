# SPDX-License-Identifier: MIT
"""A random graph in a folder, what its build would give, and edits of it.

The content of every output is told here as well, from the sources alone: what a
clean build gives. Actions read sources and what actions before them make, so that
there is no cycle.
"""
import os
import pathlib
import shutil

from model import CHANGED, CREATED, DELETED, WRITTEN

TOOL = r'''
# TAG OUTS DEPFILE INPUTS EXISTENCE VARIABLES WATCHED: writes all of it to each
# output, and what "include" lines of the inputs name as well.
tag=$1 outs=$2 dep=$3 ins=$4 exists=$5 vars=$6 watched=$7
set -f; first=${outs%% *}; found=
if [ -e slow ]; then echo junk >"$first"; sleep 0.03; fi
if [ -e "traps/${first##*/}" ]; then echo junk >"$first"; exit 7; fi
take() {
    while read -r word name; do
        if [ "$word" = include ]; then found="$found $name"; cat "$name" || exit 1
        else echo "$word $name"; fi
    done <"$1" || exit 1
}
{
    echo "$tag "
    for f in $ins; do
        if [ -d "$f" ]; then set +f; for g in "$f"/*; do
            [ -e "$g" ] && { echo "$g "; cat "$g" || exit 1; }; done; set -f
        else take "$f"; fi
    done
    for f in $exists; do
        if [ -e "$f" ] || [ -L "$f" ]; then echo "$f is"; else echo "$f not"; fi
    done
    for v in $vars; do eval "echo $v \"\${$v-unset}\""; done
    [ "$watched" = - ] || { set +f; for f in "$watched"/*.t; do
        [ -e "$f" ] && echo "$f "; done; }
} >"$first"
for o in $outs; do [ "$o" = "$first" ] || cat "$first" >"$o"; done
[ "$dep" = - ] || echo "$first:$found" >"$dep"
'''


class Missing(Exception):
    """The action cannot succeed."""


def is_source_event(path, kind):
    """The predicate of every watch."""
    return path.endswith(".t") and kind != "modified"


class Action:
    """One action, as the build file has it."""

    def __init__(self, how, outs):
        self.how, self.outs = how, outs
        self.tag = "tag"
        self.ins, self.exist = [], []  # (path, kind)
        self.order, self.valid, self.env = [], [], []
        self.always = self.generator = self.deps_gcc = False
        self.watches = {}
        self.depfile = None  # a kind
        self.pool = self.name = None
        self.list_of = None  # of a dynout: the file with its lines
        self.dynout = None  # another action: its value is read as well
        self.value = []  # of that
        self.discovered = {}
        self.line = 0

    @property
    def key(self):
        return self.outs[0] if self.outs else "dynout " + self.list_of

    def inputs(self):
        """Kinds by path."""
        found = {}
        extra = [(p, WRITTEN) for p in self.value if self.dynout is not None]
        for path, kind in self.ins + self.exist + extra:
            kinds = {CREATED, DELETED} if kind == "both" else {kind}
            found[path] = found.get(path, frozenset()) | kinds
        return found

    def reads(self):
        """Paths whose content goes into the outputs, in order."""
        kinds = dict.fromkeys(k for _, k in self.ins)  # as the build file has it
        return [p for kind in kinds for p, k in self.ins
                if k == kind] + self.value

    def is_trapped(self):
        """Its command will fail, though nothing that counts tells why."""
        return self.how == "tool" and os.path.exists(
            "traps/" + self.outs[0].split("/")[-1])

    def recipe(self):
        reads = () if self.how in ("value", "list") else tuple(self.reads())
        return (self.how, self.tag, tuple(self.outs), reads,
                tuple(self.exist), tuple(self.env), self.depfile,
                tuple(self.watches))


def quote(items):
    return " ".join(f'"{i}"' for i in items)


class World:
    """The graph and the folder, which is the current one."""

    def __init__(self, rng, size):
        self.rng = rng
        self.actions = []
        self.env = {}
        self.serial = 0
        self.removed = []  # sources that may come back
        self.has_generator = rng.random() < 0.3
        for name in ("src", "w", "traps", "h", "d1", "d1/deep"):
            os.makedirs(name, exist_ok=True)
        pathlib.Path("tool").write_text(TOOL)
        self.sources = [f"src/s{i}" for i in range(rng.randint(3, 8))]
        self.headers = [f"h/h{i}" for i in range(4)]
        self.maybes = [f"src/m{i}" for i in range(3)]  # may be absent
        for path in self.headers:
            self.put(path, self.text())
        for path in self.sources:
            self.put(path, self.source_text())
        for path in ("w/a.t", "w/b.x", "d1/one", "d1/deep/two"):
            self.put(path, self.text())
        for _ in range(size):
            self.add_action()

    def text(self):
        self.serial += 1
        return f"v {self.rng.randint(0, 3)}\n" if self.rng.random() < .5 \
            else f"n {self.serial}\n"

    def source_text(self):
        count = self.rng.choice((0, 0, 1, 2))
        return self.text() + "".join(
            f"include {h}\n" for h in self.rng.sample(self.headers, count))

    def put(self, path, text):
        if os.path.islink(path):
            os.unlink(path)
        elif os.path.isdir(path):
            shutil.rmtree(path)
        pathlib.Path(path).write_text(text)

    # Actions

    def made(self, before):
        return [o for a in before for o in a.outs]

    def add_action(self):
        rng = self.rng
        self.serial += 1
        folder = rng.choice(("", "", "o/", "o/p/"))
        outs = [f"{folder}x{self.serial}"]
        how = rng.choice(("cat", "cat", "tool", "tool", "tool", "upper", "copy",
                          "keep", "first", "value", "list"))
        if how == "list":
            return self.add_dynout()
        if how == "tool" and rng.random() < .3:
            outs.append(f"x{self.serial}.b")
        action = Action(how, outs)
        self.actions.append(action)
        self.add_inputs(action, self.actions[:-1])
        return action

    def add_dynout(self):
        self.serial += 1
        path = f"src/l{self.serial}"
        known = self.sources + self.made(self.actions)
        self.put(path, "".join(f"{p}\n" for p in self.some(known, 1, 3)))
        lister = Action("list", [])
        lister.list_of = path
        lister.ins = [(path, CHANGED)]
        lister.line = 10 + self.serial
        self.actions.append(lister)
        user = Action("tool", [f"x{self.serial}"])
        user.dynout = lister
        user.depfile = WRITTEN
        self.actions.append(user)
        self.add_inputs(user, self.actions[:-2])
        return user

    def some(self, items, low, high):
        return self.rng.sample(items, min(len(items),
                                          self.rng.randint(low, high)))

    def add_inputs(self, action, before):
        rng = self.rng
        made = self.made(before)
        known = self.sources + made + made
        most = {"cat": 4, "tool": 4, "value": 0}.get(action.how, 1)
        for path in dict.fromkeys(self.some(known, min(1, most), most)):
            action.ins.append((path, rng.choice((WRITTEN, CHANGED))))
            if rng.random() < .1:
                action.exist.append((path, "both"))
        if rng.random() < .2:
            action.order = self.some(made, 1, 2)
        if rng.random() < .1:
            action.valid = self.some(self.made(self.actions[-1:]) or made, 1, 1)
            action.valid = [v for v in action.valid if v not in action.outs]
        action.always = rng.random() < .03
        if rng.random() < .2:
            action.pool = rng.choice(("one", "two"))
        if action.how != "tool":
            return
        action.depfile = rng.choice((WRITTEN, WRITTEN, CHANGED))
        action.deps_gcc = rng.random() < .3
        for path in self.some(self.maybes, 0, 2):
            action.exist.append((path, "both"))
        action.env = self.some(["ONE", "TWO"], 0, 2)
        if rng.random() < .2:
            action.watches = {"w": is_source_event}

    # The build file

    def render(self):
        lines = ['(pool "one" 1)', '(pool "two" 2)',
                 "(defn up [s] (str/upper-case s))",
                 "(defn words [s] (filter seq (str/split-lines s)))",
                 "(defn few [s] (subs s 0 (min 3 (count s))))",
                 '(defn source? [e] (and (ends-with? (:path e) ".t")'
                 " (not= :modified (:kind e))))"]
        # Events know a dynout by its line: that is to be its own for ever.
        for action in self.actions:
            if action.how == "list":
                lines += [""] * (action.line - len(lines))
                lines[action.line - 1] = self.form(action)
        lines += [self.form(a) for a in self.actions if a.how != "list"]
        if self.has_generator:
            lines.append('(action :outputs ["build.magma"] :generator true '
                         ':inputs {:ifchanged ["build.in"]} :rule '
                         '{:command ["cp" "build.in" "build.magma"]})')
        lines.append(f'(group "odd" {quote(self.made(self.actions[::2]))})')
        lines.append('(group "some" (group "inner" '
                     f'{quote(self.made(self.actions[:2]))}))')
        return "\n".join(lines) + "\n"

    def edges(self, pairs):
        kinds = {}
        for path, kind in pairs:
            for one in (CREATED, DELETED) if kind == "both" else (kind,):
                kinds.setdefault(one, []).append(path)
        return "{" + " ".join(f":{k} [{quote(v)}]"
                              for k, v in kinds.items()) + "}"

    def form(self, a):
        if a.how == "list":
            return (f'(def l{a.list_of[5:]} (dynout :inputs '
                    f'{{:ifchanged ["{a.list_of}"]}} :rule '
                    f'[{{:read "{a.list_of}"}} '
                    '{:transformer words}]))')
        inputs = self.edges(a.ins)
        if a.dynout is not None:
            inputs = f"[{inputs} {{:ifwritten l{a.dynout.list_of[5:]}}}]"
        keys = [f":outputs [{quote(a.outs)}]", f":inputs {inputs}",
                f":rule {self.rule(a)}"]
        implicit = [self.edges(a.exist)] if a.exist else []
        if a.watches:
            implicit.append('{:watch {"w" source?}}')
        if a.always:
            keys.append(":implicit :always")
        elif implicit:
            keys.append(f":implicit [{' '.join(implicit)}]")
        if a.depfile:
            path = f'"{a.outs[0]}.d"'
            keys.append(":depfile " + (path if a.depfile == WRITTEN else
                                       f"{{:ifchanged {path}}}"))
            keys += [":deps :gcc"] if a.deps_gcc else []
        for key, value in (("order-only", a.order), ("validations", a.valid),
                           ("env", a.env)):
            keys += [f":{key} [{quote(value)}]"] if value else []
        keys += [f':pool "{a.pool}"'] if a.pool else []
        return f"(action {' '.join(keys)})"

    def rule(self, a):
        first = a.ins[0][0] if a.ins else ""
        if a.how == "cat":
            return f'{{:command ["cat" {quote(a.reads())}] :stdout "{a.outs[0]}"}}'
        if a.how in ("copy", "keep"):
            flag = '"-p" ' if a.how == "keep" else ""
            return f'{{:command ["cp" {flag}"{first}" "{a.outs[0]}"]}}'
        if a.how in ("upper", "first"):
            function = "up" if a.how == "upper" else "few"
            return (f'[{{:read "{first}"}} {{:transformer {function}}} '
                    f'{{:write "{a.outs[0]}"}}]')
        if a.how == "value":
            return f'{{:write "{a.outs[0]}" :value "{a.tag} {a.outs[0]} "}}'
        exists = " ".join(p for p, _ in a.exist)
        depfile = f"{a.outs[0]}.d" if a.depfile else "-"
        return ('(fn [vars] {:command ["sh" "tool" '
                f'"{a.tag}" "{" ".join(a.outs)}" "{depfile}" '
                '(str/join " " (:in vars)) '
                f'"{exists}" "{" ".join(a.env)}" '
                f'"{"".join(a.watches) or "-"}"]}})')

    # What a clean build gives

    def contents(self):
        """By output: bytes, or Missing where its action fails. Fills in what the
        actions discover and the values of dynouts."""
        made = {}

        def read(path):
            if path in made:
                if isinstance(made[path], Missing):
                    raise made[path]
                return made[path]
            try:
                return pathlib.Path(path).read_text()
            except OSError as error:
                raise Missing(path) from error

        for action in self.actions:
            if action.dynout is not None:
                action.value = action.dynout.value
            try:
                text = self.content(action, read)
            except Missing as error:
                text = error
            for out in action.outs:
                made[out] = text
        return made

    def content(self, a, read):
        a.discovered = {}
        if a.how == "list":
            a.value = list(dict.fromkeys(read(a.list_of).split()))
            return None
        texts = [read(p) for p in a.reads() if not os.path.isdir(p)]
        if a.how == "upper":
            return texts[0].upper()
        if a.how == "first":
            return texts[0][:3]
        if a.how == "value":
            return f"{a.tag} {a.outs[0]} "
        if a.how != "tool":
            return "".join(texts)
        return self.tool(a, read)

    def tool(self, a, read):
        text = f"{a.tag} \n"
        for path in a.reads():
            if os.path.isdir(path):
                for name in sorted(os.listdir(path)):
                    text += f"{path}/{name} \n" + read(f"{path}/{name}")
                continue
            # As the shell does, a last line without an end is left out.
            for line in read(path).split("\n")[:-1]:
                word, _, name = line.strip().partition(" ")
                if word == "include":
                    a.discovered[name] = frozenset({a.depfile})
                    text += read(name)
                else:
                    text += f"{word} {name.strip()}\n"
        for path, _ in a.exist:
            text += f"{path} {'is' if os.path.lexists(path) else 'not'}\n"
        for name in a.env:
            text += f"{name} {self.env.get(name, 'unset')}\n"
        for folder in a.watches:
            text += "".join(f"{folder}/{n} \n" for n in sorted(
                os.listdir(folder)) if n.endswith(".t"))
        return text
