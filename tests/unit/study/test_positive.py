"""The class of interest: what the configuration writes and what the table holds."""

import pytest

from tentips.study.positive import positive_class, unknown_positive


@pytest.mark.parametrize(
    ("classes", "positive", "meant"),
    [
        (["FALSE", "TRUE"], True, "TRUE"),
        (["FALSE", "TRUE"], False, "FALSE"),
        (["Yes", "No"], True, "Yes"),
        (["False", "True"], True, "True"),
        (["on", "true"], True, None),  # two words for it: nobody knows which
        (["0", "1"], True, None),
        (["0", "1"], 1, "1"),
        (["0.0", "1.0"], 1, "1.0"),
        (["1", "1.0"], 1, "1"),
        (["case", "control"], "case", "case"),
        (["case", "control"], "Case", None),
        (["TRUE", "FALSE"], "true", None),
        ([], True, None),
    ],
)
def test_positive_class(classes, positive, meant):
    assert positive_class(classes, positive) == meant


def test_a_class_that_is_not_there_is_answered_with_the_close_one():
    line = unknown_positive({"positive": "cse", "label": "state"}, ["case", "control"])
    assert line.startswith("data.positive is 'cse', but label 'state' holds case, control (in YAML")
    assert line.endswith("did you mean 'case'?")
    assert unknown_positive({"positive": "x", "label": "s"}, ["a"]).endswith("correct one of them.")
