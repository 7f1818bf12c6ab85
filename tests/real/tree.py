# SPDX-License-Identifier: MIT
"""One project in the hands of one make program: what a developer does with it,
each step timed, each with what it did in words that do not name the folder."""
import os
import pathlib
import re
import shutil
import subprocess
import time

IDLE = "ninja: no work to do."
LINE = re.compile(r"^\[\d+/\d+\] (.*)$")
CTEST = re.compile(r"^ *\d+/\d+ +Test +#\d+: (\S+) \.* *([A-Za-z* ]*[a-z])")
MESON = re.compile(r"^ *\d+/\d+ (.*?) +([A-Z]{2,}) ")


class Wrong(Exception):
    """A promise that was not kept."""


class Tree:
    """A copy of the source, a build folder beside it, and the make program."""

    def __init__(self, project, source, archive, maker, folder):
        self.project = project
        self.source = folder / "src"
        self.build = folder / "b"
        self.folder = folder
        self.maker = str(maker)
        self.env = dict(os.environ, NINJA=self.maker, CLICOLOR_FORCE="0",
                        NINJA_STATUS="[%f/%t] ", UV_RUN_AS_ROOT="1")
        self.env.pop("MAKEFLAGS", None)
        self.times = {}  # of a step: CPU and wall seconds
        self.tested = ""
        self.touched = []  # commands that a touched header led to
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        if project.make:
            project.make(self.source)
        else:
            shutil.copytree(source, self.source, symlinks=True)
        for place, package in project.parts.items():
            shutil.copytree(archive.fetch(package), self.source / place,
                            symlinks=True)
        for name, text in project.files.items():
            (self.source / name).parent.mkdir(parents=True, exist_ok=True)
            (self.source / name).write_text(text)

    # --- Running ------------------------------------------------------------

    def run(self, what, command, may_fail=False, **more):
        """Runs a command in the folder; its output. Calls of one name add up."""
        path = self.folder / f"{what}.out"
        began = time.monotonic()
        with open(path, "wb") as out:
            child = subprocess.Popen(
                [str(word) for word in command], cwd=self.folder,
                env=dict(self.env, **more), stdin=subprocess.DEVNULL,
                stdout=out, stderr=subprocess.STDOUT)
            _, status, used = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
        cpu, wall = self.times.get(what, (0, 0))
        self.times[what] = (cpu + used.ru_utime + used.ru_stime,
                            wall + time.monotonic() - began)
        text = path.read_text(errors="replace")
        if child.returncode != 0 and not may_fail:
            raise Wrong(f"{what} ended with {child.returncode}: " +
                        text.strip()[-400:])
        return text

    def plain(self, text):
        """A text without what differs between two folders."""
        return (text.replace(str(self.folder), "DIR")
                .replace(self.maker, "NINJA"))

    def commands(self, text):
        """The command lines of an output, sorted."""
        return sorted(self.plain(match[1])
                      for match in map(LINE.match, text.splitlines())
                      if match)

    def make(self, what, *words, maker=None):
        """The commands that one call of the make program ran."""
        text = self.run(what, [maker or self.maker, "-C", self.build, "-v",
                               *words])
        return self.commands(text), text

    # --- What a developer does ----------------------------------------------

    def configure(self):
        project = self.project
        if project.system == "meson":
            self.run("configure", ["meson", "setup", self.build,
                                   self.source / project.folder] +
                     project.options)
            return None
        more = []
        if project.extra:
            code = self.folder / "extra.cmake"
            code.write_text(project.extra)
            more.append(f"-DCMAKE_PROJECT_INCLUDE={code}")
        self.run("configure", [
            "cmake", "-G",
            "Ninja Multi-Config" if project.multi else "Ninja",
            "-S", self.source / project.folder, "-B", self.build,
            f"-DCMAKE_MAKE_PROGRAM={self.maker}"] +
            project.options + more)
        return None

    def built(self):
        return self.make("build")[0]

    def idle(self, what, maker=None):
        """Nothing to do, or what always is, as the project has it."""
        commands, text = self.make(what, maker=maker)
        if not commands and text.rstrip().splitlines()[-1] != IDLE:
            raise Wrong(f"{what}: not idle: " + text[-300:])
        return commands

    def test(self):
        """The project's own tests, or those that `tests` picks, each with how
        it ended. What fails by ninja as well is the project's affair."""
        project = self.project
        if project.tests is None:
            return []
        if project.program:
            self.run("test", [str(self.build / project.program)] +
                     project.tests)
            self.tested = f"{len(project.tests) or 1} ok"
            return project.tests
        if project.system == "meson":
            command = ["meson", "test", "-C", self.build]
        else:
            command = ["ctest", "--test-dir", self.build, "-C", "Debug"]
        text = self.run("test", command + project.tests, may_fail=True)
        pattern = MESON if project.system == "meson" else CTEST
        ends = sorted(f"{match[1]}: {match[2].strip('* ')}"
                      for match in map(pattern.match, text.splitlines())
                      if match)
        good = sum(end.endswith((": OK", ": Passed")) for end in ends)
        if good == 0:
            raise Wrong("no test passed: " + text.strip()[-300:])
        self.tested = (f"{good} ok" if good == len(ends)
                       else f"{good} of {len(ends)}")
        return ends

    def touch_header(self):
        """A moment later than all that was built."""
        time.sleep(0.05)
        os.utime(self.source / self.project.header)

    def touch(self):
        self.touch_header()
        commands, _ = self.make("touch")
        if not commands:
            raise Wrong("nothing ran after a file was touched")
        self.touched = commands
        return commands

    def clean_first(self):
        if self.project.system == "meson":
            self.run("clean first", ["meson", "compile", "-C", self.build,
                                     "--clean"])
            return self.make("clean first")[0]
        return self.commands(self.run(
            "clean first",
            ["cmake", "--build", self.build, "--clean-first", "-v"]))

    def install(self):
        """The names of what was installed."""
        root = self.folder / "root"
        if self.project.system == "meson":
            self.run("install", ["meson", "install", "-C", self.build,
                                 "--destdir", root])
        else:
            self.run("install", ["cmake", "--install", self.build] +
                     (["--config", "Debug"] if self.project.multi else []),
                     DESTDIR=str(root))
        return sorted(self.plain(str(path.relative_to(root)))
                      for path in root.rglob("*") if not path.is_dir())

    def reconfigure(self):
        """A change of the project's own file: the set-up, then what that
        changed."""
        name = ("meson.build" if self.project.system == "meson"
                else "CMakeLists.txt")
        time.sleep(0.05)
        with open(self.source / self.project.folder / name, "a",
                  encoding="utf-8") as file:
            file.write("\n# changed\n")
        commands, text = self.make("reconfigure")
        if not re.search(r"-- Configuring done|Found ninja|Build targets",
                         text):
            raise Wrong("not configured again: " + text[-300:])
        return [c for c in commands if "--regenerate" not in c]

    def other_configuration(self):
        """Release beside Debug, and both come to rest."""
        if not self.project.multi:
            return []
        commands = self.make("release", "-f", "build-Release.ninja")[0]
        for file in ("build-Release.ninja", "build-Debug.ninja"):
            text = self.run("release", [self.maker, "-C", self.build, "-f",
                                        file])
            if IDLE not in text:
                raise Wrong(f"{file} is not idle: " + text[-300:])
        return commands
