"""What a claim needs besides an interval: better is only worth something against strong rivals, worse only of a strong network."""

from tentips.statistics.smallest_difference import EQUIVALENT, INCONCLUSIVE, WORSE
from tentips.wording import as_value

LINEAR, NOT_LINEAR = ("logistic", "naive_bayes"), ("random_forest", "gradient_boosting", "nearest_neighbours", "svm")
SEEDS = 2  # of one alone nothing is known of the spread
FAIR = ("search-adequacy", "skewed-features")  # what a claim of "worse" or "no better" rests on
SHUFFLES = 19  # the fewest with which p can be 5 %


def needed_for_better(
    baselines: list[str],
    seeds: int,
    controls: dict,
    checks: list[dict],
    moved: dict | None = None,
    asked: dict | None = None,
) -> list[str]:
    """Return what a study would have to add before it may claim that a network is better, each with its key; nothing where it may.

    A weak study finds a network better because its rivals were weak: on data whose classes depend on a product of two features, a
    network beats logistic regression by .36 and loses to a random forest. `controls` is that section of the configuration as it was carried out,
    `asked` as it was asked for where that differs (`compute.minutes`), `moved` holds the thresholds that were changed after the test
    part was opened, as they were planned ({"checks.gap": 0.1}).
    """
    keys = {
        name: f"controls.{name}" if asked is None or asked[name] == value else "compute.minutes"
        for name, value in controls.items()
    }
    status = {check["id"]: check["status"] for check in checks}
    needs = {
        f"a linear model among the simpler ones (models.baselines: {LINEAR[0]})": any(each in LINEAR for each in baselines),
        f"one that is not linear (models.baselines: {NOT_LINEAR[0]})": any(each in NOT_LINEAR for each in baselines),
        f"{SEEDS} seeds or more (tuning.seeds)": seeds >= SEEDS,
        f"{SHUFFLES} label shuffles or more ({keys['label_shuffles']})": controls["label_shuffles"] >= SHUFFLES
        and status.get("label-shuffle") != "skip",
        f"a planted signal ({keys['planted_signal']})": controls["planted_signal"] and status.get("planted-signal") != "skip",
        "an equal search for every model (equal-budget)": status.get("equal-budget") != "skip",
    }  # fmt: skip
    weak = [what for what, there in needs.items() if not there]
    return weak + [f"the threshold that was planned ({key}: {as_value(value)})" for key, value in (moved or {}).items()]


def claimed(found: str, checks: list[dict]) -> str:
    """Return the status that the study may claim where its interval says `found`.

    A network that was not searched for well, or was given features on a scale that does not suit it, may be worse, or no better, for
    that reason alone.
    """
    return INCONCLUSIVE if found in (WORSE, EQUIVALENT) and unfair(checks) else found


def unfair(checks: list[dict]) -> list[str]:
    """Return the checks that say the network had no fair chance, by id."""
    return [check["id"] for check in checks if check["id"] in FAIR and check["status"] in ("warn", "fail")]
