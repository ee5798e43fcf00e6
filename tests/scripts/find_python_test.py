"""scripts/find-python."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


def find(**environment: str) -> subprocess.CompletedProcess:
    return subprocess.run([SCRIPTS / "find-python"], capture_output=True, text=True,
                          env=os.environ | environment)


class FindPython(unittest.TestCase):
    def test_the_python_it_prints_imports_what_the_plots_need(self):
        found = find()
        self.assertEqual(found.returncode, 0, found.stderr)
        imported = subprocess.run([found.stdout.strip(), "-c", "import matplotlib, numpy, pandas"])
        self.assertEqual(imported.returncode, 0)

    def test_spinlab_python_is_preferred(self):
        with tempfile.TemporaryDirectory() as folder:
            mine = Path(folder) / "mine"
            mine.symlink_to(sys.executable)
            self.assertEqual(find(SPINLAB_PYTHON=str(mine)).stdout.strip(), str(mine))

    def test_a_python_without_matplotlib_on_the_path_is_passed_over(self):
        with tempfile.TemporaryDirectory() as folder:
            useless = Path(folder) / "python3"
            useless.write_text("#!/bin/sh\nexit 1\n")
            useless.chmod(0o755)
            found = find(PATH=f"{folder}:{os.environ['PATH']}", SPINLAB_PYTHON="")
            self.assertEqual(found.stdout.strip(), "/usr/bin/python3")

    def test_without_any_it_says_in_one_line_what_to_install_and_exits_with_2(self):
        found = find(SPINLAB_PYTHON="/nonexistent/python")
        self.assertEqual(found.returncode, 2)
        self.assertEqual(found.stdout, "")
        self.assertEqual(found.stderr.count("\n"), 1)
        self.assertIn("/nonexistent/python", found.stderr)
        self.assertIn("apt-get install python3-matplotlib python3-numpy", found.stderr)

    def test_the_plot_script_passes_that_line_and_status_on(self):
        plot = subprocess.run([SCRIPTS / "plot", "--list"], capture_output=True, text=True,
                              env=os.environ | {"SPINLAB_PYTHON": "/nonexistent/python"})
        self.assertEqual(plot.returncode, 2)
        self.assertIn("apt-get install", plot.stderr)


if __name__ == "__main__":
    unittest.main()
