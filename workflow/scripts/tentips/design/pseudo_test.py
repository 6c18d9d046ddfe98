"""Test parts of the real one's size, drawn from the groups of the development part."""

import numpy as np


def members_of(groups: np.ndarray) -> list[np.ndarray]:
    """Return the rows of each group."""
    order = np.argsort(groups, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(groups[order])) + 1)


def pseudo_test(members: list[np.ndarray], tested: int, random) -> tuple[list[np.ndarray], np.ndarray]:
    """Return rows of a pseudo test part, and the group of each: all groups as often as needed, at last a random part of them.

    The rows come as one array for each time over, because each time over they will have labels of their own. `members` is what
    `members_of` gives, `tested` the number of groups wanted.
    """
    whole, rest = divmod(tested, len(members))
    drawn = [range(len(members))] * whole + ([random.permutation(len(members))[:rest]] if rest else [])
    parts = [[members[group] for group in each] for each in drawn]
    sizes = [len(rows) for part in parts for rows in part]
    return [np.concatenate(part) for part in parts], np.repeat(np.arange(tested), sizes)
