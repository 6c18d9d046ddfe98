"""Pseudo test parts: as many groups as the real one, no row twice with the same label."""

import numpy as np
import pytest

from tentips.design.pseudo_test import members_of, pseudo_test


@pytest.mark.parametrize("tested", [3, 5, 13])
def test_a_pseudo_test_part_has_as_many_groups_as_the_real_one(tested):
    members = members_of(np.array([0, 1, 1, 2, 3, 4, 4, 4]))
    parts, groups = pseudo_test(members, tested, np.random.default_rng(0))
    assert len(np.unique(groups)) == tested and len(groups) == sum(map(len, parts))
    assert len(parts) == -(-tested // 5)
    assert all(len(set(part.tolist())) == len(part) for part in parts), "no row twice with the same label"
