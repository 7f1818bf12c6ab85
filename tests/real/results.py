# SPDX-License-Identifier: MIT
"""What was found, kept below the folder of --dir so that an interrupted run can
go on, and printed as tables."""
import hashlib
import json
import pathlib


class Results:
    """One file for each project that was built whole, valid for one program."""

    def __init__(self, folder, ronin):
        self.folder = folder
        self.program = hashlib.sha256(
            pathlib.Path(ronin).read_bytes()).hexdigest()

    def load(self, name):
        """What a run of the same program found, or None."""
        try:
            found = json.loads((self.folder / f"{name}.json").read_text())
        except (OSError, ValueError):
            return None
        return found if found["program"] == self.program else None

    def store(self, name, found):
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / f"{name}.json").write_text(
            json.dumps(dict(found, program=self.program), indent=1))


def times(pair):
    """CPU and wall seconds."""
    return "{:8.2f} {:8.2f}".format(*pair) if pair else " " * 17


def print_project(found):
    """Every step, ninja beside ronin."""
    about = ", ".join(word for word in (found["system"], found["features"])
                      if word)
    print(f"\n{found['name']} ({about})")
    print(f"  {'':14}{'count':>6} {'equal':>6}   {'ninja':>8} {'':8}   "
          f"{'ronin':>8}\n"
          f"  {'':14}{'':6} {'':6}   {'CPU':>8} {'wall':>8}   {'CPU':>8} "
          f"{'wall':>8}")
    for step in found["steps"]:
        print(f"  {step['what']:14}{step['count']:>6} {step['equal']:>6}   "
              f"{times(step['ninja'])}   {times(step['ronin'])}".rstrip(),
              flush=True)


def print_table(rows, skipped, wrong):
    """A line for each project."""
    print(f"\n{'project':14}{'commands':>9}{'header':>7}{'files':>6}"
          f"{'tests':>10}{'equal':>7}{'build: ninja':>15}{'ronin':>9}"
          f"{'idle: ninja':>14}{'ronin':>7}  (seconds of CPU)")
    for found in rows:
        step = {entry["what"]: entry for entry in found["steps"]}
        equal = all(entry["equal"] != "no" for entry in found["steps"])
        print(f"{found['name']:14}{step['build']['count']:>9}"
              f"{step['touch']['count']:>7}{step['install']['count']:>6}"
              f"{found['tested'] or '-':>10}{'yes' if equal else 'no':>7}"
              f"{step['build']['ninja'][0]:>15.2f}"
              f"{step['build']['ronin'][0]:>9.2f}"
              f"{step['idle']['ninja'][0]:>14.3f}"
              f"{step['idle']['ronin'][0]:>7.3f}")
    for name, reason in skipped:
        print(f"{name:14} skipped: {reason}")
    for name, reason in wrong:
        print(f"{name:14} WRONG: {reason}")
