"""What the first minute, the scorecard and small pieces of the page say."""

import re
from types import SimpleNamespace

import pandas as pd

from tentips.checks.order import ENTRIES
from tentips.reporting.pages import page, scorecard_section, summary_section

CONFIG = {
    "data": {"task": "classification", "group": []},
    "split": {"repeats": 1, "strategy": None},
    "evaluation": {"confidence": 0.95},
}


def study(status: str, low: float = -0.02, high: float = 0.01, n: int = 300, **statuses):
    """A study whose checks all pass but for `statuses`; its test part has `n` samples in groups of their own."""
    checks = [
        {
            "id": entry.id,
            "tip": entry.tip,
            "status": statuses.get(entry.id.replace("-", "_"), "pass"),
            "finding": f"{entry.id} -0.5.",
            "evidence": None,
        }
        for entry in ENTRIES
    ]
    row = {"a": "mlp", "b": "svm", "metric": "roc_auc", "difference": (low + high) / 2, "low": low, "high": high}
    samples = pd.DataFrame({"sample": [str(i) for i in range(n)], "group": range(n)})
    return SimpleNamespace(
        config=CONFIG,
        scorecard={
            "verdict": {
                "status": status,
                "text": "It is open. It differs by -0.005.",
                "parts": [],
                "limit": "Few samples.",
            },
            "recommended": "svm",
            "why": "It is the simplest.",
            "smallest_difference": 0.01,
            "findings": [{"id": "x", "limits": "Few samples.", "step": "Mend this first.", "first": True}],
            "checks": checks,
        },
        planned_comparison=pd.Series(row),
        samples=samples,
        split=samples.assign(role="test"),
    )


def test_what_fails_comes_first_and_a_failed_control_denies_the_figures():
    steps = summary_section.next_steps(study("cannot_say", label_shuffle="fail", calibration="warn"))
    assert steps[0].startswith("Mend this first.")
    assert steps[-1].index("check-label-shuffle") < steps[-1].index("check-calibration")
    assert "<strong>No.</strong>" in summary_section.answers(study("cannot_say", label_shuffle="fail"))
    answers = summary_section.answers(study("better", calibration="fail"))
    assert "With reservations" in answers and "check-calibration" in answers
    assert "No finding speaks against it" in summary_section.answers(study("better"))


def test_a_comparison_that_decides_nothing_is_not_said_to_be_believed():
    """Too few groups, or a weak study: no check fails, and yet the verdict says that the study cannot say."""
    answers = summary_section.answers(study("cannot_say"))
    assert "<strong>The comparison cannot.</strong> What it lacks is said above." in answers and "yes" not in answers
    assert "The comparison cannot" in summary_section.answers(study("cannot_say", calibration="warn"))
    assert "<strong>No.</strong>" in summary_section.answers(study("cannot_say", leakage="fail"))


def test_small_test_parts_are_advised_to_be_several():
    assert "38 independent groups" in summary_section.advice(study("better", n=38))
    assert summary_section.advice(study("better", n=100)) == ""


def test_the_gauge_stands_where_the_interval_says_and_not_without_one():
    text = summary_section.verdict(study("inconclusive", low=-0.02, high=0.01))
    # The scale reaches 1.25 times the farther end: 50 - 50 * 0.02 / 0.025 and 50 * 0.03 / 0.025.
    assert "left:10.0%;width:60.0%" in text
    assert "−0.005 (" not in text, "the sentence above says the numbers; who does not see the scale hears them"
    assert ": -0.005, 95% interval -0.020 to +0.010; smallest difference that matters 0.01" in text
    # What is too small to matter is shaded, from -0.01 to +0.01, and its ends are written on the scale.
    assert 'class="same" style="left:30.0%;width:40.0%"' in text
    assert '<span style="left:30.0%">−0.01</span>' in text and '<span style="left:70.0%">+0.01</span>' in text
    assert "What limits the answer:</b> Few samples." in text
    assert 'class="gauge"' not in summary_section.verdict(study("cannot_say"))
    assert 'class="gauge"' not in summary_section.verdict(study("inconclusive", low=float("nan"), high=float("nan")))


def test_hyphens_before_numbers_become_minus_signs_and_others_stay():
    assert (
        page.text("-0.5 (-1.0 to +2) on 2026-11-24, 5-fold, x-1 <b>")
        == "−0.5 (−1.0 to +2) on 2026-11-24, 5-fold, x-1 &lt;b&gt;"
    )


def test_evidence_is_linked_where_it_is_known_and_all_ten_tips_stand():
    told = study("better", published="skip").scorecard
    text = scorecard_section.checks(told, {"leakage": "split"}, tips_link=True)
    assert re.findall(r'class="evidence" href="#([^"]*)"', text) == ["split"]
    assert re.findall(r'<a href="#tip-(\d+)">', text) == [str(number) for number in range(1, 11)]
    assert "leakage −0.5." in text
    assert scorecard_section.checks(told).count('href="#') == 0
    folded = re.search(r"<details>(.*?)</details>", text, re.DOTALL)[1]
    assert 'id="check-published"' in folded and 'id="check-leakage"' not in folded


def test_statuses_differ_in_shape_and_word():
    shapes = {status: re.search(r"<svg.*?</svg>", page.mark(status))[0] for status in page.MARKS}
    assert len(set(shapes.values())) == 4
    assert len({page.MARKS[status][0] for status in page.MARKS}) == 4
    assert 'aria-label="warning"' in page.mark("warn", word=False) and "warning" in page.mark("warn")


def test_long_tables_fold_and_say_in_one_sentence_what_they_hold():
    frame = pd.DataFrame({"p_value": [0.5] * 20, "n_train": range(20)})
    text = page.table(frame, "Scores. More words.")
    assert text.startswith("<details><summary>Scores</summary>") and "<caption>More words.</caption>" in text
    assert "<details>" not in page.table(frame.head(3), "Scores. More words.")
    assert re.findall(r"<th[^>]*>([^<]*)</th>", text) == ["p", "N train"]
