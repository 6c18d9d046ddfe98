"""The studies of several labels beside one another: what each found, and what is left of it over all of them.

Each label is a question of its own, and with many questions one may be answered by chance. The p-values of one kind of question are
adjusted for the number of labels by Holm (1979); what a study found is kept where its adjusted p-value is below its level.
"""

from collections.abc import Mapping

import pandas as pd

from tentips.checks import recommended
from tentips.checks.order import INVALIDATES, with_effect
from tentips.checks.registry import FAIL, WARN
from tentips.results import Results, only
from tentips.statistics.comparison import holm
from tentips.statistics.smallest_difference import BETTER, INCONCLUSIVE, WORSE
from tentips.study.config import MULTITASK, metric_name

YES, NOT_SHOWN, NOT_KNOWN = "yes", "not shown", "not known"
# The questions that each study asks, and the family of comparisons that answers it.
QUESTIONS = {"trivial": "trivial", "network": "verdict", "gain": "labels"}
OF_A_COMPARISON = ("difference", "low", "high", "p_value")


def label_family(studies: Mapping[str, Results]) -> pd.DataFrame:
    """Return one row for each label, whose finished study is given.

    `value`, `low` and `high` are the score of the judged model, of a network that of its seeds together. For each of `QUESTIONS` (the judged
    model less the trivial predictor; best network less best simpler model; the network that learns other labels less the same one without)
    there are QUESTION_difference, _low, _high, _p_value and _p_adjusted; NaN where it was not asked. `predicted` (yes, not shown, not known)
    and `verdict` are what holds over all labels, `own_verdict` what the study says by itself. An equivalence rests on its interval, which is
    not adjusted. `learned_elsewhere` is how many of the held-out samples another label's study learns from.
    """
    learned = learned_elsewhere(studies)
    table = pd.DataFrame(
        [{"label": label, **_found(results), "learned_elsewhere": learned[label]} for label, results in studies.items()]
    )
    for question in QUESTIONS:
        table[f"{question}_p_adjusted"] = holm(table[f"{question}_p_value"])
    level = 1 - table["confidence"]
    shown = (table["trivial_difference"] > 0) & (table["trivial_p_adjusted"] < level)
    known = table["trivial_p_adjusted"].notna() & ~table["invalid"]
    table["predicted"] = shown.map({True: YES, False: NOT_SHOWN}).where(known, NOT_KNOWN)
    by_chance = table["own_verdict"].isin([BETTER, WORSE]) & ~(table["network_p_adjusted"] < level)
    table["verdict"] = table["own_verdict"].mask(by_chance, INCONCLUSIVE)
    return table


def learned_elsewhere(studies: Mapping[str, Results]) -> dict[str, int]:
    """Return for each label how many of its held-out samples the study of another label learns from, in the same repeat."""
    keys = {
        label: {
            held: set(zip(part["sample"], part["repeat"], strict=True))
            for held, part in results.split.groupby(results.split["role"] != "train")
        }
        for label, results in studies.items()
    }
    found = {}
    for label in keys:
        others = set().union(*(keys[other].get(False, set()) for other in keys if other != label))
        found[label] = len({sample for sample, _ in keys[label].get(True, set()) & others})
    return found


def _found(results: Results) -> dict:
    """What one study says of its label."""
    config, card = results.config, results.scorecard
    judged, metric = recommended.judged(results), metric_name(results.config)
    used = recommended.as_used(results, judged)
    score = only(results.evaluated("combined_metrics"), model=used, metric=metric).iloc[0]
    checks = pd.Series([each["status"] for each in card["checks"]])
    comparisons, planned = results.evaluated("combined_comparisons"), results.planned_comparison
    found = {
        "task": config["data"]["task"],
        "metric": metric,
        "confidence": config["evaluation"]["confidence"],
        "samples": len(results.samples),
        "tested": int(score["n"]),
        "model": judged,
        **{key: float(score[key]) for key in ("value", "low", "high")},
        "network": planned["a"],
        "simpler": planned["b"],
        "own_verdict": card["verdict"]["status"],
        "failed": int((checks == FAIL).sum()),
        "warned": int((checks == WARN).sum()),
        "invalid": bool(with_effect(card["checks"], INVALIDATES)),
    }
    asked = {"trivial": {"a": judged}, "network": {}, "gain": {"a": MULTITASK}}
    for question, family in QUESTIONS.items():
        row = only(comparisons, family=family, **asked[question])
        found |= {f"{question}_{key}": float(row[key].iloc[0]) if len(row) else float("nan") for key in OF_A_COMPARISON}
    return found
