from types import SimpleNamespace

import pytest
from small import resolved

from tentips.reporting.documents.checklists import applicable as checklists
from tentips.reporting.documents.checklists import form
from tentips.reporting.documents.checklists.dome import DOME
from tentips.reporting.documents.checklists.form import Checklist, Item
from tentips.reporting.documents.checklists.reforms import REFORMS
from tentips.reporting.documents.checklists.tripod_ai import TRIPOD_AI
from tentips.reporting.documents.checklists.tripod_ai_items import TEXTS


def test_dome_has_the_21_fields_of_its_four_parts():
    assert [item.number for item in DOME.items] == [
        f"{part}.{number}" for part, count in ((1, 4), (2, 8), (3, 4), (4, 5)) for number in range(1, count + 1)
    ]


def test_reforms_has_32_items_in_8_modules():
    assert [len(members) for members in REFORMS.sections.values()] == [3, 5, 7, 3, 6, 3, 3, 2]
    assert [item.number for item in REFORMS.items] == [
        f"{module}{'abcdefg'[number]}"
        for module, count in enumerate([3, 5, 7, 3, 6, 3, 3, 2], 1)
        for number in range(count)
    ]


def test_tripod_ai_has_27_items_with_their_parts():
    numbers = [item.number for item in TRIPOD_AI.items]
    parts = {3: 3, 5: 2, 6: 3, 8: 3, 9: 3, 12: 7, 18: 6, 20: 3, 23: 2, 27: 3}
    wanted = [
        f"{item}{letter}" for item in range(1, 28) for letter in ("abcdefg"[: parts[item]] if item in parts else [""])
    ]
    assert numbers == wanted and len(numbers) == 52


def test_tripod_ai_asks_in_the_words_of_its_statement():
    asked = {item.number: item.question for item in TRIPOD_AI.items}
    assert asked == TEXTS
    assert asked["8c"] == "Report any actions to blind assessment of the outcome to be predicted"
    assert asked["27c"].endswith("with a specific view to applicability and generalisability of the model")
    assert all("  " not in text and not text.endswith(" ") for text in asked.values())
    assert "CC BY 4.0" in TRIPOD_AI.note


@pytest.mark.parametrize(("clinical", "names"), [(True, 3), (False, 2), (None, 2)])
def test_tripod_ai_applies_to_clinical_studies_only(clinical, names):
    assert len(checklists.applicable(SimpleNamespace(config=resolved(study={"clinical": clinical})))) == names


def small(*items):
    return Checklist("SMALL", "small", "Nobody (1999)", "A note.", {"1 Part": items})


def known():
    return SimpleNamespace(config=resolved(), provenance={"sources": [], "pretrained": []})


def test_every_item_is_answered_or_marked_for_the_author():
    filled = small(
        Item("1a", "What?", (lambda _: "This [@holm1979].",)),
        Item("1b", "Who?", (lambda _: "These <two>.", lambda _: ""), "the others."),
        Item("1c", "Why?", (), "why."),
        Item("1d", "When?", (lambda _: "",)),
    )
    text, page = form.markdown(filled, known()), form.section(filled, known())
    assert "Of 4 items 1 are answered from the run, 1 in part, and 2 are for the author to answer" in text
    assert "**1a What?**\n\nThis (Holm 1979).\n" in text
    assert "These \\<two>.\n\n_For the author: the others._" in text and "These &lt;two&gt;." in page
    assert "_For the author: why._" in text
    assert "**1d When?**\n\n_For the author: the run has nothing to say on this._" in text
    assert page.count("class='gap'") == text.count("_For the author") == 3


def test_a_checklist_that_no_longer_applies_is_removed(tmp_path, monkeypatch):
    monkeypatch.setattr(checklists.form, "markdown", lambda checklist, results: checklist.name)
    study = SimpleNamespace(config=resolved(study={"clinical": True}))
    checklists.write(study, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dome.md", "reforms.md", "tripod-ai.md"]
    study.config["study"]["clinical"] = False
    checklists.write(study, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dome.md", "reforms.md"]


@pytest.mark.parametrize("checklist", [DOME, REFORMS, TRIPOD_AI], ids=lambda each: each.slug)
def test_every_item_says_which_section_of_the_report_answers_it(checklist):
    places = [form.place(checklist, part, item) for part, items in checklist.sections.items() for item in items]
    assert set(places) <= set(form.PLACES)
    known = {item.number for item in checklist.items} | set(checklist.sections)
    assert set(checklist.shown) <= known
    if checklist is DOME:
        assert places[:4] == ["tip-4", "tip-7", "tip-7", "data-sheet"] and places[-5:] == ["models"] * 5


def test_the_sections_name_is_shown_beside_the_answer():
    filled = Checklist(
        "S", "s", "N", "A.", {"1 Part": (Item("1a", "What?", (lambda _: "This.",)),)}, {"1 Part": "tip-4"}
    )
    assert "This.\n\nIn the report: tip 4, Know your data.\n" in form.markdown(filled, known())
    assert '<a href="#tip-4">tip 4, Know your data</a>' in form.section(filled, known())
