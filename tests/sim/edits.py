# SPDX-License-Identifier: MIT
"""What happens to a world between two builds: each edit changes files, the build
file's graph or the environment, and says what it did."""
import os
import pathlib
import shutil

from model import CHANGED, WRITTEN
from world import inner, is_folder


def file_edit(world, path, may_link=True):
    """Something that people and tools do to a file that is there."""
    rng = world.rng
    how = rng.choice(("text", "text", "text", "touch", "same", "mode", "back",
                      "over", "copy") + ("link",) * may_link)
    text = world.source_text() if path in world.sources else world.text()
    here = pathlib.Path(path)
    if not here.exists():
        world.put(path, text)
        return f"made {path}"
    if how == "text":
        world.put(path, text)
    elif how == "touch":
        os.utime(path)
    elif how == "same":
        here.write_bytes(here.read_bytes())
    elif how == "mode":
        os.chmod(path, rng.choice((0o644, 0o600, 0o755)))
    elif how == "back":
        os.utime(path, ns=(0, rng.choice((10**18, 10**18 + 123456789))))
    elif how == "over":  # As editors do: another inode.
        pathlib.Path("tmp").write_text(text)
        os.replace("tmp", path)
    elif how == "copy":  # As tar and cp -a do: all but ctime and inode.
        shutil.copy2(path, "tmp")
        os.replace("tmp", path)
    else:
        target = f"src/t{world.serial}"
        pathlib.Path(target).write_text(text)
        os.path.lexists(path) and os.unlink(path)
        os.symlink(os.path.relpath(target, os.path.dirname(path)), path)
    return f"{how} {path}"


def edit_source(world, _):
    return file_edit(world, world.rng.choice(world.sources + world.headers))


def edit_maybe(world, _):
    path = world.rng.choice(world.maybes)
    if os.path.lexists(path) and world.rng.random() < .6:
        os.unlink(path)
        return f"removed {path}"
    return file_edit(world, path)


def edit_watched(world, _):
    path = world.rng.choice(("w/a.t", "w/b.x", "w/c.t", "w/d.x"))
    if os.path.exists(path) and world.rng.random() < .5:
        os.unlink(path)
        return f"removed {path}"
    return file_edit(world, path)


def edit_list(world, _):
    users = [a for a in world.actions
             if a.dynout or a.out_list or a.scanner]
    users = [a for a in users if not a.serves]
    if not users:
        return None
    user = world.rng.choice(users)
    lister = user.scanner or user.out_list or user.dynout
    at = world.actions.index(lister)
    while world.actions[at - 1].serves:  # What makes the list comes before it.
        at -= 1
    if user.scanner:
        world.fill_scanned(user, world.actions[:at])
    else:
        world.fill_list(lister, user, world.actions[:at])
    return f"list {lister.source}"


def lose_source(world, _):
    """Until it is put back, who needs it cannot be built."""
    path = world.rng.choice(world.sources + world.headers)
    if not os.path.isfile(path):
        return None
    world.lost.append((path, pathlib.Path(path).read_text(),
                       os.stat(path).st_mtime_ns))
    os.unlink(path)
    return f"lost {path}"


def edit_folder(world, _):
    """What is in a folder that is read as one thing."""
    path = world.rng.choice(("d1/one", "d1/two", "d1/deep/two", "d1/deep/x"))
    if os.path.exists(path) and world.rng.random() < .3:
        os.unlink(path)
        return f"removed {path}"
    if not os.path.exists(path):
        world.put(path, world.text())
        return f"made {path}"
    return file_edit(world, path, may_link=False)


def find_sources(world):
    """Puts back what was lost, as it was or not."""
    for path, text, mtime in world.lost:
        if not os.path.lexists(path):
            world.put(path, text)
            if world.rng.random() < .5:
                os.utime(path, ns=(mtime, mtime))
    world.lost = []


def edit_output(world, model):
    made = [o for o in world.made(world.actions) if os.path.lexists(o)]
    if not made:
        return None
    path = world.rng.choice(made)
    how = world.rng.choice(("remove", "text", "touch", "mode", "link", "back"))
    if os.path.isdir(path) and how in ("text", "touch", "mode", "back"):
        path = world.rng.choice((f"{path}/one", f"{path}/in/two",
                                 f"{path}/more"))
        if not os.path.exists(path):
            how = "text"
    if how in ("remove", "link") and os.path.isdir(path):
        shutil.rmtree(path)
        how = "remove"
    elif how == "remove":
        os.unlink(path)
    elif how == "text":
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        world.put(path, "tampered\n")
    elif how == "touch":
        os.utime(path)
    elif how == "mode":
        os.chmod(path, world.rng.choice((0o644, 0o600, 0o755)))
    elif how == "back":
        os.utime(path, ns=(0, 10**18))
    else:
        # A file for each: two outputs in one would be two makers of one.
        junk = f"traps/../junk-{path.replace('/', '-')}"
        pathlib.Path(junk).write_text("junk\n")
        os.unlink(path)
        os.symlink(os.path.relpath(junk, os.path.dirname(path)), path)
    return f"output {how} {path}"


def edit_trap(world, _):
    names = [a.base[0].split("/")[-1] for a in world.actions
             if a.how == "tool"]
    if not names:
        return None
    pathlib.Path("traps", world.rng.choice(names)).touch()
    return "a trap"


def edit_env(world, _):
    name = world.rng.choice(("ONE", "TWO"))
    value = world.rng.choice((None, "", "1", "2"))
    if value is None:
        world.env.pop(name, None)
    else:
        world.env[name] = value
    return f"{name}={value}"


def edit_action(world, _):
    rng = world.rng
    action = rng.choice(world.actions)
    before = world.actions[:world.actions.index(action)]
    how = rng.choice(("tag", "kind", "input", "order", "pool", "always", "env"))
    if how == "kind" and (action.scanner or action.serves):
        how = "tag"
    if how == "tag" and action.how in ("tool", "value"):
        action.tag += "+"
    elif how == "kind" and action.ins and action.how != "list":
        path, kind = action.ins[0]
        action.ins[0] = (path, CHANGED if kind == WRITTEN else WRITTEN)
    elif how == "input" and action.how in ("cat", "tool"):
        made = world.made(before)
        known = world.sources + made + inner(made) + ["d1"]
        if action.how == "cat":
            known = [p for p in known if not is_folder(p)]
        fixed = action.ins[:1] if action.scanner else []
        action.ins = fixed + [(p, rng.choice((WRITTEN, CHANGED)))
                      for p in world.some(known, 1, 3)]
    elif how == "order" and not action.serves and action.how != "list":
        before = [a for a in before if a is not action.scanner]
        action.order = world.some(world.names(before), 0, 2)
    elif how == "pool":
        action.pool = rng.choice((None, "one", "two"))
    elif how == "always" and action.how not in ("list", "phony"):
        action.always = rng.random() < .2
    elif how == "env" and action.how == "tool":
        action.env = world.some(["ONE", "TWO"], 0, 2)
    return f"{how} of {action.key}"


def add_action(world, _):
    return f"new {world.add_action().key}"


def remove_action(world, _):
    """Who needs it goes on without."""
    gone = world.rng.choice(world.actions)
    if gone.how == "list" or gone.serves or len(world.actions) < 6:
        return None
    if any(m.dynout and m.dynout in (gone.dynout, gone.out_list)
           for m in world.actions if m is not gone):
        return None  # Another list waits for its own.
    parts = [gone, gone.dynout, gone.out_list, gone.scanner]
    lister = gone.dynout or gone.out_list
    parts += [a for a in world.actions if lister and a.serves and
              a.base[0] == lister.list_of]
    world.actions = [a for a in world.actions if a not in parts]
    lost = [o for a in parts if a is not None for o in a.outs + inner(a.outs)]
    lost += [":" + a.group[0] for a in parts if a is not None and a.group]
    forget(world, lost)
    return f"no {gone.key}"


def forget(world, lost):
    """Nobody needs these any more."""
    for a in world.actions:
        if a.group:
            a.group = (a.group[0], [m for m in a.group[1] if m not in lost])
        if any(p in lost for p in a.uses):
            lines = pathlib.Path(a.scanner.source).read_text().split("\n")
            world.put(a.scanner.source, "\n".join(
                l for l in lines if l[4:] not in lost))
        needed = len(a.ins)
        a.ins = [(p, k) for p, k in a.ins if p not in lost]
        if needed and not a.ins:
            a.ins = [(world.sources[0], WRITTEN)]
        a.exist = [(p, k) for p, k in a.exist if p not in lost]
        a.order = [p for p in a.order if p not in lost]
        a.valid = [p for p in a.valid if p not in lost]
        if a.how == "list":
            lines = pathlib.Path(a.source).read_text().split()
            kept = [p for p in lines if p not in lost]
            if kept != lines:
                world.put(a.source, "".join(f"{p}\n" for p in kept))


def harm_derived(world, _):
    """What is derived is lost or damaged: it must not matter."""
    found = [p for p in pathlib.Path(".ronin").glob("*-*")
             if p.name.startswith(("graph", "index"))]
    if not found:
        return None
    path = world.rng.choice(found)
    if world.rng.random() < .5:
        path.unlink()
        return f"no {path.name}"
    # A kill can leave a file that was made and not yet written.
    data = bytearray(path.read_bytes()) or bytearray(1)
    for _ in range(3):
        data[world.rng.randrange(len(data))] ^= 1 << world.rng.randrange(8)
    path.write_bytes(data)
    return f"bits of {path.name}"


def lose_state(world, model):
    shutil.rmtree(".ronin", ignore_errors=True)
    model.forget()
    return "no .ronin"


def nothing(world, _):
    return "nothing"


EDITS = ([edit_source] * 12 + [edit_maybe] * 3 + [edit_watched] * 3 +
         [edit_list] * 5 + [edit_folder] * 3 + [edit_output] * 5 + [edit_env] * 3 +
         [edit_action] * 6 + [add_action] * 2 + [remove_action] * 2 +
         [harm_derived] * 2 + [nothing, lose_state, lose_source, edit_trap])
