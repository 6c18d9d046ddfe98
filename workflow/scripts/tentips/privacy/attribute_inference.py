"""Attribute inference: what a model's output tells of a sensitive covariate of a person whose label is known.

An attacker learns from people whose covariate is known to tell it from the label and the model's output (Yeom et al. 2018,
arXiv:1709.01604, section 4). That the output tells something of it may be the biology of the label; what the model gives away of
those whom it learned from is how much more the output tells of them than of others. Both parts are attacked alike: a logistic
regression in cross-validation by units, learned from as many units of either.
"""

import numpy as np
import pandas as pd
from scipy import stats

from tentips.data.rows import Rows
from tentips.data.tidy import as_text
from tentips.privacy.membership_audit import Target
from tentips.privacy.small_cells import rare_values
from tentips.statistics.association import is_number
from tentips.statistics.comparison import holm
from tentips.statistics.intervals import resample_weights
from tentips.statistics.scores import weighted_scores

LABEL, OUTPUT, GAIN = "label", "label_and_output", "gain"
MEMBERS, OTHERS, DIFFERENCE = "members", "others", "difference"
COLUMNS = ["model", "covariate", "levels", "part", "known", "roc_auc", "low", "high", "p_adjusted", "units"]
FOLDS = 5
FEWEST = 10  # units of each level in each part
RESAMPLES = 300
CLIPPED = 1e-6


def attribute_inference(
    targets: list[Target],
    rows: Rows,
    covariates: pd.DataFrame,
    member: np.ndarray,
    smallest: int,
    confidence: float,
    seed: int,
) -> pd.DataFrame:
    """Return how well each covariate is inferred: for members, others, and the difference of what the output adds.

    `covariates` has a column for each sensitive covariate, in the order of `rows`; numbers are asked for as above their median or
    not, and levels of fewer than `smallest` or 10 units in a part are left out. `known` is what the attacker knows: label,
    label_and_output, or gain, the difference of both. `p_adjusted` is there for differences: one-sided, normal, with the spread of the
    resamples, and adjusted for all models and covariates (Holm 1979). Values are ROC AUC (mean of one level against the rest where there are
    several); a coin has 0.5.
    """
    records = []
    for covariate, values in covariates.items():
        levels, codes = _levels(values, rows.groups, member, max(smallest, FEWEST))
        if len(levels) < 2:
            continue
        kept = np.flatnonzero(codes >= 0)
        own, known, truth = rows.part(kept), member[kept], codes[kept]
        parts = {MEMBERS: known, OTHERS: ~known}
        label = _label(own)
        # The same folds, units and resamples for every model: that of a covariate which the label alone tells is one number.
        plans = {part: _Plan(own.groups, truth, inside, parts, seed) for part, inside in parts.items()}
        alone = {part: plan.scores(label) for part, plan in plans.items()}
        for target in targets:
            outputs = [_with_output(label, predicted[kept], own) for predicted in target.predictions]
            added = {
                part: np.mean([plan.scores(features) for features in outputs], axis=0) for part, plan in plans.items()
            }
            head = {"model": target.model, "covariate": covariate, "levels": len(levels)}
            records += _records(head, plans, alone, added, confidence)
    table = pd.DataFrame(records, columns=COLUMNS)
    judged = table["p_adjusted"].notna()
    table.loc[judged, "p_adjusted"] = holm(table.loc[judged, "p_adjusted"])
    return table


class _Plan:
    """How one part is attacked: folds by units, the units that each attack learns from, and resamples of units."""

    def __init__(self, groups: np.ndarray, truth: np.ndarray, inside: np.ndarray, parts: dict, seed: int):
        from sklearn.model_selection import StratifiedGroupKFold

        self.rows, self.truth, random = np.flatnonzero(inside), truth, np.random.default_rng(seed)
        own = groups[self.rows]
        self.units = len(np.unique(own))
        fewest = min(len(np.unique(groups[part])) for part in parts.values())
        most = fewest * (FOLDS - 1) // FOLDS
        folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
        self.folds = []
        for train, test in folds.split(own, truth[self.rows], own):
            learned = random.permutation(np.unique(own[train]))[:most]
            self.folds.append((self.rows[train[np.isin(own[train], learned)]], self.rows[test]))
        weights = resample_weights(own, RESAMPLES, seed)
        self.weights = np.zeros((RESAMPLES + 1, len(truth)))
        self.weights[:, self.rows] = np.vstack([np.ones(len(own)), weights])

    def scores(self, features: np.ndarray) -> np.ndarray:
        """Return the ROC AUC of the attack on the samples as they are, then in each resample: the mean over folds."""
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        levels, found = int(self.truth.max()) + 1, []
        for train, test in self.folds:
            attack = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
            attack.fit(features[train], self.truth[train])
            guessed = np.zeros((len(test), levels))
            guessed[:, attack[-1].classes_] = attack.predict_proba(features[test])
            found.append(weighted_scores("roc_auc", self.truth[test], guessed, self.weights[:, test]))
        return np.nanmean(found, axis=0)


def _records(head: dict, plans: dict[str, _Plan], alone: dict, added: dict, confidence: float) -> list[dict]:
    gains = {part: added[part] - alone[part] for part in plans}
    shown = [(part, known, values[part]) for part in plans for known, values in ((LABEL, alone), (OUTPUT, added))]
    shown += [(part, GAIN, gains[part]) for part in plans]
    shown.append((DIFFERENCE, GAIN, gains[MEMBERS] - gains[OTHERS]))
    tail, found = (1 - confidence) / 2, []
    for part, known, values in shown:
        low, high = np.nanquantile(values[1:], [tail, 1 - tail])
        units = plans[part].units if part in plans else sum(plan.units for plan in plans.values())
        spread = np.nanstd(values[1:], ddof=1)
        p_value = np.nan if part in plans else stats.norm.sf(values[0] / spread) if spread > 0 else 1.0
        row = {"part": part, "known": known, "roc_auc": values[0], "low": low, "high": high, "p_adjusted": p_value}
        row["units"] = units
        found.append(head | row)
    return found


def _levels(values: pd.Series, groups: np.ndarray, member: np.ndarray, smallest: int) -> tuple[list[str], np.ndarray]:
    """The levels that are asked for, and the number of each row's; -1 where it is missing or of a level that is left out."""
    values = values.reset_index(drop=True)
    if is_number(values) and values.nunique() > 2:
        values = (values > values.median()).where(values.notna())
    text, units = values.map(as_text).where(values.notna()), pd.Series(groups)
    rare = {each for part in (member, ~member) for each in _rare(text, units, part, smallest)}
    levels = sorted(set(text.dropna()) - rare)
    return levels, text.map({name: number for number, name in enumerate(levels)}).fillna(-1).to_numpy(dtype=int)


def _rare(text: pd.Series, units: pd.Series, part: np.ndarray, smallest: int) -> set[str]:
    return set(rare_values(text[part], units[part], smallest)) | (set(text.dropna()) - set(text[part].dropna()))


def _label(rows: Rows) -> np.ndarray:
    """The label as numbers: one of each class, or the value."""
    return np.eye(len(rows.classes))[rows.truth] if rows.classes else rows.truth[:, None].astype(float)


def _with_output(label: np.ndarray, predicted: np.ndarray, rows: Rows) -> np.ndarray:
    """Label, output, and their products: how well a row's own label is fitted tells more than the output alone."""
    if rows.classes:
        inner = np.clip(predicted[:, 1:], CLIPPED, 1 - CLIPPED)
        outputs = np.log(inner) - np.log1p(-inner)
    else:
        outputs = predicted[:, None]
    products = (outputs[:, :, None] * label[:, None, :]).reshape(len(label), -1)
    extra = [] if rows.classes else [np.square(predicted - rows.truth)[:, None]]
    return np.hstack([label, outputs, products, *extra])
