"""The page of several labels says what the table holds: how many labels, which, and what is lost over all of them."""

import numpy as np
import pytest
from label_table import table

from tentips.reporting.pages import labels_page


def test_the_answer_counts_and_names_labels_and_says_what_may_be_chance():
    told = labels_page.answer(table())
    assert "2 of 3 labels can be predicted (sex and weight)." in told
    assert "A neural network is better for 1 of 3 labels (sex)." in told
    assert (
        "the study says more of relapse (the MLP network better, adjusted p = 0.060); over 3 labels that may be chance"
        in told
    )
    assert 'class="verdict better"' in told


@pytest.mark.parametrize(
    ("predicted", "words"),
    [
        ("yes", "All 3 labels can be predicted (sex, relapse and weight)."),
        ("not shown", "None of 3 labels is shown to be predictable."),
    ],
)
def test_all_and_none_are_called_so(predicted, words):
    told = labels_page.answer(table(predicted=predicted, verdict="cannot_say", own_verdict="cannot_say"))
    assert words in told and "better for none of 3 labels.<" in told and 'class="verdict cannot_say"' in told
    assert "What each study says by itself holds over all labels, too." in told


def test_what_is_not_known_is_not_told_as_if_it_were_found():
    unknown = table(predicted=["yes", "not known", "not known"], verdict=["inconclusive", "cannot_say", "cannot_say"])
    told = labels_page.answer(unknown)
    assert "1 of 3 labels can be predicted (sex).</strong> It is not known for relapse and weight." in told
    assert (
        "is shown to be better for none of 3 labels.</strong> The study cannot say so for relapse and weight." in told
    )
    nothing = labels_page.answer(table(predicted="not known", verdict="cannot_say"))
    assert (
        "None of 3 labels is shown to be predictable.</strong> It is not known for sex, relapse and weight." in nothing
    )
    gains = labels_page.gains(table(gain_p_adjusted=[np.nan, np.nan, 0.5]))
    assert (
        "is shown to have helped, more than by chance, for none of 3 labels. It is not known for sex and relapse."
        in gains
    )
    assert "known" not in labels_page.answer(table()) + labels_page.gains(table())


def test_learning_together_is_told_where_a_study_asked():
    told = labels_page.gains(table(gain_difference=[0.05, 0.04, np.nan], gain_p_adjusted=[0.002, 0.06, np.nan]))
    assert "helped, more than by chance, for 1 of 2 labels (sex)." in told and "weight" not in told
    assert "No network learned several labels at once" in labels_page.gains(table(gain_difference=np.nan))


def test_studies_are_linked_and_samples_that_another_learns_from_are_told():
    told = labels_page.studies(table())
    assert (
        '<a href="../../labels/relapse/results/report/report.html">relapse</a>: 80 samples that have the label, 20 held out; 1 check failed and 1 check warned'
        in told
    )
    assert "0 held out; 2 checks warned" in told and "29 held out; no check failed or warned" in told
    assert "No sample that one of them holds out is learned from by another." in told
    leaking = labels_page.studies(table(learned_elsewhere=[0, 7, 2]))
    assert "Held-out samples that the study of another label learns from: 7 of relapse and 2 of weight." in leaking
    assert "No sample" not in leaking


def test_names_are_written_as_text():
    told = labels_page.answer(table(label=["<b>", "a", "c"])) + labels_page.studies(table(label=["<b>", "a", "c"]))
    assert "<b>" not in told and "&lt;b&gt;" in told
