"""The gate gives each reason in a line, and none where a model may be given away."""

import pytest

from tentips.errors import StudyError
from tentips.release.gate import reasons, refuse

GOOD = {
    "study": {"sensitive": False},
    "release": {"licence": "MIT"},
    "scorecard": {
        "verdict": {"status": "worse", "text": "-"},
        "checks": [{"id": "membership", "status": "warn", "finding": "-"}],
    },
    "parts": ["logistic"],
    "sources": [{"id": "data", "licence": "CC0-1.0"}],
    "rare": ["city"],
    "ledger_error": None,
}


def test_nothing_stands_against_a_model_of_open_data():
    assert reasons(**GOOD) == []


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        ({"study": {"sensitive": None}, "rare": []}, "study.sensitive is not declared"),
        ({"study": {"sensitive": True}}, "so few units that they point at people, in city"),
        ({"parts": ["logistic", "svm"]}, "stores training rows as they are (support vectors)"),
        ({"parts": ["nearest_neighbours"]}, "(nearest neighbours)"),
        (
            {
                "scorecard": {
                    **GOOD["scorecard"],
                    "checks": [{"id": "membership", "status": "fail", "finding": "40 % are recognised."}],
                }
            },
            "it can be recognised whom the model learned from: 40 % are recognised.",
        ),
        (
            {"scorecard": {"verdict": {"status": "cannot_say", "text": "Too few."}, "checks": []}},
            "cannot say how good the model is: Too few.",
        ),
        ({"ledger_error": "line 2 was changed"}, "record of test openings is broken: line 2"),
        ({"release": {"licence": None}}, "set release.licence"),
        ({"sources": [{"id": "sheet", "licence": ""}]}, "the data sheet have no licence"),
    ],
)
def test_each_fault_is_one_line(changed, line):
    found = reasons(**{**GOOD, **changed})
    assert len(found) == 1 and line in found[0] and "\n" not in found[0]


def test_a_model_is_refused_unless_somebody_says_why_not():
    said = []
    told = refuse(["no licence"], "asked by the owner", said.append)
    assert told == {"reason": "asked by the owner", "against": ["no licence"]}
    assert refuse([], None, said.append) is None
    assert said == ["against it: no licence"]
    with pytest.raises(StudyError, match=r"not given away, for 2 reasons \(above\)"):
        refuse(["a", "b"], None, said.append)
