# SPDX-License-Identifier: MIT
"""Sources of real projects: Debian's source packages, by apt with a source list
and a state folder of its own. The system's list tells which mirror; it is read
and left alone."""
import os
import pathlib
import subprocess


class Missing(Exception):
    """A source that cannot be had today."""


def output_of(command, **options):
    done = subprocess.run(command, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True,
                          errors="replace", check=False, **options)
    return done.returncode, done.stdout


class Archive:
    """A private apt below one folder, set up when it is first asked."""

    def __init__(self, folder):
        self.folder = folder
        self.env = dict(os.environ, APT_CONFIG=str(folder / "apt.conf"))
        self.releases = None
        self.failure = None

    def lines(self):
        """What the system has: URI, release and component of each list."""
        try:
            code, text = output_of(
                ["apt-get", "indextargets", "--format",
                 "$(SITE) $(RELEASE) $(COMPONENT) $(ORIGIN)",
                 "Created-By: Packages"])
        except FileNotFoundError:
            raise Missing("there is no apt") from None
        if code != 0:
            raise Missing("apt tells no package lists")
        rows = [line.split() for line in sorted(set(text.splitlines()))]
        return [row for row in rows if len(row) >= 3]

    def prepare(self):
        """Fetches the lists of sources, once."""
        if self.failure:
            raise Missing(self.failure)
        if self.releases is not None:
            return
        rows = self.lines()
        for name in ("state/lists/partial", "cache/archives/partial"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        (self.folder / "sources.list").write_text("".join(
            f"deb-src {row[0]} {row[1]} {row[2]}\n" for row in rows))
        (self.folder / "apt.conf").write_text(
            f'Dir::Etc::sourcelist "{self.folder}/sources.list";\n'
            'Dir::Etc::sourceparts "-";\n'
            f'Dir::State "{self.folder}/state";\n'
            'Dir::State::status "/var/lib/dpkg/status";\n'
            f'Dir::Cache "{self.folder}/cache";\n'
            'Acquire::Languages "none";\n')
        code, text = output_of(["apt-get", "update"], env=self.env)
        if code != 0:
            self.failure = "apt-get update failed: " + text.strip()[-200:]
            raise Missing(self.failure)
        # The main release first: what it has stays there.
        self.releases = sorted({row[1] for row in rows}, key=len)

    def fetch(self, package):
        """The unpacked source of a package; what was fetched once is kept."""
        target = self.folder / "source" / package
        if (target / ".whole").exists():
            return target
        self.prepare()
        download = self.folder / "download" / package
        download.mkdir(parents=True, exist_ok=True)
        reason = ""
        for release in self.releases:
            code, text = output_of(
                ["apt-get", "source", "--only-source", "--download-only",
                 f"{package}/{release}"], env=self.env, cwd=download)
            if code == 0:
                break
            reason = reason or ("the archive does not serve it today"
                                if " 404 " in text else
                                text.strip().splitlines()[-1][:100])
        else:
            raise Missing(reason)
        return self.unpack(download, target)

    @staticmethod
    def unpack(download, target):
        subprocess.run(["rm", "-rf", str(target)], check=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptions = sorted(pathlib.Path(download).glob("*.dsc"))
        code, text = output_of(["dpkg-source", "--no-check",
                                "--skip-patches", "-x",
                                str(descriptions[-1]), str(target)])
        if code != 0:
            raise Missing("cannot unpack: " + text.strip()[-200:])
        (target / ".whole").touch()
        return target
