"""Whether rows that may be replicates of one another are nearer to each other than label, batch, site and time explain."""

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from tentips.data.rows import Rows
from tentips.quality.candidate_groups import Candidate, candidates
from tentips.quality.nearness import nearness, normal_scores
from tentips.quality.neighbourhoods import neighbourhoods
from tentips.statistics.association import is_number
from tentips.statistics.comparison import holm

PERMUTATIONS = 999
ROUNDING = 1e-12
MORE = (
    9000  # further ones where at most one of the first reached the value: 1 in 1,000 is too coarse for many candidates
)
MOST_ROWS = 2000  # rows that are compared pair by pair; of more, whole groups are drawn
MOST_PAIRS = 20_000
NEAREST = 0.9  # a row's nearest tenth
BESIDE = 8  # values of a number, one after another, whose rows are alike for that reason alone
STRETCH = 40  # neighbouring rows of the sheet within which their order is shuffled
FEWEST_ROWS = 20
COLUMNS = [
    "candidate",
    "column",
    "source",
    "groups",
    "rows",
    "numbered",
    "declarable",
    "nearer",
    "expected",
    "p_value",
    "p_adjusted",
]


def hidden_groups(
    rows: Rows, samples: pd.DataFrame, roles: dict[str, list[str]], ignored: list[str], options: dict, seed: int = 0
) -> pd.DataFrame:
    """Return one row per candidate grouping: how often a mate is nearer than another row, and what chance gives.

    `nearer` is the mean share of other rows that are further from a row than a mate of the same candidate group is: 1/2
    where mates are like others, 1 where they are nearest. `expected` and `p_value` come from permuting rows within strata
    of label, batch and site; p-values are adjusted for the number of candidates (Holm 1979). Features become normal scores,
    from which the effects of label, batch, site, time and covariates are taken out by least squares. Rows that share a number are held
    against rows of the numbers next to it: samples of one length or age are alike without being replicates. With a declared group
    its means are compared, so that only coarser groups are seen. Without one, the order of the sheet is a candidate too: there
    `nearer` is the share of rows that have a neighbouring row among their nearest tenth. `groups` is how many there would be.
    """
    units, random = pd.factorize(samples["group"])[0], np.random.default_rng(seed)
    found = candidates(samples, roles, ignored)
    grouped = units.max() + 1 < len(units)
    if units.max() + 1 < FEWEST_ROWS:
        return pd.DataFrame(columns=COLUMNS)
    scores = _scores(rows, options)
    strata = _strata(rows, samples, roles)
    common, records = _explained_away(scores, rows, samples, roles, None), []
    for candidate in found:
        own = candidate.smooth is not None or candidate.column in roles["covariates"]
        left = _explained_away(scores, rows, samples, roles, candidate) if own else common
        alike = strata if candidate.smooth is None else _beside(strata, candidate.smooth)
        record = _judged(candidate, left, alike, units, random)
        if record:
            records.append(record)
    if not grouped:
        records.append(_neighbours(common[:MOST_ROWS], strata[:MOST_ROWS], random))
    table = pd.DataFrame(records, columns=COLUMNS)
    return table.assign(p_adjusted=holm(table["p_value"].to_numpy(dtype=float)))


def neighbouring_sets(
    rows: Rows, samples: pd.DataFrame, roles: dict[str, list[str]], options: dict, seed: int = 0
) -> pd.DataFrame:
    """Return the table of `neighbourhoods` for independent units, of features from which what is declared is taken out."""
    units = pd.factorize(samples["group"])[0]
    left = _explained_away(_scores(rows, options), rows, samples, roles, None)
    return neighbourhoods(_unit_means(left, units), seed)


def permuted(strata: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Return a permutation of the rows that moves each only within its stratum."""
    order = np.lexsort((random.random(len(strata)), strata))
    result = np.empty(len(strata), dtype=int)
    result[np.argsort(strata, kind="stable")] = order
    return result


def _judged(candidate: Candidate, left, strata, units, random) -> dict | None:
    codes = candidate.codes
    if units.max() + 1 < len(units):
        left, strata, codes = _by_unit(left, strata, codes, units)
    if len(codes) > MOST_ROWS:
        kept = _whole_groups(codes, random)
        left, strata, codes = left[kept], strata[kept], pd.factorize(codes[kept])[0]
    counts = np.bincount(codes)
    if (counts > 1).sum() < 2 or counts[counts > 1].sum() < 6:
        return None
    first, second = _pairs(codes, random)
    near = nearness(left)
    value, expected, p = _against_chance(lambda order: float(near[order[first], order[second]].mean()), strata, random)
    return {
        "candidate": candidate.where,
        "column": candidate.column,
        "source": "column" if candidate.column else "ids",
        "groups": int(candidate.codes.max() + 1),
        "rows": int((np.bincount(candidate.codes)[candidate.codes] > 1).sum()),
        "numbered": candidate.numbered,
        "declarable": candidate.declarable,
        "nearer": value,
        "expected": expected,
        "p_value": p,
    }


def _neighbours(left, strata, random) -> dict:
    n, near = len(left), nearness(left) > NEAREST
    within = _crossed(strata, np.arange(n) // STRETCH)

    def near_one(order):
        ahead, behind = near[order[:-1], order[1:]], near[order[1:], order[:-1]]
        return float((np.append(ahead, False) | np.append(False, behind)).mean())

    value, expected, p = _against_chance(near_one, within, random)
    known = {"candidate": "neighbouring rows of the sample sheet", "column": None, "source": "order", "groups": None}
    return known | {
        "rows": n,
        "numbered": False,
        "declarable": False,
        "nearer": value,
        "expected": expected,
        "p_value": p,
    }


def _against_chance(statistic, strata, random) -> tuple[float, float, float]:
    """The statistic of the rows in their order, its mean over permutations within strata, and the permutation p-value."""
    value = statistic(np.arange(len(strata)))
    null = [statistic(permuted(strata, random)) for _ in range(PERMUTATIONS)]
    if np.sum(np.array(null) >= value - ROUNDING) <= 1:
        null += [statistic(permuted(strata, random)) for _ in range(MORE)]
    return value, float(np.mean(null)), float((1 + np.sum(np.array(null) >= value - ROUNDING)) / (1 + len(null)))


def _pairs(codes: np.ndarray, random) -> tuple[np.ndarray, np.ndarray]:
    """Ordered pairs of rows of one group; of very many, a random part."""
    order = np.argsort(codes, kind="stable")
    parts = [part for part in np.split(order, np.cumsum(np.bincount(codes))[:-1]) if len(part) > 1]
    first = np.concatenate([np.repeat(part, len(part)) for part in parts])
    second = np.concatenate([np.tile(part, len(part)) for part in parts])
    different = np.flatnonzero(first != second)
    if len(different) > MOST_PAIRS:
        different = random.choice(different, MOST_PAIRS, replace=False)
    return first[different], second[different]


def _whole_groups(codes: np.ndarray, random) -> np.ndarray:
    """Rows of groups drawn at random until there are `MOST_ROWS`; of large groups a part."""
    most = max(2, MOST_ROWS // min(codes.max() + 1, 50))
    order = random.permutation(len(codes))
    rank = pd.Series(codes[order]).groupby(codes[order]).cumcount().to_numpy()
    order = order[rank < most]
    turn = random.permutation(codes.max() + 1)[codes[order]]
    return np.sort(order[np.argsort(turn, kind="stable")][:MOST_ROWS])


def _by_unit(left, strata, codes, units):
    """Means, first stratum and first candidate of each declared group."""
    first = np.unique(units, return_index=True)[1]
    return _unit_means(left, units), strata[first], pd.factorize(codes[first])[0]


def _unit_means(left: np.ndarray, units: np.ndarray) -> np.ndarray:
    sums = np.zeros((units.max() + 1, left.shape[1]))
    np.add.at(sums, units, left)
    return sums / np.bincount(units)[:, None]


def _scores(rows: Rows, options: dict) -> np.ndarray:
    """The prepared features as normal scores."""
    prepare = rows.preparation({**options, "select": None})
    return normal_scores(np.asarray(prepare.fit_transform(rows.inputs, rows.truth), dtype=float))


def _strata(rows: Rows, samples: pd.DataFrame, roles: dict[str, list[str]]) -> np.ndarray:
    """Label (or its quartile), batch and site together; the label alone where that leaves most rows without company."""
    columns = [column for role in ("batch", "site") for column in roles[role] if samples[column].nunique() <= 20]
    parts = [rows.strata, *(pd.factorize(samples[column])[0] for column in columns)]
    for used in (parts, parts[:1]):
        strata = _crossed(*used)
        if np.median(np.bincount(strata)[strata]) >= FEWEST_ROWS / 2:
            break
    return strata


def _beside(strata: np.ndarray, ranks: np.ndarray) -> np.ndarray:
    """The strata, each divided into rows of `BESIDE` values that follow one another."""
    return _crossed(strata, (rankdata(ranks, method="dense") - 1) // BESIDE)


def _crossed(*codes: np.ndarray) -> np.ndarray:
    """Number the rows by the combination of their codes."""
    return np.unique(np.stack(codes), axis=1, return_inverse=True)[1].ravel()


def _explained_away(scores, rows: Rows, samples, roles, candidate: Candidate | None) -> np.ndarray:
    """Residuals of the features on label, batch, site, time and covariates, and on a numeric candidate's own trend."""
    parts = [np.ones((len(samples), 1))]
    parts.append(_dummies(rows.truth) if rows.classes else _powers(rankdata(rows.truth) / len(samples)))
    for role in ("batch", "site", "time", "covariates"):
        for column in roles[role]:
            if candidate is None or column != candidate.column:
                parts.append(_described(samples[column]))
    if candidate is not None and candidate.smooth is not None:
        parts.append(_powers(candidate.smooth))
    design = parts[0]
    for part in parts[1:]:
        if design.shape[1] + part.shape[1] <= len(samples) / 3:
            design = np.column_stack([design, part])
    basis, singular, _ = np.linalg.svd(design, full_matrices=False)
    basis = basis[:, singular > 1e-8 * singular.max()]
    return scores - basis @ (basis.T @ scores)


def _described(values: pd.Series) -> np.ndarray:
    if is_number(values):
        return _powers(values.rank(pct=True).fillna(0.5).to_numpy())
    return _dummies(pd.factorize(values)[0])


def _dummies(codes: np.ndarray) -> np.ndarray:
    return (codes[:, None] == np.unique(codes)[None, 1:]).astype(float)


def _powers(ranks: np.ndarray) -> np.ndarray:
    return (ranks[:, None] - 0.5) ** np.array([[1, 2, 3]])
