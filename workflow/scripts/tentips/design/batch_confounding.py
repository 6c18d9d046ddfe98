"""One judgement of confounding by batch, made of everything that is known of it; the design page and the report both take it from here.

Before training two things are known: whether the label goes with a batch or site, and whether labels without any effect are found
because batches give them away. Afterwards three more are: whether the score falls for a batch that was left out, whether batches
alone predict the label as well as all features do, and whether the features carry the batch. What comes later can only add to it.
"""

from dataclasses import dataclass

from tentips.wording import series

PASS, WARN, FAIL = "pass", "warn", "fail"
FEWEST_SITES = 3  # that a split by site can divide


@dataclass(frozen=True)
class Evidence:
    """What is known: `associated` is the status of label-batch; the others are None where they were not tried."""

    associated: str | None = None
    carried: bool | None = None
    null_found: bool | None = None
    falls: bool | None = None
    alone: bool | None = None

    @property
    def goes_with_label(self) -> bool:
        """Whether the label is seen to go with a batch or site."""
        return self.associated in (WARN, FAIL)

    def status(self) -> str:
        """Return fail where what a model finds may be the batch, warn where a part of it may, else pass."""
        if self.associated == FAIL or self.null_found or self.alone or (self.goes_with_label and self.falls):
            return FAIL
        return WARN if self.goes_with_label or (self.carried and self.falls) else PASS

    def seen(self) -> list[str]:
        """Return what speaks for confounding, each as a clause."""
        clauses = {
            "the label goes with a batch or site": self.goes_with_label,
            "the features carry it": self.carried,
            "labels without any effect are found because of it": self.null_found,
            "the score falls where one is left out of training": self.falls,
            "the features add nothing that is seen to batch, site and time": self.alone,
        }
        return [clause for clause, holds in clauses.items() if holds]


def null_is_found(power: dict) -> bool:
    """Whether labels without any effect are found more often than intervals of this level should let them."""
    return power["null"]["low"] > power["null_allowed"]


def known_before(described: dict) -> Evidence:
    """Return what is known before training, of the content of design.json."""
    status = {each["id"]: each["status"] for each in described.get("findings", [])}
    power = described["power"]
    null = null_is_found(power) if power.get("batches", 1) > 1 else None
    separable = status.get("batch-separable", "skip")
    return Evidence(status.get("label-batch"), None if separable == "skip" else separable == WARN, null)


def what_to_do(described: dict) -> str:
    """Return advice on batches that can be followed in this study.

    Whole batches can be held out only where there are enough of them and each holds every class (or numbers that differ).
    """
    balance = "Measure samples of every class in every batch; no correction replaces that"
    if described.get("strategy") == "site":
        return f"{balance}."
    for batch in described.get("batches", []):
        levels = batch["levels"] or 0
        if levels >= FEWEST_SITES and batch.get("complete") == levels:
            keys = ["split.strategy: site", f"split.column: {batch['factor']}"]
            keys += [f"split.folds: {levels - 1}"] * (levels - 1 < described["folds"])
            return f"{balance}. With the samples that are there, hold each {batch['factor']} out as a whole ({series(keys)})."
    return f"{balance}."
