"""What was found, most urgent first: what it means for the answer and what to do about it.

Verdict, next step, advice and the line "what limits the answer" are all written from this one list, so that they cannot
contradict one another. Advice on more samples depends on one thing alone: whether a learning curve still rises.
"""

import math
from dataclasses import dataclass

from tentips.checks.verdict import FEWEST_GROUPS, FEWEST_SITES
from tentips.models.names import in_sentence
from tentips.statistics.smallest_difference import BETTER, CANNOT_SAY, EQUIVALENT, INCONCLUSIVE, WORSE
from tentips.wording import series

# Failed checks in the order in which they must be mended: what makes every figure meaningless comes first.
MENDS = {
    "leakage": (
        "Mend the leak first: the test part is not independent of the development part. Keep together what "
        "belongs together (data.group), or take copies out, and run the study again; until then no figure "
        "below holds for new data."
    ),
    "hidden-groups": "Declare what the replicates share first (data.group) and run the study again: as long as they can be on both sides of the split, the figures below are too good.",
    "duplicates": (
        "Settle the contradicting labels first: twins with different labels mean that one of them is wrong, or "
        "that the features cannot tell. results/quality/twins.tsv names them for whoever labelled them."
    ),
    "label-shuffle": (
        "Find out first what the models have learned: shuffled labels score as if they meant something, or the "
        "real ones no better than shuffled ones. Look for samples that share a source, and for a preparation "
        "that knows the label."
    ),
    "imbalance": (
        "Choose another metric first: with classes this unequal, accuracy rewards a model that ignores the "
        "rare one. Set evaluation.metric to balanced_accuracy or average_precision and run the study again."
    ),
    "equal-budget": "Give every model the same search first: as they were tuned, their scores cannot be compared. Raise tuning.minutes, or lower tuning.trials, and run the study again.",
    "test-opened-once": (
        "Find samples that nobody has looked at: the test part was opened more than once, with changes "
        "between, and can no longer tell how the model does on new data. Report the study as exploratory until "
        "it is repeated on such samples."
    ),
    "seed-spread": "Train with more seeds first (tuning.seeds): another seed could turn the claim round.",
    "label-batch": "Separate label and batch first: they go together, so that no model can show which of them it predicts. Measure samples of every class in every batch; no correction replaces that.",
    "batch-confounding": (
        "Separate label and batch first: what the models find may be the batch. Measure samples of every class in every batch, or hold "
        "whole batches out where each holds every class."
    ),
    "confounder-only": (
        "Rule the confounder out first: the label is predicted as well without any feature. Match or stratify "
        "the samples by it, or give it to every model, and ask again what the features add."
    ),
}
NO_SIGNAL_FOUND = "Gather more independent samples, or measure fewer features: even a strong signal planted in this very data was not found, so that finding nothing says nothing about the question."
NOTHING_PREDICTS = (
    "Ask whether the label can be told from these features at all: a strong planted signal was found, but no "
    "model beat the trivial predictor. Other measurements are likelier to help than other models or a longer "
    "search."
)
TOO_WEAK = "Gather more independent samples: no model beat the trivial predictor, and a study of this size would miss all but strong effects, so that a weaker one may be there."
NOT_TRIED = (
    "Switch the planted signal on (controls.planted_signal) and run the study again: no model beat the trivial "
    "predictor, and only a planted signal tells whether this study could have found one."
)
OTHERS_PREDICT = (
    "Test on more independent samples: the model that comes first by what the development part says was not shown to beat the "
    "trivial predictor, though others were. Set split.repeats to 5 or more, so that more of the samples are tested, or gather more."
)
TRIVIAL_UNKNOWN = (
    "Gather more independent samples: the test part is too small to show whether any model predicts the label "
    "at all. Repeating the split (split.repeats) helps as far as the samples reach."
)
FEW_GROUPS = (
    "Test on more independent groups first: {groups} in the test part are fewer than the {least} that an "
    "interval needs. Set split.repeats to 5 or more, so that more of them are tested, or gather more."
)
FEW_SITES = (
    "Test on more whole sites first: {sites} in the test part are fewer than the {least} from which anything can be said of sites "
    "that were not studied. Gather more sites, or set split.repeats to 5 or more, so that more of them are tested."
)
NO_INTERVAL = (
    "Gather more independent samples, or set split.repeats to 5 or more: the test part is too small for an interval."
)


@dataclass(frozen=True)
class Facts:
    """What the list is made from: the checks by id, the verdict's status, the judged model, and the planned comparison.

    `outcome` is what the comparison's interval says by itself, `needed` what a claim of a better network would need besides,
    `predicting` the models that beat the trivial predictor, `sites` how many whole sites were tested (None where others were), `labels` how
    many labels of these samples are studied.
    """

    checks: dict[str, dict]
    status: str
    model: str
    network: str
    low: float
    groups: int
    smallest: float
    room: float | None
    task: str
    outcome: str = INCONCLUSIVE
    needed: tuple[str, ...] = ()
    predicting: tuple[str, ...] = ()
    sites: int | None = None
    labels: int = 1

    def has(self, name: str, status: str) -> bool:
        """Whether a check has that status."""
        return self.checks.get(name, {}).get("status") == status

    @property
    def ceiling(self) -> bool:
        """Whether the simpler model leaves less room than the smallest difference that matters."""
        return self.room is not None and self.room < self.smallest


@dataclass(frozen=True)
class Finding:
    """One finding: its id, what it means for the answer, what to do, and whether nothing else matters before it is settled."""

    id: str
    limits: str
    step: str
    first: bool = False


def findings(facts: Facts) -> list[Finding]:
    """Return all findings, the most urgent first."""
    return [*_obstacles(facts), _decision(facts), *_towards_use(facts)]


def next_step(found: list[Finding]) -> str:
    """Return the paragraph of what to do next: the first obstacle alone, else the decision and what comes before use."""
    obstacles = [each for each in found if each.first]
    if not obstacles:
        return " ".join(each.step for each in found if each.step)
    failed = [each.id for each in obstacles if each.id in MENDS and each.step == MENDS[each.id]]
    text = obstacles[0].step
    if len(failed) > 1:
        waits = "check waits" if len(failed) == 2 else "checks wait"
        text += f" {len(failed) - 1} more failed {waits} behind it: {', '.join(failed[1:])}."
    return text


def limit(found: list[Finding]) -> str:
    """Return what limits the answer most, in one sentence."""
    return next(each.limits for each in found if each.limits)


def _obstacles(facts: Facts) -> list[Finding]:
    """What has to be settled before the comparison means anything."""
    found = [
        Finding(name, _limitation(facts, name), text, True) for name, text in MENDS.items() if facts.has(name, "fail")
    ]
    if facts.has("planted-signal", "fail"):
        found.append(Finding("planted-signal", _limitation(facts, "planted-signal"), NO_SIGNAL_FOUND, True))
    if facts.has("leakage", "warn") and facts.checks["leakage"].get("evidence") != "split":
        step = (
            f"Look at one feature first: {_first(facts.checks['leakage']['finding'])} Make sure that it was "
            "known before the label and is not made from it; take it out if not, and run the study again."
        )
        found.append(Finding("leakage", _limitation(facts, "leakage"), step, True))
    if facts.has("beats-trivial", "fail"):
        signal = facts.checks.get("planted-signal", {}).get("status")
        step = {"pass": NOTHING_PREDICTS, "warn": TOO_WEAK}.get(signal, NOT_TRIED)
        step = OTHERS_PREDICT if facts.predicting else step
        found.append(Finding("beats-trivial", _limitation(facts, "beats-trivial"), step, True))
    if facts.groups < FEWEST_GROUPS:
        step = FEW_GROUPS.format(groups=facts.groups, least=FEWEST_GROUPS)
        found.append(Finding("groups", f"Only {facts.groups} independent groups were tested.", step, True))
    elif facts.sites is not None and facts.sites < FEWEST_SITES:
        step = FEW_SITES.format(sites=facts.sites, least=FEWEST_SITES)
        found.append(
            Finding(
                "sites", f"Only {facts.sites} whole sites were tested; the result holds for these only.", step, True
            )
        )
    elif math.isnan(facts.low):
        found.append(Finding("interval", "The test part is too small for an interval.", NO_INTERVAL, True))
    if facts.has("beats-trivial", "warn"):
        found.append(Finding("beats-trivial", _limitation(facts, "beats-trivial"), TRIVIAL_UNKNOWN, True))
    if facts.status == CANNOT_SAY and not found and facts.needed:
        step = f"Give the network stronger rivals and controls first, and run the study again: {series(facts.needed)}."
        limits = f"The interval favours the network, but the study was not made for that claim: it needs {series(facts.needed)}."
        found.append(Finding("claim", limits, step, True))
    if facts.status == CANNOT_SAY and not found:
        step = "Mend the checks that fail first; until then the comparison decides nothing."
        found.append(Finding("failed", "A check fails on which the comparison rests.", step, True))
    return found


def _decision(facts: Facts) -> Finding:
    """Which model to go on with, and what keeps the comparison open."""
    model, least = in_sentence(facts.model, facts.task), f"{facts.smallest:g}"
    if facts.status == BETTER:
        smaller = (
            " Try the smaller network that the check start-small names; it does as well."
            if facts.has("start-small", "warn")
            else ""
        )
        return Finding(
            "decision",
            _one_of_labels(facts),
            f"{_over_labels(facts)} with the {in_sentence(facts.network, facts.task)}.{smaller}",
        )
    if facts.status == WORSE:
        return Finding("decision", "", f"Use the {model}; the network is worse.")
    if facts.status == EQUIVALENT:
        return Finding(
            "decision", _no_room(facts), f"Use the {model}: the network is as good, within ±{least}, and costs more."
        )
    use = f"Use the {model}: no advantage of the network was shown."
    if facts.outcome in (WORSE, EQUIVALENT):
        searched = not (facts.has("search-adequacy", "warn") or facts.has("search-adequacy", "fail"))
        if searched and facts.has("skewed-features", "warn"):
            step = (
                f"{use} Give it features on a scale that suits it before you rule networks out (preprocess.transform)."
            )
            return Finding("skewed-features", _limitation(facts, "skewed-features"), step)
        step = f"{use} Search longer before you rule networks out: {_first(facts.checks['search-adequacy']['finding'])}"
        return Finding("search-adequacy", _limitation(facts, "search-adequacy"), step)
    if facts.ceiling:
        return Finding(
            "ceiling",
            _no_room(facts),
            f"{use} Only samples on which the simpler model errs more, such as those from elsewhere, could tell the two apart.",
        )
    width = f"The interval of the difference reaches beyond ±{least}, the smallest difference that matters."
    if facts.has("learning-curve", "warn"):
        return Finding(
            "precision", width, f"{use} Gather more samples before you decide for good: a learning curve still rises."
        )
    return Finding(
        "precision",
        width,
        f"{use} Only more tested samples would settle whether it has one (split.repeats tests more of those that are there).",
    )


def _one_of_labels(facts: Facts) -> str:
    """What it means for a better network that other labels are studied, too; nothing where none is."""
    if facts.labels == 1:
        return ""
    return f"This is one of {facts.labels} labels: a network that is better for one of them may be so by chance."


def _over_labels(facts: Facts) -> str:
    if facts.labels == 1:
        return "Go on"
    return f"See first whether that holds over all {facts.labels} labels (results/labels/labels.html), and if so, go on"


def _no_room(facts: Facts) -> str:
    """What a ceiling means for the answer; nothing where there is none."""
    if not facts.ceiling:
        return ""
    return f"The best simpler model leaves only {facts.room:.3f} to a faultless score, so that no network could be better by {facts.smallest:g} on these samples."


def _towards_use(facts: Facts) -> list[Finding]:
    """What is missing between this model and a claim about samples from elsewhere."""
    same = "All samples come from one source; how the model does elsewhere is not known."
    found = []
    if facts.has("calibration", "warn") or facts.has("calibration", "fail"):
        found.append(
            Finding(
                "calibration",
                _limitation(facts, "calibration"),
                "Calibrate its probabilities before anyone reads them as such.",
            )
        )
    if facts.has("published", "warn"):
        step = "First find out why the figure lies outside the neighbourhood of the published one."
        return [*found, Finding("published", _limitation(facts, "published"), step)]
    if facts.has("independent-holdout", "warn"):
        step = "It does not hold for a batch or site that it has not seen: gather samples from more of them before you claim more than these."
        return [*found, Finding("independent-holdout", _limitation(facts, "independent-holdout"), step)]
    if facts.has("sample-size", "warn") or facts.has("planted-signal", "warn"):
        more = "improve the models" if facts.has("learning-curve", "warn") else "make intervals narrower"
        step = f"More independent samples would {more}; then validate the {in_sentence(facts.model, facts.task)} on samples from another source."
        name = "sample-size" if facts.has("sample-size", "warn") else "planted-signal"
        return [*found, Finding(name, _limitation(facts, name), step)]
    step = f"Then validate the {in_sentence(facts.model, facts.task)} on samples from another source (another laboratory, season or cohort), which this study cannot replace."
    return [*found, Finding("source", same, step)]


def _limitation(facts: Facts, name: str) -> str:
    finding = facts.checks[name].get("limitation") or facts.checks[name]["finding"]
    return finding if finding.endswith(".") else f"{finding}."


def _first(finding: str) -> str:
    """The finding without its advice."""
    return finding.split(". ")[0].rstrip(".") + "."
