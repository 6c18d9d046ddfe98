"""What should be done next, in one paragraph: the first thing that stands in the way, and what comes after it."""

import math

from tentips.checks.verdict import FEWEST_GROUPS, test_groups
from tentips.models.names import in_sentence
from tentips.reporting.documents.statements import evaluation_statements
from tentips.results import Results

# Failed checks in the order in which they must be mended: what makes every figure meaningless comes first.
MENDS = {
    "leakage": "Mend the leak first: the test part is not independent of the development part. Keep together what belongs together (data.group), or take copies out, and run the study again; until then no figure below holds for new data.",
    "hidden-groups": "Declare what the replicates share first (data.group) and run the study again: as long as they can stand on both sides of the split, the figures below are too good.",
    "duplicates": "Settle the contradicting labels first: twins with different labels mean that one of them is wrong, or that the features cannot tell. results/quality/twins.tsv names them for whoever labelled them.",
    "label-shuffle": "Find out first what the models have learned: shuffled labels score as if they meant something, or the real ones no better than shuffled ones. Look for samples that share a source, and for a preparation that knows the label.",
    "imbalance": "Choose another metric first: with classes this unequal, accuracy rewards a model that ignores the rare one. Set evaluation.metric to balanced_accuracy or average_precision and run the study again.",
    "equal-budget": "Give every model the same search first: as they were tuned, their scores cannot be compared. Raise tuning.minutes, or lower tuning.trials, and run the study again.",
    "test-opened-once": "Find samples that nobody has looked at: the test part was opened more than once, with changes between, and can no longer tell how the model does on new data. Report the study as exploratory until it is repeated on such samples.",
    "seed-spread": "Train with more seeds first (tuning.seeds): another seed could turn the claim round.",
    "label-batch": "Separate label and batch first: they go together, so that no model can show which of them it predicts. Measure samples of every class in every batch; no correction replaces that.",
    "confounder-only": "Rule the confounder out first: the label is predicted as well without any feature. Match or stratify the samples by it, or give it to every model, and ask again what the features add.",
}
NO_SIGNAL_FOUND = "Gather more independent samples, or measure fewer features: even a strong signal planted in this very data was not found, so that finding nothing says nothing about the question."
NOTHING_PREDICTS = "Ask whether the label can be told from these features at all: a strong planted signal was found, but no model beat the trivial predictor. Other measurements are likelier to help than other models or a longer search."
TOO_WEAK = "Gather more independent samples: no model beat the trivial predictor, and a study of this size would miss all but strong effects, so that a weaker one may be there."
NOT_TRIED = "Switch the planted signal on (controls.planted_signal) and run the study again: no model beat the trivial predictor, and only a planted signal tells whether this study could have found one."
TRIVIAL_UNKNOWN = "Gather more independent samples: the test part is too small to show whether any model predicts the label at all. Repeating the split (split.repeats) helps as far as the samples reach."
FEW_GROUPS = "Test on more independent groups first: {groups} in the test part are fewer than the {least} that an interval needs. Set split.repeats to 5 or more, so that more of them are tested, or gather more."
NO_INTERVAL = (
    "Gather more independent samples, or set split.repeats to 5 or more: the test part is too small for an interval."
)


def next_step(results: Results) -> str:
    """Return the paragraph. The first thing that applies decides; see the tests for the table of cases."""
    by_id = {check["id"]: check for check in results.scorecard["checks"]}

    def has(name: str, status: str) -> bool:
        return by_id.get(name, {}).get("status") == status

    failed = [name for name in MENDS if has(name, "fail")]
    if failed:
        text = MENDS[failed[0]]
        more = f" {len(failed) - 1} more failed {'check waits' if len(failed) == 2 else 'checks wait'} behind it: {', '.join(failed[1:])}."
        return text + (more if failed[1:] else "")
    if has("planted-signal", "fail"):
        return NO_SIGNAL_FOUND
    if has("leakage", "warn"):
        return f"Look at one feature first: {_first(by_id['leakage']['finding'])} Make sure that it was known before the label and is not made from it; take it out if not, and run the study again."
    if results.scorecard["verdict"]["status"] == "cannot_say":
        return _cannot_say(results, has)
    return f"{_model(results, has)} {_towards_use(results, has)}".strip()


def _cannot_say(results: Results, has) -> str:
    groups, row = test_groups(results), results.planned_comparison
    if has("beats-trivial", "fail"):
        return (
            NOTHING_PREDICTS
            if has("planted-signal", "pass")
            else TOO_WEAK
            if has("planted-signal", "warn")
            else NOT_TRIED
        )
    if groups < FEWEST_GROUPS:
        return FEW_GROUPS.format(groups=groups, least=FEWEST_GROUPS)
    return NO_INTERVAL if math.isnan(row["low"]) else TRIVIAL_UNKNOWN


def _model(results: Results, has) -> str:
    """Which model to go on with, and whether more samples could change that."""
    status, row, task = (
        results.scorecard["verdict"]["status"],
        results.planned_comparison,
        results.config["data"]["task"],
    )
    network, simpler = in_sentence(row["a"], task), in_sentence(row["b"], task)
    if has("beats-trivial", "warn"):
        return TRIVIAL_UNKNOWN
    if status == "better":
        smaller = (
            " Try the smaller network that the check start-small names; it does as well."
            if has("start-small", "warn")
            else ""
        )
        return f"Go on with the {network}.{smaller}"
    if status == "worse":
        return f"Use the simpler model ({simpler}); the network is worse."
    if has("learning-curve", "warn"):
        return f"Gather more samples before you decide between the models: the network's learning curve still rises, and its difference to the simpler model ({simpler}) is not certain either way. Until then use the simpler one."
    text = f"Use the simpler model ({simpler}): nothing shows that a network is worth its cost here"
    firm = has("learning-curve", "pass") and not has("sample-size", "warn") and not has("planted-signal", "warn")
    return (
        f"{text}, and its learning curve gives no reason to expect that more samples would change that."
        if firm
        else f"{text}."
    )


def _towards_use(results: Results, has) -> str:
    """What stands between this model and a claim about samples from elsewhere."""
    if has("beats-trivial", "warn"):
        return ""
    if has("published", "warn"):
        return "First find out why the figure lies outside the neighbourhood of the published one."
    if has("independent-holdout", "warn"):
        return "It does not hold for a batch or site that it has not seen: gather samples from more of them before you claim more than these."
    if has("sample-size", "warn") or has("planted-signal", "warn"):
        return "More independent samples would make the answer firmer; then validate it on samples from another source."
    before = " Calibrate its probabilities before anyone reads them as such." if _miscalibrated(results, has) else ""
    return f"It is ready for validation on samples from another source (another laboratory, season or cohort), which this study cannot replace.{before}"


def _miscalibrated(results: Results, has) -> bool:
    """Whether the recommended model is the one that the check calibration is about."""
    return has("calibration", "warn") and evaluation_statements.recommended(results) == results.planned_comparison["a"]


def _first(finding: str) -> str:
    """The finding without its advice."""
    return finding.split(". ")[0].rstrip(".") + "."
