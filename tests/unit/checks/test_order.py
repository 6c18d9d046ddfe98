"""The table of checks, and what follows from it: effects on the claim, verdict, and the limitation that every finding has."""

import itertools
import re
from pathlib import Path

import pytest

from tentips.checks import scorecard
from tentips.checks.before_training import before_training
from tentips.checks.order import BY_ID, CAPS, EFFECTS, ENTRIES, INFORMS, INVALIDATES, effect, with_effect
from tentips.checks.registry import FAIL, REGISTRY, WARN, Check
from tentips.imports import library_files
from tentips.paths import SCRIPTS


def test_every_registered_check_has_one_entry_and_entries_are_in_the_order_of_the_tips():
    assert set(scorecard.REGISTRY) <= set(BY_ID) and len(BY_ID) == len(ENTRIES)
    assert [entry.tip for entry in ENTRIES] == sorted(entry.tip for entry in ENTRIES)
    for entry in ENTRIES:
        assert {entry.fails, entry.warns} <= set(EFFECTS) and entry.reason, entry.id


def test_a_warning_never_does_more_than_a_failure():
    for entry in ENTRIES:
        assert EFFECTS.index(entry.fails) <= EFFECTS.index(entry.warns), entry.id
        assert entry.warns not in (INVALIDATES, CAPS), entry.id


@pytest.mark.parametrize(
    ("name", "status", "wanted"),
    [("leakage", "fail", INVALIDATES), ("label-batch", "fail", CAPS), ("provenance", "warn", INFORMS), ("leakage", "pass", None)],
)  # fmt: skip
def test_what_a_finding_does_to_the_claim(name, status, wanted):
    assert effect({"id": name, "status": status}) == wanted


def test_checks_are_found_by_what_they_do():
    checks = [{"id": name, "status": "fail"} for name in ("worth-it", "leakage", "equal-budget")]
    assert [check["id"] for check in with_effect(checks, INVALIDATES, CAPS)] == ["leakage", "equal-budget"]


@pytest.mark.parametrize("status", [WARN, FAIL])
def test_a_finding_without_its_limitation_cannot_be_made(status):
    with pytest.raises(ValueError, match="needs a limitation"):
        Check(status, "Something is wrong.")
    assert Check(status, "Something is wrong.", limitation="It was wrong").limitation == "It was wrong"


def test_what_is_judged_before_training_knows_nothing_of_the_reports_checks():
    files = {file.stem for file in library_files(SCRIPTS / "design.py")}
    assert {"data_checks", "quality_checks", "before_training"} <= files
    assert not files & {"control_checks", "performance_checks", "held_out_checks", "computation_checks", "scorecard"}


def test_checks_before_training_come_in_the_order_of_the_table(monkeypatch):
    for entry in ENTRIES:
        monkeypatch.setitem(REGISTRY, entry.id, lambda results: Check("pass", "Fine."))
    found = [each["id"] for each in before_training(None)]
    assert found == [entry.id for entry in ENTRIES if entry.before_training] and "leakage" not in found


def test_no_limitation_tells_an_author_which_key_to_set():
    folder = Path(scorecard.__file__).parent
    sources = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*_checks.py"))
    limitations = re.findall(r'^ +f?"([^"]+)",\n +\)', sources, re.MULTILINE)
    assert len(limitations) > 15
    for text in itertools.chain(limitations):
        assert not re.search(r"\b(data|split|tuning|models|evaluation|study|controls)\.[a-z_]+", text), text
