"""`spinlab check` as its users call it: what it prints, and its exit status.

Usage: check_command_test.py SPINLAB [unittest's arguments]
"""

import json
import subprocess
import sys
import unittest

SPINLAB = sys.argv[1]
LINK = "mcs_lock:A3:drop-release"


def check(*arguments):
    return subprocess.run([SPINLAB, "check", *arguments], capture_output=True, text=True,
                          timeout=120, check=False)


class Check(unittest.TestCase):
    def assert_refused(self, result, *parts):
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertEqual(len(result.stderr.strip().splitlines()), 1, result.stderr)
        for part in parts:
            self.assertIn(part, result.stderr)

    def test_a_correct_lock_passes_completely(self):
        result = check("ticket", "--json")
        self.assertEqual(result.returncode, 0, result.stderr)
        for row in json.loads(result.stdout)["results"]:
            self.assertEqual((row["lock"], row["verdict"], row["replay"]), ("ticket", "ok", ""))
            self.assertIs(row["complete"], True)
            self.assertLessEqual({"client", "threads", "acquisitions", "executions", "blocked",
                                  "seconds"}, row.keys())

    def test_a_search_that_was_cut_short_is_no_proof(self):
        result = check("mcs", "--client", "ladder", "--threads", "3", "--acquisitions", "2",
                       "--bound", "10")
        self.assertEqual(result.returncode, 3)
        self.assertIn("bounded", result.stdout)

    def test_random_walks_say_nothing_of_symmetry(self):
        result = check("cna", "--client", "ladder", "--threads", "4", "--random", "10")
        self.assertIn(" 4x1 ", result.stdout)
        self.assertNotIn("symmetry", result.stdout)
        searched = check("cna", "--client", "ladder", "--threads", "4", "--bound", "10")
        self.assertIn("no symmetry: asks node()", searched.stdout)

    def test_a_violation_is_explained_and_can_be_shown_again(self):
        found = check("mcs", "--client", "ladder", "--threads", "2", "--mutate", LINK)
        self.assertEqual(found.returncode, 1)
        replay = found.stdout.rsplit("--replay ", 1)[1].split()[0]
        again = check("--replay", replay)
        self.assertEqual(again.returncode, 1)
        self.assertIn(again.stdout.strip(), found.stdout)

    def test_mutants_are_listed_with_what_was_expected_of_them(self):
        result = check("--mutants", "mcs", "--json")
        self.assertEqual(result.returncode, 0, result.stderr)
        mutants = json.loads(result.stdout)["mutants"]
        self.assertEqual({row["expected"] for row in mutants}, {"killed"})
        link = next(row for row in mutants if row["id"] == "20")
        self.assertEqual((link["lock"], link["verdict"], link["threads"], link["acquisitions"]),
                         ("mcs", "deadlock", 2, 1))
        self.assertLessEqual({"what", "seconds"}, link.keys())

    def test_orders_that_could_be_weaker_are_listed(self):
        result = check("--weaken", "hemlock", "--json")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIs(json.loads(result.stdout)["as_expected"], True)
        rows = json.loads(result.stdout)["mutants"]
        survivors = {row["id"] for row in rows if row["verdict"] == "ok"}
        self.assertEqual(survivors, {"hemlock_lock:A3:drop-release", "hemlock_lock:R3:drop-acquire"})
        self.assertEqual(survivors, {row["id"] for row in rows if row["expected"] == "survives"})
        self.assertTrue(all(row["reason"] for row in rows if row["expected"] == "survives"))

    def test_wrong_names_are_refused_with_those_there_are(self):
        self.assert_refused(check("nolock"), "no lock 'nolock'", "mcs")
        self.assert_refused(check("mcs", "--client", "climb"), "ladder")
        self.assert_refused(check("mcs", "--mutate", "mcs_lock:A9:relax"), "mcs_lock:A3")
        self.assert_refused(check("--mutate", LINK), "the one lock")
        self.assert_refused(check("mcs", "--threads", "9"), "8")
        self.assert_refused(check("--replay", "mcs/ladder"), "lock/client/2x1/steps")

    def test_what_would_be_ignored_is_refused(self):
        self.assert_refused(check("--mutants", "mcs", "nolock"), "no lock 'nolock'")
        self.assert_refused(check("--mutants", "--weaken", "mcs"), "only one of")
        self.assert_refused(check("--weaken", "mcs", "--client", "try"), "--client")
        for option in ["--replay", "--client", "--weaken", "--mutate"]:
            self.assert_refused(check("mcs", option, ""), "must not be empty")
        for option in ["--random", "--bound", "--seed", "--jobs"]:
            self.assert_refused(check("mcs", option, "-1"), "-1")

    def test_a_long_program_is_too_large_and_not_a_livelock(self):
        result = check("mcs", "--client", "ladder", "--threads", "2", "--acquisitions", "9",
                       "--bound", "5")
        self.assertIn("misuse: a thread has more events than a search can hold", result.stdout)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[2:], verbosity=2)
