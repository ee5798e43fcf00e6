"""Medians with 95 % intervals by order statistics; of simulated machines, with ranges over draws.

The interval's ends are two of the sorted values themselves: the number of values below the true
median is binomial(n, 1/2), so ranks bound it without any assumption about the distribution. The
percentile bootstrap would cover less than it says at the 5 to 40 values of a cell.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

# Fewer values have no 95 % interval: 1 - 2 / 2^5 is 94 %.
MIN_VALUES = 6
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Estimate:
    """A median, and the ends of its interval; both ends are NaN where there are too few values."""

    median: float
    low: float
    high: float

    @property
    def has_interval(self) -> bool:
        return not math.isnan(self.low)

    def overlaps(self, other: Estimate) -> bool:
        """Whether the intervals meet; without intervals nothing tells the two apart."""
        if not (self.has_interval and other.has_interval):
            return True
        return self.low <= other.high and other.low <= self.high


NO_ESTIMATE = Estimate(math.nan, math.nan, math.nan)


@lru_cache(maxsize=None)
def lower_rank(count: int) -> int:
    """The largest rank k (from 1) for which [k-th, k-th from the end] covers 95 %; 0 if none."""
    tail = 0.0
    for rank in range(1, count // 2 + 1):
        tail += math.comb(count, rank - 1) / 2**count
        if 1 - 2 * tail < CONFIDENCE:
            return rank - 1
    return count // 2


def estimate(values: np.ndarray) -> Estimate:
    """The median of `values` with its interval; NaNs are values that were not measured."""
    known = np.sort(values[~np.isnan(values)])
    if len(known) == 0:
        return NO_ESTIMATE
    median = float(np.median(known))
    rank = lower_rank(len(known))
    if rank == 0:
        return Estimate(median, math.nan, math.nan)
    return Estimate(median, float(known[rank - 1]), float(known[-rank]))


def estimate_by_block(values: np.ndarray, blocks: np.ndarray) -> Estimate:
    """Over the medians of the blocks if there are enough of them, else over all windows.

    Windows of one block share a process and a lock's address, so they are not independent: where
    the blocks suffice, they are the sample.
    """
    known = ~np.isnan(values)
    names = np.unique(blocks[known])
    if len(names) < MIN_VALUES:
        return estimate(values)
    return estimate(medians_by_block(values, blocks))


def estimate_by_draw(values: np.ndarray, draws: np.ndarray) -> Estimate:
    """Over the medians of the draws, from the least to the greatest; one draw has no range.

    The draws are not a sample of one true value: each is a machine that the description allows.
    More of them make the range surer, not narrower.
    """
    medians = medians_by_block(values, draws)
    if len(medians) == 0:
        return NO_ESTIMATE
    if len(medians) == 1:
        return Estimate(float(medians[0]), math.nan, math.nan)
    return Estimate(float(np.median(medians)), float(min(medians)), float(max(medians)))


def medians_by_block(values: np.ndarray, blocks: np.ndarray) -> np.ndarray:
    known = ~np.isnan(values)
    names = np.unique(blocks[known])
    return np.array([np.median(values[known & (blocks == name)]) for name in names])
