"""The C, C++ and CMake of a document does what it would in a reader's project: it compiles
without a warning over an installed spinlab, links, and runs.

snippets_test.py DOCUMENT PREFIX LIBRARIES C_COMPILER CXX_COMPILER
"""

import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import markdown
from markdown import ROOT

WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
# A snippet that defines update() is a part of a program that calls it.
MAIN = {"c": "int main(void) {%s return 0; }\n", "cpp": "int main() {%s }\n"}


def program_of(snippet: str, language: str) -> str:
    """The snippet with a main() if it has none; GoogleTest brings its own."""
    if re.search(r"\bmain\(|\bTEST\(", snippet):
        return snippet
    call = " update();" if re.search(r"\bvoid update\((void)?\)", snippet) else ""
    return snippet + "\n" + MAIN[language] % call


class Snippets(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.environment = {name: value for name, value in os.environ.items()
                            if not name.startswith("SPINLAB_")}
        self.environment |= {"PKG_CONFIG_PATH": f"{PREFIX}/{LIBRARIES}/pkgconfig",
                             "XDG_CONFIG_HOME": folder.name}

    def succeeds(self, *command) -> str:
        result = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                                cwd=self.folder, env=self.environment)
        self.assertEqual(result.returncode, 0,
                         f"{' '.join(map(str, command))}\n{result.stdout}{result.stderr}")
        return result.stdout

    def is_part_of(self, snippet: markdown.Fence, files: str) -> None:
        known = {line.strip() for name in files.split(", ")
                 for line in re.split(r"\n|\[\[|\]\]", (ROOT / name).read_text())}
        for line in snippet.text.splitlines():
            self.assertIn(line.strip(), known)

    def compiles_and_runs(self, snippet: markdown.Fence) -> None:
        before = snippet.marker[1] + "\n" if snippet.marker else ""
        source = self.folder / f"snippet.{snippet.language}"
        source.write_text(program_of(before + snippet.text, snippet.language))
        compiler = [CC, "-std=c11"] if snippet.language == "c" else [CXX, "-std=c++20"]
        flags = self.succeeds("pkg-config", "--cflags", "spinlab", "spinlab_ke").split()
        libraries = self.succeeds("pkg-config", "--libs", "spinlab_ke").split()
        if "machines/checked/" in snippet.text:
            libraries += [f"-L{PREFIX}/{LIBRARIES}", "-lspinlab_checked", "-lspinlab_fiber",
                          "-lboost_context"]
        if "gtest/" in snippet.text:
            libraries = ["-lgtest_main", "-lgtest", *libraries]
        self.succeeds(*compiler, *WARNINGS, *flags, source, *libraries, "-o", "program")
        self.succeeds("./program")

    def configures_and_builds(self, snippet: markdown.Fence, code: list[markdown.Fence]) -> None:
        """In a project of the reader's: the tree's folders, and the document's own snippets."""
        project = self.folder / f"project{snippet.line}"
        project.mkdir()
        for folder in ["tests", "interface", "algorithms", "machines"]:
            (project / folder).symlink_to(ROOT / folder)
        for language in ["c", "cpp"]:
            own = next((fence.text for fence in code if fence.language == language
                        and not fence.marker), "")
            (project / f"main.{language}").write_text(program_of(own, language))
        before = snippet.marker[1] if snippet.marker else ""
        (project / "CMakeLists.txt").write_text(
            "cmake_minimum_required(VERSION 3.20)\nproject(documented LANGUAGES C CXX)\n"
            f"{before}\n{snippet.text}")
        binary = project / "build"
        self.succeeds("cmake", "-S", project, "-B", binary, f"-DCMAKE_PREFIX_PATH={PREFIX}",
                      f"-DCMAKE_C_COMPILER={CC}", f"-DCMAKE_CXX_COMPILER={CXX}")
        self.succeeds("cmake", "--build", binary)
        built = [file for file in binary.iterdir()
                 if file.is_file() and os.access(file, os.X_OK)]
        self.assertTrue(built, "the project builds no program")
        for program in built:
            self.succeeds(program)

    def test_each_compiles_links_and_runs(self):
        text = DOCUMENT.read_text()
        code = [fence for fence in markdown.fences(text) if fence.language in markdown.CODE]
        self.assertEqual(len(code), len(re.findall("^```(?:c|cpp|cmake)$", text, re.MULTILINE)))
        for snippet in code:
            with self.subTest(f"{DOCUMENT.name}:{snippet.line}"):
                if snippet.marker and snippet.marker[0] == "fragment of":
                    self.is_part_of(snippet, snippet.marker[1])
                elif snippet.language == "cmake":
                    self.configures_and_builds(snippet, code)
                else:
                    self.compiles_and_runs(snippet)
        print(f"{DOCUMENT.name}: {len(code)} snippets")


if __name__ == "__main__":
    DOCUMENT, PREFIX, LIBRARIES, CC, CXX = Path(sys.argv[1]), *sys.argv[2:6]
    unittest.main(argv=sys.argv[:1])
