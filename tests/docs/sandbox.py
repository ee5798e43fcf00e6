"""A folder that looks like the top of the tree, in which a document's commands are run.

Its folders are the tree's, `build/release` is the build that is tested; `results` and what commands
write are its own. What would take minutes is a stand-in (stand_ins/).
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from markdown import ROOT

STAND_INS = Path(__file__).resolve().parent / "stand_ins"
# Scripts that are stand-ins. The others are the tree's.
REPLACED = {"build": "build", "setup": "nothing", "door-cost": "nothing"}
OWN_FOLDERS = {"build", "results", "scripts", ".git"}


def link_entries(source: Path, target: Path, but: set[str]) -> None:
    for entry in source.iterdir():
        if entry.name not in but:
            (target / entry.name).symlink_to(entry)


class Sandbox:
    def __init__(self, folder: Path, build: Path, prefix: Path, libraries: str, wanted: str):
        self.folder, self.build = folder, build
        link_entries(ROOT, folder, OWN_FOLDERS)
        (folder / "scripts").mkdir()
        link_entries(ROOT / "scripts", folder / "scripts", set(REPLACED))
        for script, stand_in in REPLACED.items():
            (folder / "scripts" / script).symlink_to(STAND_INS / stand_in)
        (folder / "build" / "release").mkdir(parents=True)
        link_entries(build, folder / "build" / "release", {"spinlab"})
        (folder / "bin").mkdir()
        for place in [folder / "build" / "release", folder / "bin"]:
            (place / "spinlab").symlink_to(STAND_INS / "spinlab")
        (folder / "bin" / "ctest").symlink_to(STAND_INS / "ctest")
        kept = {name: value for name, value in os.environ.items()
                if not name.startswith("SPINLAB_")}
        self.environment = kept | {
            "PATH": f"{folder / 'bin'}:{kept['PATH']}",
            "PKG_CONFIG_PATH": f"{prefix}/{libraries}/pkgconfig",
            "PYTHONDONTWRITEBYTECODE": "1",
            "SPINLAB_BUILD": str(build),
            "SPINLAB_REAL": str(build / "spinlab"),
            "SPINLAB_REAL_CTEST": shutil.which("ctest") or "ctest",
            "XDG_CONFIG_HOME": str(folder / "config"),
        }
        self.prepare(wanted)

    def prepare(self, wanted: str) -> None:
        """What the commands `wanted` take from the reader: results, a driver, its test."""
        (self.folder / "results").mkdir()
        for name, sample in [("results/mine.json", "native"), ("NATIVE.json", "native"),
                             ("SIMULATED.json", "simulated")]:
            if name in wanted:
                self.succeeds(f"{sys.executable} tests/scripts/sample_results.py {sample} --out "
                              f"{name}")
        if "driver.c" not in wanted:
            return
        shutil.copy(ROOT / "tests/install/consumer/consumer.c", self.folder / "driver.c")
        self.succeeds("cc driver.c $(pkg-config --cflags --libs spinlab_ke) -o driver_test")

    def run(self, command: str) -> subprocess.CompletedProcess:
        return subprocess.run(["timeout", "--kill-after=5", "120", "bash", "-euo", "pipefail", "-c",
                               command], cwd=self.folder, env=self.environment,
                              capture_output=True, text=True)

    def succeeds(self, command: str) -> None:
        result = self.run(command)
        if result.returncode != 0:
            raise RuntimeError(f"{command}: {result.stderr}")
