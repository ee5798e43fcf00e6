"""Where direct labels go."""

import itertools
import unittest

from spinlab_plots.side_labels import spread, squeeze


class SideLabels(unittest.TestCase):
    def test_labels_that_are_far_apart_stay_where_they_are(self):
        self.assertEqual(spread([0.9, 0.1, 0.5], 0.1), [0.9, 0.1, 0.5])

    def test_labels_at_one_place_spread_around_it_in_order(self):
        places = spread([0.5, 0.5, 0.5], 0.1)
        for place, wanted in zip(places, [0.4, 0.5, 0.6]):
            self.assertAlmostEqual(place, wanted)

    def test_no_two_labels_are_nearer_than_the_gap(self):
        wanted = [0.1, 0.11, 0.12, 0.3, 0.31, 0.9, 0.38, 0.2, 0.95]
        places = spread(wanted, 0.1)
        for one, other in itertools.combinations(places, 2):
            self.assertGreaterEqual(abs(one - other), 0.1 - 1e-9)

    def test_spreading_keeps_the_order(self):
        wanted = [0.31, 0.1, 0.12, 0.3, 0.11]
        places = spread(wanted, 0.07)
        self.assertEqual(sorted(range(5), key=lambda index: places[index]),
                         sorted(range(5), key=lambda index: wanted[index]))

    def test_labels_that_stick_out_are_pushed_inside(self):
        places = squeeze([-0.2, -0.1, 0.0, 1.1], 0.0, 1.0, 0.1)
        for place, wanted in zip(places, [0.0, 0.1, 0.2, 1.0]):
            self.assertAlmostEqual(place, wanted)

    def test_too_many_labels_share_the_room_evenly(self):
        places = squeeze([0.5] * 11, 0.0, 1.0, 0.3)
        for number, place in enumerate(sorted(places)):
            self.assertAlmostEqual(place, number / 10)


if __name__ == "__main__":
    unittest.main()
