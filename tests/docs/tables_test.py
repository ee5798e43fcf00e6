"""README's tables and lists against the program: tables_test.py SPINLAB."""

import json
import re
import subprocess
import sys
import unittest

import markdown
from markdown import ROOT

README = (ROOT / "README.md").read_text()


def printed(*arguments: str) -> str:
    return subprocess.run([SPINLAB, *arguments], check=True, capture_output=True, text=True).stdout


def table(document: str, first: str) -> list[list[str]]:
    """The rows of the only table whose first column has that header."""
    rows, = [rows for rows in markdown.tables(document) if rows[0][0] == first]
    return rows[1:]


class Readme(unittest.TestCase):
    def test_the_table_of_locks_has_each_lock_once_with_its_fairness(self):
        said = [(name, row[2].lower()) for row in table(README, "name")
                for name in re.findall("`([^`]+)`", row[0])]
        known = [(lock["name"], lock["fairness"]) for lock in json.loads(printed("list", "--json"))
                 if lock["kind"] == "lock"]
        self.assertEqual(sorted(said), sorted(known))

    def test_each_command_of_the_program_is_shown(self):
        commands = re.findall(r"^  ([a-z]+)  ", printed("--help").split("Subcommands:")[1],
                              re.MULTILINE)
        self.assertGreater(len(commands), 0)
        shown = {words.split()[1] for fence in markdown.fences(README)
                 if fence.language == "sh" for words in markdown.commands(fence)
                 if "spinlab " in words}
        self.assertEqual(set(commands), shown)

    def test_every_document_is_linked_to(self):
        linked = {target for _, target in markdown.links(README)}
        for document in markdown.DOCUMENTS[1:]:
            self.assertIn(str(document.relative_to(ROOT)), linked)


class Checker(unittest.TestCase):
    def test_its_table_of_mutants_has_each_lock_and_each_object(self):
        text = (ROOT / "docs" / "checker.md").read_text()
        rows, = [rows[1:] for rows in markdown.tables(text) if rows[0].count("lock") == 2]
        said = [name for row in rows for cell in row for name in re.findall("^`([^`]+)`$", cell)]
        known = [lock["name"] for lock in json.loads(printed("list", "--json"))
                 if lock["kind"] == "lock"]
        objects = [re.findall("^`([^`]+)`", row[0])[0] for row in table(text, "object")]
        self.assertGreater(len(objects), 0)
        self.assertEqual(sorted(said), sorted(known + objects))


if __name__ == "__main__":
    SPINLAB = sys.argv.pop(1)
    unittest.main()
