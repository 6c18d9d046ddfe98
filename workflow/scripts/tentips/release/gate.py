"""The gate: why a model must not be given away."""

from collections.abc import Callable, Sequence

from tentips.errors import StudyError, listed

# Their fitted state is training rows: whoever has the model has the rows.
STORES_ROWS = {"nearest_neighbours": "nearest neighbours", "svm": "support vectors"}


def reasons(
    study: dict,
    release: dict,
    scorecard: dict,
    parts: Sequence[str],
    sources: Sequence[dict],
    rare: Sequence[str],
    ledger_error: str | None,
) -> list[str]:
    """Return every reason against giving the model away, one line each; none where it may be given.

    `study` and `release` are those sections of the configuration, `parts` the models that the bundle would hold, `sources` those
    of provenance.json, `rare` the features with a category of so few units that it points at people, `ledger_error` what is
    wrong with the test ledger.
    """
    checks = {check["id"]: check for check in scorecard["checks"]}
    found = []
    if study["sensitive"] is None:
        found.append(
            "study.sensitive is not declared: nobody has said whether the data may leave. Set it to true or false."
        )
    stored = [STORES_ROWS[name] for name in parts if name in STORES_ROWS]
    if stored:
        found.append(
            f"the model stores training rows as they are ({listed(stored)}): whoever has it has them. Name another model in release.model."
        )
    if checks.get("membership", {}).get("status") == "fail":
        found.append(f"it can be recognised whom the model learned from: {checks['membership']['finding']}")
    if study["sensitive"] is not False and rare:
        found.append(
            f"the model holds by name categories of so few units that they point at people, in {listed(rare)}. Join rare categories before the study."
        )
    if scorecard["verdict"]["status"] == "cannot_say":
        found.append(f"the study cannot say how good the model is: {scorecard['verdict']['text']}")
    if ledger_error:
        found.append(f"the record of test openings is broken: {ledger_error}")
    if not release["licence"]:
        found.append("no licence is declared for the model: set release.licence (for instance CC-BY-4.0 or MIT).")
    unlicensed = [source["id"] for source in sources if not source["licence"]]
    if unlicensed:
        found.append(
            f"the data {listed(dict.fromkeys(unlicensed))} have no licence in config/datasets.tsv: nobody knows whether a model of them may be given away."
        )
    return found


def refuse(against: Sequence[str], anyway: str | None, say: Callable[[str], None]) -> dict | None:
    """Say each reason `against` giving the model away; raise StudyError where there is one, and none for doing so `anyway`.

    Returns what the bundle says of that, {"reason", "against"}; None where nothing stood against it.
    """
    for line in against:
        say(f"against it: {line}")
    if against and not anyway:
        raise StudyError(
            f"the model is not given away, for {len(against)} reason{'s' if len(against) > 1 else ''} (above); to do so all the same: "
            "snakemake release --config release_anyway='REASON'. The reason is written into the bundle."
        )
    return {"reason": anyway, "against": list(against)} if against else None
