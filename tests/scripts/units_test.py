"""How numbers are written, and where axes have their ticks."""

import itertools
import math
import unittest

from spinlab_plots.units import duration, log_ticks, percent, short

SPACE = "\N{NARROW NO-BREAK SPACE}"


class Units(unittest.TestCase):
    def test_numbers_have_three_digits_that_count(self):
        written = {0.48213: "0.482", 4.8213: "4.82", 48.213: "48.2", 482.13: "482",
                   4821.3: f"4{SPACE}820", 1234567.0: f"1{SPACE}230{SPACE}000"}
        self.assertEqual({number: short(number) for number in written}, written)

    def test_what_was_not_measured_is_blank(self):
        self.assertEqual(short(math.nan), "")

    def test_percentages_are_never_wider_than_six_characters(self):
        written = {0.0: "0 %", 0.000028: "<0.1 %", 0.0012: "0.1 %", 0.035: "3.5 %",
                   0.0996: "10 %", 0.354: "35 %", 1.0: "100 %"}
        self.assertEqual({share: percent(share) for share in written}, written)

    def test_durations_have_the_unit_that_fits(self):
        written = {12.0: "12 ns", 2500.0: "2.5 µs", 3e6: "3 ms", 2e9: "2 s"}
        self.assertEqual({ns: duration(ns) for ns in written}, written)

    def test_log_axes_have_at_least_two_ticks_and_not_too_many(self):
        for start, ratio, most in itertools.product((0.7, 1.1, 3.9, 5.1, 180), (5, 9, 60, 1e5),
                                                    (2, 5, 12)):
            ticks = log_ticks(start, start * ratio, most)
            with self.subTest(start=start, ratio=ratio, most=most, ticks=ticks):
                self.assertTrue(2 <= len(ticks) <= max(2, most))
                self.assertTrue(start <= ticks[0] < ticks[-1] <= start * ratio)


if __name__ == "__main__":
    unittest.main()
