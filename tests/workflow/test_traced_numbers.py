"""The finished example study: every number of its report is found in its tables, and no passed check says that it failed."""

import pytest
from traced import FAILS, NUMBER, first_part, known_to, passed_but_failing, texts_of, untraced, untraced_of

pytestmark = pytest.mark.slow


def test_every_number_of_the_report_comes_from_a_table(study):
    results = study / "results"
    assert len(NUMBER.findall(first_part(results))) > 20 and len(texts_of(results)) > 60
    assert untraced_of(results) == {}


def test_no_passed_check_says_that_it_failed(study):
    assert passed_but_failing(study / "results") == {}
    assert FAILS.search("7.1 for each of 6 features, fewer than the 10 that the rule asks for")


@pytest.mark.parametrize(
    "sentence", ["ROC AUC 0.8317 here", "a p of 0.23456", "right for 4,321 of them", "in 17.31% of"]
)
def test_a_number_that_no_table_holds_is_found(study, sentence):
    assert len(untraced(sentence, known_to(study / "results"))) == 1
