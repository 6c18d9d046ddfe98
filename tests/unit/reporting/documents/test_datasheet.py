from types import SimpleNamespace

import pandas as pd
import pytest
from small import resolved

from tentips.reporting.documents import datasheet


@pytest.fixture
def results():
    return SimpleNamespace(
        config=resolved(
            study={"unit": "bird", "datasheet": {"purpose": "To <learn>.", "population": "All birds of one bay."}},
            data={"group": "nest"},
        ),
        provenance={
            "samples": 38,
            "features": 2,
            "inputs": "2 features",
            "groups": 20,
            "roles": [
                {"column": "id", "roles": ["id"], "values": 38, "missing": 0},
                {"column": "nest", "roles": ["group", "batch"], "values": 20, "missing": 0},
            ],
            "exclusions": [{"what": "samples", "before": 40, "left_out": 2, "after": 38, "reason": "no label"}],
            "code": {"commit": None, "changed_files": None},
            "sources": [
                {"id": "a", "source": "a.csv", "obtained": None, "licence": "CC0-1.0", "version": None}
                | {"citation": None, "sha256": "0f" * 32}
            ],
        },
        samples=pd.DataFrame({"label": ["f"] * 20 + ["m"] * 18}),
        split=pd.DataFrame({"repeat": 1, "role": ["train"] * 30 + ["test"] * 8}),
        exploration={
            "missingness": pd.DataFrame({"feature": ["x", "y"], "missing": [0, 3], "share": [0.0, 0.1], "n": [30, 30]})
        },
        scorecard={
            "checks": [
                {"id": "leakage", "status": "pass", "finding": "None."},
                {"id": "label-batch", "status": "fail", "finding": "Label goes with batch."},
            ]
        },
        classes=["f", "m"],
    )


def answers(results):
    return {entry.question.split("?")[0]: entry for members in datasheet.entries(results).values() for entry in members}


def test_groups_are_those_of_the_paper(results):
    assert list(datasheet.entries(results)) == [
        "Motivation",
        "Composition",
        "Collection process",
        "Preprocessing, cleaning, labelling",
        "Uses",
        "Distribution",
        "Maintenance",
    ]


def test_every_key_of_the_schema_is_asked_once(results):
    keys = [entry.key for entry in answers(results).values() if entry.key]
    assert sorted(keys) == sorted(results.config["study"]["datasheet"])


def test_what_the_run_knows_is_filled_in(results):
    found = answers(results)
    assert found["How many instances are there in total (of each type)"].answer == (
        "38 samples in 20 independent groups: f 20, m 18. 2 of 40 were left out: no label."
    )
    assert (
        found["What data does each instance consist of"].answer
        == "2 features; besides, the columns nest (group, batch)."
    )
    assert "1 of 2 features have missing values" in found["Is any information missing from individual instances"].answer
    assert "30 samples for development, 8 held out" in found["Are there recommended data splits"].answer
    redundancy = found["Are there any errors, sources of noise, or redundancies in the dataset"]
    assert redundancy.answer == "Label goes with batch."
    assert found["Was the data obtained directly, or via third parties"].answer == "a: from a.csv, date not known."


def test_what_is_stated_comes_first_and_what_is_not_stays_visible(results):
    found = answers(results)
    sample = next(entry for question, entry in found.items() if question.startswith("Does the dataset contain all"))
    assert sample.answers == ["All birds of one bay.", "The study's design is not declared (study.design)."]
    assert sample.gap is None
    assert found["Who funded the creation of the dataset"].gap == "Not stated; add study.datasheet.funding"


def test_page_and_markdown_hold_the_same_gaps(results):
    page, text = datasheet.section(results), datasheet.markdown(results)
    gaps = [entry.gap for entry in answers(results).values() if entry.gap]
    assert len(gaps) == 16
    for gap in gaps:
        assert page.count(gap) == text.count(f"_{gap}_") == 1
    assert "To &lt;learn&gt;." in page and "To \\<learn>." in text
    assert f"16 of its {len(answers(results))} questions wait" in text
