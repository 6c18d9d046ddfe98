"""The part of new samples that no model learns from: on it alone an update is judged."""

import numpy as np
import pandas as pd

from tentips.data.rows import Rows
from tentips.data.split import hold_out
from tentips.errors import StudyError
from tentips.evaluate.openings import row_fingerprints

SHARE = 0.5  # of the new units: what is learned from is added to a whole study, what judges is on its own
LEAST_UNITS = 4  # of which half are locked: fewer give no interval


def locked(rows: Rows, units: np.ndarray, known: set, seed: int) -> np.ndarray:
    """Choose the locked rows, by whole units and with strata in proportion; a mask, shape (rows,).

    `units` names the group of each row. Those in `known`, which the study has, are never locked. Rows of equal values and label stay
    together, so that a copy under another name is not on both sides. The same rows and seed give the same part in any order of the file.
    """
    strata, values = rows.strata, row_fingerprints(rows.features, rows.labels)
    unseen = ~np.isin(units, list(known))
    together = _together(units, values)
    unseen &= ~np.isin(together, together[~unseen])
    places = np.flatnonzero(unseen)
    found = len(np.unique(together[places]))
    if found < LEAST_UNITS:
        raise StudyError(
            f"the new samples are of {found} units that the model has not seen: at least {LEAST_UNITS} are needed, half of them to judge the update by."
        )
    places = places[np.lexsort((values[places], units[places].astype(str)))]
    mask = np.zeros(len(units), bool)
    mask[places[hold_out(strata[places], together[places], SHARE, seed)]] = True
    return mask


def _together(units: np.ndarray, values: np.ndarray) -> np.ndarray:
    """A number for each row: equal for rows of one unit, and for units that share a row of the same values."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    unit, value = pd.factorize(units)[0], pd.factorize(values)[0]
    size = unit.max() + 1 + value.max() + 1
    edges = coo_matrix((np.ones(len(unit)), (unit, unit.max() + 1 + value)), shape=(size, size))
    return connected_components(edges, directed=False)[1][unit]
