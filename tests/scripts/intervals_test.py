"""Medians and their intervals."""

import math
import unittest

import numpy as np

from spinlab_plots.intervals import (Estimate, estimate, estimate_by_block, estimate_by_draw,
                                     lower_rank)


def coverage(count: int, rank: int) -> float:
    """Of the interval from the rank-th smallest to the rank-th largest of `count` values."""
    outside = sum(math.comb(count, below) for below in range(rank)) / 2**count
    return 1 - 2 * outside


class Intervals(unittest.TestCase):
    def test_ranks_are_those_of_the_published_tables(self):
        published = {6: 1, 8: 1, 9: 2, 10: 2, 12: 3, 20: 6, 30: 10, 40: 14, 50: 18, 100: 40}
        self.assertEqual({count: lower_rank(count) for count in published}, published)

    def test_ranks_cover_95_percent_and_the_next_rank_would_not(self):
        for count in range(6, 200):
            self.assertGreaterEqual(coverage(count, lower_rank(count)), 0.95)
            self.assertLess(coverage(count, lower_rank(count) + 1), 0.95)

    def test_fewer_than_six_values_have_a_median_but_no_interval(self):
        one = estimate(np.array([5.0, 1.0, 3.0, 2.0, 4.0]))
        self.assertEqual(one.median, 3.0)
        self.assertFalse(one.has_interval)

    def test_the_ends_are_values_of_the_sample(self):
        one = estimate(np.arange(20.0)[::-1])
        self.assertEqual((one.low, one.median, one.high), (5.0, 9.5, 14.0))

    def test_values_that_were_not_measured_do_not_count(self):
        one = estimate(np.array([math.nan, 1.0, 2.0, 3.0, math.nan]))
        self.assertEqual(one.median, 2.0)
        self.assertTrue(math.isnan(estimate(np.array([math.nan])).median))

    def test_six_blocks_are_the_sample(self):
        blocks = np.repeat(np.arange(6), 3)
        values = blocks * 10.0 + np.tile([0.0, 1.0, 500.0], 6)
        one = estimate_by_block(values, blocks)
        self.assertEqual((one.low, one.median, one.high), (1.0, 26.0, 51.0))

    def test_with_five_blocks_the_windows_are_the_sample(self):
        blocks = np.repeat(np.arange(5), 4)
        one = estimate_by_block(np.arange(20.0), blocks)
        self.assertEqual((one.low, one.median, one.high), (5.0, 9.5, 14.0))

    def test_a_block_without_values_is_no_block(self):
        values = np.where(np.arange(12) < 2, math.nan, np.arange(12.0))
        self.assertEqual(estimate_by_block(values, np.repeat(np.arange(6), 2)), estimate(values))

    def test_of_draws_the_ends_are_the_least_and_the_greatest_median(self):
        draws = np.repeat(np.arange(9), 3)
        values = draws * 10.0 + np.tile([0.0, 1.0, 500.0], 9)
        one = estimate_by_draw(values, draws)
        self.assertEqual((one.low, one.median, one.high), (1.0, 41.0, 81.0))

    def test_two_draws_have_a_range_and_one_has_none(self):
        one = estimate_by_draw(np.array([1.0, 3.0]), np.array([0, 1]))
        self.assertEqual((one.low, one.median, one.high), (1.0, 2.0, 3.0))
        alone = estimate_by_draw(np.array([1.0, 3.0]), np.array([0, 0]))
        self.assertEqual((alone.median, alone.has_interval), (2.0, False))
        nothing = estimate_by_draw(np.array([math.nan]), np.array([0]))
        self.assertTrue(math.isnan(nothing.median))

    def test_intervals_that_share_a_point_overlap(self):
        self.assertTrue(Estimate(2, 1, 3).overlaps(Estimate(4, 3, 5)))
        self.assertFalse(Estimate(2, 1, 3).overlaps(Estimate(5, 4, 6)))

    def test_without_an_interval_nothing_tells_two_medians_apart(self):
        self.assertTrue(Estimate(1, math.nan, math.nan).overlaps(Estimate(9, 8, 10)))


if __name__ == "__main__":
    unittest.main()
