"""What is said of the test part's openings."""

from types import SimpleNamespace

from tentips.checks import held_out_checks
from tentips.reporting.documents.statements.practice_statements import reproduction


def opened(**values):
    known = {"openings": 1, "first": "2026-03-01T09:30:12+00:00", "backwards": 0, "changed": [], "plan_changes": []}
    plan = {"registered": "2026-03-01T09:12:00+00:00", "changes_before_opening": []}
    return SimpleNamespace(opening=known | {"plan": plan} | values)


def test_plan_and_opening_of_one_day_are_told_apart_by_their_times():
    found = held_out_checks.test_opened_once(opened())
    assert found.status == "pass"
    assert (
        "once, on 2026-03-01 at 09:30 UTC; the plan was registered before, on 2026-03-01 at 09:12 UTC." in found.finding
    )
    again = held_out_checks.test_opened_once(opened(openings=2, changed=["config"]))
    assert again.status == "fail" and "2 times, first on 2026-03-01 at 09:30 UTC" in again.finding


def test_checksums_are_said_to_be_verified_only_where_they_are_declared():
    def told(*declared):
        return reproduction(SimpleNamespace(provenance={"sources": [{"sha256_declared": each} for each in declared]}))

    assert "from the sources, whose checksums are verified." in told("ab", "cd")
    assert "from the sources; of 2 sources 1 has a checksum that is verified." in told("ab", None)
    assert "from the sources; of 2 sources none has a checksum that is verified." in told(None, None)
