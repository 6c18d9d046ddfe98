"""What makes an opening of the test part, and which openings are of the same rows, whatever these are called."""

import numpy as np
import pandas as pd
import pytest
from small import opening

from tentips.errors import StudyError
from tentips.evaluate import openings


def table(rows=100, seed=0):
    random = np.random.default_rng(seed)
    kind = pd.Series(random.choice(["a", "b", None], rows), dtype=object)
    return pd.DataFrame({"x": random.normal(size=rows), "y": random.integers(5, size=rows), "kind": kind})


LABELS = np.array(["yes", "no"] * 50, dtype=object)


def test_rows_are_known_by_their_values_whatever_their_names_and_order(tmp_path):
    frame = table()
    prints = openings.row_fingerprints(frame, LABELS)
    assert len(set(prints)) == 100
    other = frame[["kind", "y", "x"]].set_axis(["k", "b", "a"], axis=1)
    assert (openings.row_fingerprints(other, list(LABELS)) == prints).all()
    frame.to_csv(tmp_path / "again.csv", index=False)
    read = pd.read_csv(tmp_path / "again.csv")
    assert (
        openings.row_fingerprints(read.astype({"x": "float32"}), LABELS) == prints
    ).mean() > 0.6  # but for missing text
    whole = openings.contents([prints])
    assert whole == openings.contents([prints[::-1]]) and len(whole["sketch"]) == 64


@pytest.mark.parametrize("change", ["value", "label", "text", "missing"])
def test_one_changed_value_is_another_content(change):
    frame, labels = table(), LABELS.copy()
    before = openings.row_fingerprints(frame, labels)
    if change == "value":
        frame.loc[7, "x"] += 1e-4
    elif change == "label":
        labels[7] = "perhaps"
    elif change == "text":
        frame.loc[7, "kind"] = "c"
    else:
        frame.loc[7, "x"] = np.nan
    after = openings.row_fingerprints(frame, labels)
    assert (before != after).nonzero()[0].tolist() == [7]
    assert openings.contents([before])["content"] != openings.contents([after])["content"]


def test_openings_are_matched_by_rows_in_common_though_the_data_set_has_another_name():
    prints = openings.row_fingerprints(table(1000), ["a"] * 1000)
    foreign = openings.row_fingerprints(table(1000, seed=1), ["a"] * 1000)
    first = opening(**openings.contents([prints]))
    renamed = opening(subject="birds", test_rows="u", **openings.contents([prints]))
    overlapping = opening(subject="birds", **openings.contents([np.concatenate([prints[:300], foreign[:700]])]))
    other = opening(subject="birds", **openings.contents([foreign]))
    assert openings.same_rows(first, renamed) and openings.same_rows(first, overlapping)
    assert not openings.same_rows(first, other)
    assert openings.same_rows(opening(), opening(plan="q")) and not openings.same_rows(opening(), opening(subject="b"))
    found = openings.summary([first, renamed], renamed, [])
    assert (found["openings"], found["changed"]) == (2, ["subject", "test_rows"])


def test_features_rewritten_after_the_opening_are_a_second_one():
    """Every value of the test part exchanged for one that gives the label away: no model, name or id is another one."""
    prints = openings.row_fingerprints(table(), LABELS)
    told = table().assign(x=(LABELS == "yes").astype(float))
    entries = [opening(**openings.contents([prints]), figures={"mlp": 0.6})]
    again = opening(**openings.contents([openings.row_fingerprints(told, LABELS)]), figures={"mlp": 1.0})
    assert not openings.known(entries, again)
    assert openings.summary([*entries, again], again, [])["changed"] == ["content"]


def test_times_that_run_backwards_are_counted():
    entries = [opening(time=f"2026-01-0{day}T00:00:00+00:00") for day in (3, 1, 2)]
    assert openings.summary(entries, entries[0], [])["backwards"] == 1
    near = [opening(time=f"2026-01-01T00:{minute}:00+00:00") for minute in (20, 10)]
    assert openings.summary(near, near[0], [])["backwards"] == 0


def test_figures_average_the_metric_over_repeats():
    table = pd.DataFrame(
        {
            "model": ["mlp", "mlp", "svm", "mlp"],
            "metric": ["roc_auc", "roc_auc", "roc_auc", "accuracy"],
            "value": [0.8, 0.9, 0.7, 0.1],
        }
    )
    assert openings.figures(table, "roc_auc") == {"mlp": 0.85, "svm": 0.7}


@pytest.mark.parametrize("factor", [1e-12, 1e-3, 1e12])
def test_figures_in_the_labels_unit_are_compared_in_that_unit(factor):
    """Errors of a label times 1e-9 were all rounded to zero: whatever came out was the same opening."""
    table = pd.DataFrame({"model": ["mlp"], "metric": ["neg_root_mean_squared_error"], "value": [-1.234567 * factor]})
    known = openings.figures(table, "neg_root_mean_squared_error")
    assert known["mlp"] / factor == pytest.approx(-1.234567)
    plan = {"evaluation.metric": "neg_root_mean_squared_error"}
    entries = [opening(planned=plan, figures=known)]
    assert openings.known(entries, opening(planned=plan, figures={"mlp": known["mlp"] * 1.0005}))
    with pytest.raises(StudyError, match="other figures"):
        openings.known(entries, opening(planned=plan, figures={"mlp": known["mlp"] * 1.01}))


def test_summary_counts_openings_and_names_what_changed_key_by_key():
    entries = [
        opening(plan="a", planned={"tuning.trials": 5}, time="2026-01-01"),
        opening(plan="b", planned={"tuning.trials": 9}, time="2026-01-02"),
        opening(plan="b", planned={"tuning.trials": 9}, models="n", time="2026-01-03"),
    ]
    found = openings.summary(entries, entries[-1], [])
    assert (found["openings"], found["first"], found["last"]) == (3, "2026-01-01", "2026-01-03")
    assert found["changed"] == ["models", "plan"]
    assert found["plan_changes"] == [{"time": "2026-01-02", "key": "tuning.trials", "before": 5, "after": 9}]
    once = openings.summary(entries[:1], entries[0], [])
    assert once["changed"] == once["plan_changes"] == []


def test_summary_says_when_the_plan_was_made_and_what_changed_before_the_opening():
    registered = [
        {"time": f"2026-01-0{day}", "hash": f"h{day}", "plan": {"tuning.trials": trials}}
        for day, trials in ((1, 5), (2, 9), (4, 7))
    ]
    entry = opening(time="2026-01-03")
    changed = {"time": "2026-01-02", "key": "tuning.trials", "before": 5, "after": 9}
    expected = {"registered": "2026-01-01", "changes_before_opening": [changed]}
    assert openings.summary([entry], entry, registered)["plan"] == expected
    kept = openings.of_plan(registered[:2])
    assert kept == {"plan": "h2", "planned": {"tuning.trials": 9}, "history": expected}
    # The results were deleted, and with them the record of plans; the ledger knows it.
    again = openings.summary([entry | kept], entry | kept, registered[2:])["plan"]
    assert again == expected
    assert openings.summary([entry], entry, registered[2:])["plan"] == {
        "registered": None,
        "changes_before_opening": [],
    }


def test_openings_that_were_taken_out_of_the_ledger_count():
    lost, foreign = opening(plan="a", time="2026-01-01"), opening(subject="patients", plan="q", time="2026-01-01")
    now = opening(plan="b", time="2026-01-05")
    found = openings.summary([now], now, [], [lost, foreign])
    assert (found["openings"], found["first"], found["changed"], found["taken_out"]) == (2, "2026-01-01", ["plan"], 1)
    same = opening(plan="b", time="2026-01-01")
    found = openings.summary([now], now, [], [same])
    assert (found["openings"], found["taken_out"]) == (1, 0), "everything was deleted and made again as it was"


def test_summary_holds_what_the_figures_were_judged_by_at_the_first_opening():
    first = opening(planned={"checks.gap": 0.1, "controls.label_shuffles": 20, "tuning.trials": 5})
    second = opening(plan="b", planned={"checks.gap": 0.3, "tuning.trials": 5})
    judged_by = openings.summary([first, second], second, [])["judged_by"]
    assert judged_by == {"checks.gap": 0.1, "controls.label_shuffles": 20}


def test_openings_of_another_study_are_not_counted():
    """Who tries the example first and then an own study has opened the own test part once."""
    entries = [opening(time="2026-01-01"), opening(subject="patients", plan="q", time="2026-01-02")]
    found = openings.summary(entries, entries[1], [])
    assert (found["openings"], found["first"], found["changed"]) == (1, "2026-01-02", [])
