"""The commands of a document work: those of its fences, and those in its text.

commands_test.py DOCUMENT BUILD PREFIX LIBRARIES

Each is run as it is written, in a folder that looks like the tree (sandbox.py), where the program
has small sizes. SUBSTITUTES changes the few that need more than that, NOT_RUN excepts some, with
the reason. A command that takes more than two minutes fails.
"""

import re
import sys
import tempfile
import unittest
from pathlib import Path

import markdown
from sandbox import Sandbox

# What a reader puts something in for. Words in capitals are files that the sandbox has.
PLACEHOLDERS = {"<name>": "mcs", " NAME": " epyc-7742-2x64", "FOLDER": "folder"}

# (a command that contains it, what is run instead, why)
SUBSTITUTES = [
    (r"cmake --install build/release", r"\g<0> --prefix prefix", "leave the computer as it is"),
    (r"scripts/plot .*", r"\g<0> --only best", "all pictures take half a minute"),
    (r"scripts/run$", "scripts/run --quick", "minutes"),
    (r"spinlab recommend --write-profile", r"\g<0> profile.json results/mine.json",
     "the option alone, in a sentence"),
    (r"lock_order_test --gtest_filter=\S+",
     r"build/release/tests/interface/verifier/\g<0> --gtest_list_tests | grep '^  '", "seconds"),
]

# What a command may say that measures on a host with other work: it was understood.
BUSY_HOST = "have a rate of 0"

# Commands that are not run. Their options are looked up in the program's help.
NOT_RUN = {
    "scripts/lint": "needs clang, and minutes",
    "scripts/validate": "needs two minutes of a quiet machine; its parts have tests of their own",
    ".ci/run": "the same",
    "spinlab check --mutants": "half a minute; check_run_test runs the catalogue",
    "tests/fuzz/run_fuzzer": "ten million inputs",
}

# (a command that contains it, exit statuses that are right, why); 0 for the others.
STATUSES = [
    (r"check .*(--mutate|--replay)", {1}, "the operation is broken on purpose: a violation"),
    (r"compare ", {0, 1}, "so few windows hold no claim"),
    (r"--write-topology", {0, 2}, "refuses on a host that has other work"),
    (r"driver/nic_two_lock_orders", {1}, "the program with the bug that the verifier finds"),
]

OTHERS = r"scripts/[\w-]+|ctest|cmake|\.ci/run|\w+_test"
COMMAND = re.compile(rf"(\w+=\S+ )*((build/release/)?spinlab|build/release/\S+|{OTHERS})( .*)?")
NAME = re.compile(rf"((build/release/)?spinlab( [a-z]+)?|{OTHERS})")


def commands_of(text: str) -> list[tuple[int, str]]:
    """Line and command, each of which is run once; a name in the text is none."""
    found = [(fence.line, command) for fence in markdown.fences(text)
             if fence.language in markdown.COMMANDS for command in markdown.commands(fence)]
    for span in markdown.spans(text):
        if COMMAND.fullmatch(span.text) and not NAME.fullmatch(span.text):
            found.append((span.line, span.text))
    first = {}
    for line, command in found:
        first.setdefault(to_be_run(command), (line, command))
    return list(first.values())


def names_of(text: str) -> set[str]:
    return {span.text for span in markdown.spans(text) if NAME.fullmatch(span.text)}


def to_be_run(command: str) -> str:
    for placeholder, value in PLACEHOLDERS.items():
        command = command.replace(placeholder, value)
    for pattern, substitute, _ in SUBSTITUTES:
        command = re.sub(pattern, substitute, command)
    return command


def statuses(command: str) -> set[int]:
    return next((right for pattern, right, _ in STATUSES if re.search(pattern, command)), {0})


class Commands(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.text = DOCUMENT.read_text()
        wanted = "\n".join(to_be_run(command) for _, command in commands_of(cls.text))
        cls.sandbox = Sandbox(Path(folder.name), BUILD, PREFIX, LIBRARIES, wanted)

    def excepted(self, command: str) -> bool:
        bare = command.removeprefix("build/release/")
        return any(bare == name or bare.startswith(name + " ") for name in NOT_RUN)

    def options_are_known(self, command: str) -> None:
        words = command.removeprefix("build/release/").split()
        options = [word for word in words if word.startswith("--")]
        if words[0].startswith(("scripts/", ".ci/")):
            self.assertEqual(self.sandbox.run(f"bash -n {words[0]}").returncode, 0)
        elif options:
            known = self.sandbox.run(f"{words[0]} {words[1]} --help").stdout
            for option in options:
                self.assertIn(option, known)

    def test_each_command_works(self):
        commands = commands_of(self.text)
        fences = len(re.findall("^```sh$", self.text, re.MULTILINE))
        self.assertTrue(commands or not fences)
        for line, command in commands:
            with self.subTest(f"{DOCUMENT.name}:{line}: {command}"):
                if self.excepted(command):
                    self.options_are_known(command)
                    continue
                result = self.sandbox.run(to_be_run(command))
                if BUSY_HOST not in result.stderr:
                    self.assertIn(result.returncode, statuses(command),
                                  result.stdout + result.stderr)
                self.assertNotIn("see spinlab --help", result.stderr)
        print(f"{DOCUMENT.name}: {len(commands)} commands")

    def test_each_program_that_is_named_is_there(self):
        said = self.sandbox.run("spinlab --help").stdout
        commands = re.findall("^  ([a-z]+)  ", said, re.MULTILINE)
        self.assertGreater(len(commands), 0)
        for name in names_of(self.text):
            with self.subTest(name):
                program, *command = name.split()
                if program.endswith("spinlab"):  # Its own name, or one with a command.
                    self.assertLessEqual(set(command), set(commands))
                elif program.startswith(("scripts/", ".ci/")):
                    self.assertEqual(self.sandbox.run(f"bash -n {program}").returncode, 0)


if __name__ == "__main__":
    DOCUMENT, BUILD, PREFIX, LIBRARIES = Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:5]
    unittest.main(argv=sys.argv[:1])
