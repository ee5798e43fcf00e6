"""Documents that are wrong fail: made-up ones, given to the tests of the others.

failures_test.py BUILD PREFIX LIBRARIES C_COMPILER CXX_COMPILER
"""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent


class Wrong(unittest.TestCase):
    def result(self, test: str, document: str, *arguments: str) -> subprocess.CompletedProcess:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "made_up.md"
            file.write_text(document)
            return subprocess.run([sys.executable, HERE / test, file, *arguments],
                                  capture_output=True, text=True)

    def fails(self, reason: str, test: str, document: str, *arguments: str) -> None:
        with self.subTest(document):
            result = self.result(test, document, *arguments)
            self.assertEqual(result.returncode, 1, result.stdout)
            self.assertIn(reason, result.stderr)

    def test_a_snippet_that_does_not_compile_link_or_run_fails(self):
        for reason, language, text in [
                ("scoped_lock", "cpp", "#include <vector>\nstd::scoped_lock guard;"),
                ("-Werror", "cpp", "int f() {}"),
                ("undefined reference", "c", "void update(void); int main(void) { update(); }"),
                ("!= 0", "c", "int main(void) { return 3; }"),
                ("Unknown CMake command", "cmake", "find_pakage(spinlab)"),
                ("builds no program", "cmake", "find_package(spinlab)")]:
            self.fails(reason, "snippets_test.py", f"```{language}\n{text}\n```\n", *FOR_SNIPPETS)

    def test_a_fragment_of_a_file_that_has_other_lines_fails(self):
        self.fails("not found in", "snippets_test.py", "<!-- fragment of: README.md -->\n"
                   "```c\nint not_there;\n```\n", *FOR_SNIPPETS)

    def test_a_fence_without_a_language_fails_both(self):
        for test, arguments in [("snippets_test.py", FOR_SNIPPETS),
                                ("commands_test.py", FOR_COMMANDS)]:
            self.fails("known languages", test, "```\nls\n```\n", *arguments)

    def test_a_command_that_fails_in_a_fence_or_in_the_text_is_found(self):
        for reason, document in [
                ("no-such-option", "```sh\nspinlab list --no-such-option\n```\n"),
                ("no-such-lock", "`spinlab check no-such-lock --jobs 1`"),
                ("unknown target 'no_such_target'", "`scripts/build release no_such_target`"),
                ("no preset no-such", "`scripts/test no-such`"),
                ("Total Tests: 0", "`ctest --test-dir build/release -R no_such_test`"),
                ("--no-such-option", "`spinlab check --mutants --no-such-option`")]:
            self.fails(reason, "commands_test.py", document, *FOR_COMMANDS)

    def test_a_program_that_is_named_and_is_not_there_is_found(self):
        for document in ["`scripts/no-such-script`", "`spinlab chekc`"]:
            self.fails("FAIL: test_each_program_that_is_named_is_there", "commands_test.py",
                       document, *FOR_COMMANDS)

    def test_what_is_right_passes(self):
        right = self.result("snippets_test.py", "```c\n#include <wdm.h>\n```\n", *FOR_SNIPPETS)
        self.assertEqual(right.returncode, 0, right.stderr)
        self.assertIn("1 snippets", right.stdout)
        right = self.result("commands_test.py", "```sh\nspinlab list\n```\n", *FOR_COMMANDS)
        self.assertEqual(right.returncode, 0, right.stderr)
        self.assertIn("1 commands", right.stdout)


if __name__ == "__main__":
    BUILD, PREFIX, LIBRARIES, CC, CXX = sys.argv[1:6]
    FOR_SNIPPETS = [PREFIX, LIBRARIES, CC, CXX]
    FOR_COMMANDS = [BUILD, PREFIX, LIBRARIES]
    unittest.main(argv=sys.argv[:1])
