"""The reading of Markdown, on made-up documents; and that the tree's are read whole."""

import re
import unittest

import markdown
from markdown import MarkdownError


class Fences(unittest.TestCase):
    def test_a_fence_is_found_with_its_language_text_and_line(self):
        fence, = markdown.fences("a\n\n```cpp\nint x;\n```\n")
        self.assertEqual((fence.language, fence.text, fence.line), ("cpp", "int x;\n", 3))

    def test_a_fence_without_a_language_or_with_an_unknown_one_is_refused(self):
        for opening in ["```", "```rust", "~~~c", "  ```c"]:
            with self.subTest(opening), self.assertRaisesRegex(MarkdownError, "line 1: a fence"):
                markdown.fences(f"{opening}\nx\n```\n")

    def test_a_fence_that_does_not_end_is_refused(self):
        with self.assertRaisesRegex(MarkdownError, "line 1: a fence that does not end"):
            markdown.fences("```sh\nls\n")

    def test_a_block_by_indentation_is_refused(self):
        with self.assertRaisesRegex(MarkdownError, "line 3: an indented block"):
            markdown.fences("Run\n\n    spinlab list\n")

    def test_a_comment_before_a_fence_marks_what_it_is_a_part_of(self):
        before, part = markdown.fences("<!-- after: int x;\nint y; -->\n```c\nint z;\n```\n"
                                       "<!-- fragment of: a/b.c -->\n```c\nint z;\n```\n")
        self.assertEqual(before.marker, ("after", "int x;\nint y;"))
        self.assertEqual(part.marker, ("fragment of", "a/b.c"))

    def test_another_comment_before_a_fence_is_refused(self):
        with self.assertRaisesRegex(MarkdownError, "'after: TEXT' or 'fragment of: FILES'"):
            markdown.fences("<!-- do not compile -->\n```c\nint z\n```\n")


class Commands(unittest.TestCase):
    def test_comments_are_left_out_and_continued_lines_joined(self):
        fence, = markdown.fences("```sh\nspinlab list   # all\n# nothing\nspinlab bench \\\n"
                                 "  --out 'a#b'\n```\n")
        self.assertEqual(markdown.commands(fence), ["spinlab list", "spinlab bench --out 'a#b'"])

    def test_spans_are_found_over_a_line_end_and_not_in_fences(self):
        found = markdown.spans("x\nSee `spinlab\ncheck`, and\n```sh\n`no`\n```\n`yes`\n")
        self.assertEqual([(span.text, span.line) for span in found],
                         [("spinlab check", 2), ("yes", 7)])


class LinksAndTables(unittest.TestCase):
    def test_links_within_the_tree_are_found_and_those_to_the_web_are_not(self):
        found = markdown.links("[a](b.md) and ![c](d.png)\n[e](https://f.g) `[h](i)`\n")
        self.assertEqual(found, [(1, "b.md"), (1, "d.png")])

    def test_a_heading_is_linked_to_by_its_words(self):
        self.assertEqual(markdown.anchors("# The C interface\n```sh\n# no\n```\n"),
                         {"the-c-interface"})

    def test_tables_are_rows_of_cells(self):
        self.assertEqual(markdown.tables("| a | b |\n| --- | --- |\n| c | `d` |\n\n| e |\n"),
                         [[["a", "b"], ["c", "`d`"]], [["e"]]])


class TheDocuments(unittest.TestCase):
    def test_every_fence_of_them_is_found_and_none_of_the_kinds_is_missing(self):
        languages = []
        for document in markdown.DOCUMENTS:
            with self.subTest(document.name):
                text = document.read_text()
                found = markdown.fences(text)
                self.assertEqual(2 * len(found), len(re.findall("```|~~~", text)))
                languages += [fence.language for fence in found]
        for language in markdown.CODE | markdown.COMMANDS | markdown.OTHER:
            self.assertIn(language, languages)


if __name__ == "__main__":
    unittest.main()
