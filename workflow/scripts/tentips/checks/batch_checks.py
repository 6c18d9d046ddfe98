"""The check that judges confounding by batch once, of all that other checks and controls saw of it (tip 9)."""

import dataclasses

from tentips.checks.control_checks import independent_holdout
from tentips.checks.data_checks import batch_separable, label_batch
from tentips.checks.recommended import judged
from tentips.checks.registry import PASS, SKIP, WARN, Check, check
from tentips.design.batch_confounding import Evidence, known_before, what_to_do
from tentips.results import Results, only
from tentips.wording import series

BATCHES = "batch, site and time"  # as the control of confounders calls them


@check("batch-confounding")
def batch_confounding(results: Results) -> Check:
    """Ask whether what models find may be the batch: label, features, planted null, batches left out, and batches alone together."""
    evidence = _evidence(results)
    if all(value in (None, SKIP) for value in dataclasses.astuple(evidence)):
        return Check(SKIP, "No batch or site with two values is declared.")
    status, seen = evidence.status(), series(evidence.seen())
    if status == PASS:
        also = f"; {seen}, which does no harm by itself" if seen else ""
        return Check(
            PASS, f"Nothing shows that models find the batch instead of the label{also}.", len(evidence.seen()), 0
        )
    part = "part of " if status == WARN else ""
    return Check(
        status,
        f"{_sentence(seen)}: {part}what models find may be the batch. {what_to_do(results.design)}",
        len(evidence.seen()),
        0,
        "confounders",
        f"{_sentence(seen)}, so that {part}what the models find may be the batch",
    )


def _evidence(results: Results) -> Evidence:
    """What was known before training, and what the controls add."""
    before = known_before(results.design | {"findings": []})
    separable, held_out = batch_separable(results).status, independent_holdout(results).status
    alone = only(results.confounders, model=judged(results), source=BATCHES)
    return dataclasses.replace(
        before,
        associated=label_batch(results).status,
        carried=None if separable == SKIP else separable == WARN,
        falls=None if held_out == SKIP else held_out == WARN,
        alone=_nothing_added(alone),
    )


def _nothing_added(table) -> bool | None:
    """Whether batches alone predict the label and the features add nothing that is seen; None where it was not tried."""
    if not len(table):
        return None
    above = table["chance"].isna() | (table["low"] > table["chance"])
    return bool((above & ~(table["added_low"] > 0)).any())


def _sentence(clauses: str) -> str:
    return clauses[0].upper() + clauses[1:]
