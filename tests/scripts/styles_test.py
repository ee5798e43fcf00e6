"""A contestant looks the same everywhere, and unlike any other."""

import unittest

import sample_results
from spinlab_plots.results import Contestant
from spinlab_plots.styles import HUES, make_styles


def contestants(*groups: tuple) -> dict[str, Contestant]:
    return {lock.name: Contestant(lock.name, lock.family, lock.kind)
            for group in groups for lock in group}


KNOWN = contestants(sample_results.LOCKS, sample_results.PEERS)
ALL = contestants(sample_results.LOCKS, sample_results.NEWCOMERS, sample_results.PEERS)


class Styles(unittest.TestCase):
    def test_locks_that_are_added_change_no_older_style(self):
        before, after = make_styles(KNOWN), make_styles(ALL)
        self.assertEqual({name: after[name] for name in before}, before)

    def test_locks_that_are_missing_change_no_style(self):
        few = {name: KNOWN[name] for name in ("ck_clh", "mcs", "ttas_backoff")}
        self.assertEqual(make_styles(few), {name: make_styles(KNOWN)[name] for name in few})

    def test_markers_and_lines_alone_tell_all_apart(self):
        styles = make_styles(ALL).values()
        self.assertEqual(len({(one.marker, one.line) for one in styles}), len(ALL))

    def test_members_of_a_family_differ_in_shade_from_the_one_before(self):
        styles = make_styles(KNOWN)
        self.assertEqual(len({styles[n].colour for n in ("tas", "ttas", "ttas_backoff")}), 3)
        self.assertEqual(len({styles[n].colour for n in ("spin_park", "tas_mcs")}), 2)
        self.assertEqual(len({styles[n].colour for n in ("mcs", "clh", "hemlock")}), 3)
        self.assertEqual(len({styles[n].colour for n in ("ticket", "ticket_backoff", "twa")}), 3)

    def test_families_that_nobody_foresaw_get_hues_of_their_own(self):
        names = {f"lock_{family}": Contestant(f"lock_{family}", family, "lock")
                 for family in ("glass", "paper")}
        colours = {one.colour for one in make_styles(names).values()}
        self.assertEqual(len(colours), 2)
        self.assertFalse(colours & set(HUES.values()))

    def test_peers_are_hollow_and_locks_are_filled(self):
        styles = make_styles(KNOWN)
        self.assertTrue(styles["ck_mcs"].hollow)
        self.assertFalse(styles["mcs"].hollow)

    def test_floors_take_no_style_from_locks(self):
        with_floors = contestants(sample_results.FLOORS, sample_results.NEWCOMERS)
        without = contestants(sample_results.NEWCOMERS)
        self.assertEqual(make_styles(with_floors), make_styles(without))


if __name__ == "__main__":
    unittest.main()
