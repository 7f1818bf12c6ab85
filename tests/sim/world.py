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
set -f; first=${outs%% *}; found= module=
to=$first
case $first in *.dir) rm -rf "$first"; mkdir "$first"; to=$first/one ;; esac
if [ -e slow ]; then echo junk >"$to"; sleep 0.03; fi
if [ -e "traps/${first##*/}" ]; then echo junk >"$to"; exit 7; fi
take() {
    while read -r word name; do
        case $word in
        include) found="$found $name"; cat "$name" || exit 1 ;;
        use) cat "$name" || exit 1 ;;
        mod) module=$first.mod ;;
        *) echo "$word $name" ;;
        esac
    done <"$1" || exit 1
}
{
    echo "$tag "
    for f in $ins; do
        if [ -d "$f" ]; then
            for g in $(find "$f" -type f | LC_ALL=C sort); do
                echo "$g "; cat "$g" || exit 1; done
        else take "$f"; fi
    done
    for f in $exists; do
        if [ -e "$f" ] || [ -L "$f" ]; then echo "$f is"; else echo "$f not"; fi
    done
    for v in $vars; do eval "echo $v \"\${$v-unset}\""; done
    [ "$watched" = - ] || { set +f; for f in "$watched"/*.t; do
        [ -e "$f" ] && echo "$f "; done; }
} >"$to"
for o in $outs $module; do [ "$o" = "$first" ] || cat "$to" >"$o"; done
[ "$to" = "$first" ] || { mkdir "$first/in"; cat "$to" >"$first/in/two"; }
[ "$dep" = - ] || echo "$first:$found" >"$dep"
'''


SCAN = r'''
# SOURCE OUTPUT: the dyndep file of the action that makes OUTPUT of SOURCE.
makes= needs=
while read -r word name; do
    case $word in mod) makes=" | $2.mod" ;; use) needs="$needs $name" ;; esac
done <"$1" || exit 1
echo 'ninja_dyndep_version = 1'
echo "build $2$makes: dyndep${needs:+ |$needs}"
'''


class Missing(Exception):
    """The action cannot succeed."""


def is_source_event(path, kind):
    """The predicate of every watch."""
    return path.endswith(".t") and kind != "modified"


def is_folder(path):
    return path == "d1" or path.endswith(".dir")


class Action:
    """One action, as the build file has it."""

    def __init__(self, how, outs):
        self.how, self.base = how, outs
        self.more = []  # outputs that a dynout or a dyndep file names
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
        self.out_list = None  # a dynout: its value is made as well
        self.source = None  # what people edit of a list
        self.scanner = None  # another action: makes the dyndep file
        self.uses = []  # inputs that this names
        self.group = None  # stands behind it: (name, members)
        self.serves = False  # made for one other action
        self.discovered = {}
        self.line = 0

    @property
    def outs(self):
        return self.base + self.more

    @property
    def key(self):
        return self.base[0] if self.base else "dynout " + self.list_of

    @property
    def has_command(self):
        return self.how in ("tool", "cat", "copy", "keep", "scan", "generator")

    def inputs(self):
        """Kinds by path."""
        found = {}
        extra = [(p, WRITTEN) for p in self.uses]
        if self.dynout is not None:
            extra += [(p, WRITTEN) for p in self.value]
        exist = [] if self.always else self.exist  # instead of a map
        for path, kind in self.ins + exist + extra:
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
            "traps/" + self.base[0].split("/")[-1])

    def recipe(self):
        reads = () if self.how in ("value", "list") else tuple(self.reads())
        if self.how == "first-of":
            reads = reads[:1]  # The rest are inputs, in no order.
        return (self.how, self.tag, tuple(self.outs), reads,
                tuple(self.exist), tuple(self.env), self.depfile,
                () if self.always else tuple(self.watches))


def quote(items):
    """Paths, and groups by the variables that they are in."""
    return " ".join(i[1:] if i[0] == ":" else f'"{i}"' for i in items)


def inner(paths):
    """What is in those of the paths that are folders of actions."""
    return [f"{p}/{n}" for p in paths if p.endswith(".dir")
            for n in ("in/two", "one")]


def files_of(folder, read):
    """(path, text) of all files in a folder: of one that an action makes, or of
    one that is there."""
    if folder.endswith(".dir"):
        text = read(folder)
        return [(p, text) for p in inner([folder])]
    paths = [f"{f}/{n}" for f, _, names in os.walk(folder) for n in names]
    return [(p, pathlib.Path(p).read_text()) for p in sorted(paths)]


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
        pathlib.Path("scan").write_text(SCAN)
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
        """What may be read: not what comes and goes with a list."""
        return [o for a in before for o in a.base if a.how != "phony"]

    def names(self, before):
        """What may be asked for or stand in an order."""
        return [o for a in before for o in a.base] + \
            [":" + a.group[0] for a in before if a.group]

    def expand(self, paths):
        """Groups as their members."""
        groups = {":" + a.group[0]: a.group[1]
                  for a in self.actions if a.group}
        todo, found, seen = list(paths), [], set()
        while todo:
            path = todo.pop()
            if path[0] != ":":
                found.append(path)
            elif path not in seen:
                seen.add(path)
                todo += groups.get(path, [])
        return found

    def makers(self):
        return {o: a for a in self.actions for o in a.outs + inner(a.outs)}

    def add_action(self):
        rng = self.rng
        self.serial += 1
        folder = rng.choice(("", "", "o/", "o/p/"))
        outs = [f"{folder}x{self.serial}"]
        how = rng.choice(("cat", "cat", "tool", "tool", "tool", "upper", "copy",
                          "keep", "first", "value", "list", "scan", "phony"))
        if how == "list":
            return self.add_dynout()
        if how == "scan":
            return self.add_scanned(outs[0])
        if how == "tool" and rng.random() < .2:
            outs = [outs[0] + ".dir"]
        elif how == "tool" and rng.random() < .3:
            outs.append(f"x{self.serial}.b")
        action = Action(how, outs)
        self.actions.append(action)
        self.add_inputs(action, self.actions[:-1])
        if rng.random() < .15:
            action.group = (f"g{self.serial}", self.some(
                self.names(self.actions), 1, 3))
        return action

    def add_dynout(self):
        """A list, what reads it, and an action with what it gives as inputs or
        as outputs. Where an action makes the list, that may wait for a dynout."""
        self.serial += 1
        lister = Action("list", [])
        lister.source = lister.list_of = f"src/l{self.serial}"
        user = Action("tool", [f"x{self.serial}"])
        user.depfile = WRITTEN
        if self.rng.random() < .4:
            user.out_list = lister
        else:
            user.dynout = lister
        self.fill_list(lister, user, self.actions)
        before = list(self.actions)
        if self.rng.random() < .4:
            maker = Action("copy", [f"x{self.serial}.list"])
            maker.ins = [(lister.source, WRITTEN)]
            maker.serves = True
            lister.list_of = maker.base[0]
            lists = [a for a in before if a.how == "list"]
            if lists:
                maker.dynout = self.rng.choice(lists)
                maker.how = "first-of"
            self.actions.append(maker)
        lister.ins = [(lister.list_of, CHANGED)]
        lister.line = 10 + self.serial
        self.actions += [lister, user]
        self.add_inputs(user, before)
        return user

    def fill_list(self, lister, user, before):
        """With paths that are there, or with names of its own to be made."""
        number = lister.source[5:]
        known = [f"g{number}/{n}" for n in "abcd"] if user.out_list else \
            self.sources + [p for p in self.made(before) if not is_folder(p)]
        self.put(lister.source,
                 "".join(f"{p}\n" for p in self.some(known, 0, 3)))

    def add_scanned(self, out):
        """An action whose dyndep file is made of its source."""
        scanner = Action("scan", [f"{out}.dd"])
        scanner.serves = True
        scanner.source = f"src/d{self.serial}"
        scanner.ins = [(scanner.source, CHANGED)]
        user = Action("tool", [out])
        user.scanner = scanner
        before = list(self.actions)
        self.fill_scanned(user, before)
        self.actions += [scanner, user]
        self.add_inputs(user, before)
        user.ins.insert(0, (scanner.source, WRITTEN))
        user.depfile = WRITTEN
        return user

    def fill_scanned(self, user, before):
        """Sources, outputs, and modules that others make."""
        known = self.sources + self.made(before)
        known = [p for p in known if not is_folder(p)]
        known += [o for a in before for o in a.more if a.scanner]
        used = any(user.base[0] + ".mod" in a.uses for a in self.actions)
        text = self.text() + "".join(
            f"use {p}\n" for p in self.some(known, 0, 2))
        if used or self.rng.random() < .6:
            text += "mod\n"
        self.put(user.scanner.source, text)
        # Another edit before the next build must not take away what it uses: a
        # file that is read and that nobody makes any more is a source, and stays.
        self.read_scanned(user)

    def some(self, items, low, high):
        return self.rng.sample(items, min(len(items),
                                          self.rng.randint(low, high)))

    def add_inputs(self, action, before):
        rng = self.rng
        made = self.made(before)
        known = self.sources + made + made + inner(made) + ["d1", "d1"]
        if action.how != "tool":
            known = [p for p in known if not is_folder(p)]
        most = {"cat": 4, "tool": 4, "phony": 3, "value": 0}.get(action.how, 1)
        for path in dict.fromkeys(self.some(known, min(1, most), most)):
            action.ins.append((path, rng.choice((WRITTEN, CHANGED))))
            if rng.random() < .1:
                action.exist.append((path, "both"))
        if rng.random() < .2:
            action.order = self.some(self.names(before), 1, 2)
        if rng.random() < .1:
            action.valid = self.some(made, 1, 1)
        if action.how == "phony":
            return
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
        for action in self.actions:
            if action.how != "list":
                lines.append(self.form(action))
            if action.group:
                name, members = action.group
                lines.append(f'(def {name} (group "{name}" {quote(members)}))')
        if self.has_generator:
            lines.append('(action :outputs ["build.magma"] :generator true '
                         ':inputs {:ifchanged ["build.in"]} :rule '
                         '{:command ["cp" "build.in" "build.magma"]})')
        lines.append(f'(group "odd" {quote(self.made(self.actions[::2]))})')
        lines.append('(group "some" (group "inner" '
                     f'{quote(self.made(self.actions[:2]))}) '
                     f'{quote(":" + a.group[0] for a in self.actions if a.group)})')
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
            return (f'(def l{a.source[5:]} (dynout :inputs '
                    f'{{:ifchanged ["{a.list_of}"]}} :rule '
                    f'[{{:read "{a.list_of}"}} '
                    '{:transformer words}]))')
        inputs = self.edges(a.ins)
        if a.dynout is not None:
            inputs = f"[{inputs} {{:ifwritten l{a.dynout.source[5:]}}}]"
        outs = quote(a.base)
        if a.out_list is not None:
            outs += f" l{a.out_list.source[5:]}"
        keys = [f":outputs [{outs}]", f":inputs {inputs}",
                ":phony true" if a.how == "phony" else f":rule {self.rule(a)}"]
        if a.scanner is not None:
            keys.append(f':dyndep "{a.scanner.base[0]}"')
        implicit = [self.edges(a.exist)] if a.exist else []
        if a.watches:
            implicit.append('{:watch {"w" source?}}')
        if a.always:
            keys.append(":implicit :always")
        elif implicit:
            keys.append(f":implicit [{' '.join(implicit)}]")
        if a.depfile:
            path = f'"{a.base[0]}.d"'
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
        if a.how == "first-of":
            return f'{{:command ["cat" "{first}"] :stdout "{a.outs[0]}"}}'
        if a.how == "scan":
            return (f'{{:command ["sh" "scan" "{first}" "{a.base[0][:-3]}"] '
                    f':stdout "{a.base[0]}"}}')
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
        depfile = f"{a.base[0]}.d" if a.depfile else "-"
        outs = f'"{" ".join(a.base)}"'
        if a.out_list is not None:
            outs = '(str/join " " (:outputs vars))'
        return ('(fn [vars] {:command ["sh" "tool" '
                f'"{a.tag}" {outs} "{depfile}" '
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
            if action.out_list is not None:
                action.more = list(action.out_list.value)
            if action.scanner is not None:
                self.read_scanned(action)
            try:
                text = self.content(action, read)
            except Missing as error:
                text = error
            for out in action.outs + inner(action.outs):
                made[out] = text
        return made

    @staticmethod
    def read_scanned(a):
        """What the dyndep file will say; what it said if there is no source."""
        try:
            lines = pathlib.Path(a.scanner.source).read_text().split("\n")
        except OSError:
            return
        a.more = [a.base[0] + ".mod"] if "mod" in lines else []
        a.uses = [l[4:] for l in lines if l.startswith("use ")]

    @staticmethod
    def scan(a, read):
        lines = read(a.source).split("\n")
        out = a.base[0][:-3]
        uses = [l[4:] for l in lines if l.startswith("use ")]
        return ("ninja_dyndep_version = 1\nbuild " + out +
                (f" | {out}.mod" if "mod" in lines else "") + ": dyndep" +
                (" | " + " ".join(uses) if uses else "") + "\n")

    def content(self, a, read):
        a.discovered = {}
        if a.how == "list":
            a.value = list(dict.fromkeys(read(a.list_of).split()))
            return None
        if a.how == "phony":
            optional = {path for path, _ in a.exist}
            for path, _ in a.ins:
                if path not in optional:
                    read(path)
            return ""
        if a.how == "first-of":
            return [read(p) for p in a.reads()][0]  # All must be there.
        if a.how == "scan":
            return self.scan(a, read)
        texts = [read(p) for p in a.reads() if not is_folder(p)]
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
            if is_folder(path):
                text += "".join(f"{p} \n{t}" for p, t in files_of(path, read))
                continue
            # As the shell does, a last line without an end is left out.
            for line in read(path).split("\n")[:-1]:
                word, _, name = line.strip().partition(" ")
                if word == "include":
                    a.discovered[name] = frozenset({a.depfile})
                    text += read(name)
                elif word == "use":
                    text += read(name)
                elif word != "mod":
                    text += f"{word} {name.strip()}\n"
        for path, _ in a.exist:
            text += f"{path} {'is' if os.path.lexists(path) else 'not'}\n"
        for name in a.env:
            text += f"{name} {self.env.get(name, 'unset')}\n"
        for folder in a.watches:
            text += "".join(f"{folder}/{n} \n" for n in sorted(
                os.listdir(folder)) if n.endswith(".t"))
        return text
