"""Wrong labels: confident learning against its authors' library, and the estimate against simulated truth."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from small import resolved, rows

from tentips.quality.label_noise import confident_joint, confident_share, contaminated, drawn_labels, label_noise
from tentips.simulate.simulation import study

OPTIONS = resolved()["preprocess"]


def probabilities(n, classes, seed=0, sharp=2.0):
    random = np.random.default_rng(seed)
    labels = np.arange(n) % classes
    logits = random.normal(size=(n, classes)) + sharp * np.eye(classes)[labels]
    wrong = random.random(n) < 0.15
    return np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True), np.where(wrong, (labels + 1) % classes, labels)


@pytest.mark.parametrize("classes", [2, 3, 5])
@pytest.mark.parametrize("seed", range(3))
def test_confident_joint_is_cleanlabs(classes, seed):
    count = pytest.importorskip("cleanlab.count")
    predicted, labels = probabilities(400, classes, seed)
    theirs = count.estimate_joint(labels, predicted, confident_joint=count.compute_confident_joint(labels, predicted, calibrate=False))  # fmt: skip
    ours = confident_joint(predicted, labels)
    assert np.abs(ours - theirs).max() * 400 < 1, "theirs is rounded to whole samples"
    raw = count.compute_confident_joint(labels, predicted, calibrate=False)
    np.testing.assert_allclose(ours / ours.sum(axis=1, keepdims=True), raw / raw.sum(axis=1, keepdims=True))
    assert confident_share(predicted, labels) == pytest.approx(1 - np.trace(ours))


def test_gradients_are_those_of_the_likelihood():
    from scipy.optimize import check_grad

    from tentips.quality import label_noise as module

    scores, labels = scored(50, 2.0, 0.1, 0)
    kept, module.minimize = module.minimize, lambda loss, start, **options: loss
    try:
        loss = module._fit(scores, labels, np.ones(50), None, None, 5.0)
    finally:
        module.minimize = kept
    assert check_grad(lambda x: loss(x)[0], lambda x: loss(x)[1], np.array([0.8, 0.3, 0.12])) < 1e-4


def scored(n, distance, share, seed):
    """Log probabilities of two normal classes that are `distance` apart, and labels of which a share is wrong."""
    random = np.random.default_rng(seed)
    true = np.arange(n) % 2
    x = random.normal(size=n) + distance * (true - 0.5)
    p = np.clip(expit(distance * x), 1e-9, 1 - 1e-9)
    return np.log(np.column_stack([1 - p, p])), np.where(random.random(n) < share, 1 - true, true)


@pytest.mark.parametrize("share", [0.0, 0.05, 0.1, 0.2])
def test_the_share_is_found_where_classes_are_apart(share):
    found = [contaminated(*scored(600, 4.0, share, seed), np.arange(600), 0.95) for seed in range(4)]
    assert np.mean([each["share"] for each in found]) == pytest.approx(share, abs=0.02)
    assert sum(each["low"] <= share <= each["high"] for each in found) >= 3
    certain = sum(each["p_value"] < 0.01 for each in found)
    assert certain >= 3 if share > 0 else certain == 0


@pytest.mark.parametrize("distance", [1.0, 2.0, 3.0])
def test_overlap_alone_is_not_taken_for_wrong_labels(distance):
    found = [contaminated(*scored(400, distance, 0.0, seed), np.arange(400), 0.95) for seed in range(8)]
    assert sum(each["low"] > 0 for each in found) <= 2


def test_probabilities_without_noise_are_those_of_logistic_regression():
    from sklearn.linear_model import LogisticRegression

    scores, labels = scored(500, 1.5, 0.1, 0)
    fitted = LogisticRegression(C=np.inf, tol=1e-8).fit(scores[:, [1]] - scores[:, [0]], labels)
    ours = contaminated(scores, labels, np.arange(500), 0.95)["without_noise"]
    np.testing.assert_allclose(ours, fitted.predict_proba(scores[:, [1]] - scores[:, [0]]), atol=1e-3)


def test_rows_of_a_group_weigh_as_one():
    scores, labels = scored(300, 3.0, 0.1, 0)
    once = contaminated(scores, labels, np.arange(300), 0.95)
    thrice = contaminated(np.repeat(scores, 3, axis=0), np.repeat(labels, 3), np.repeat(np.arange(300), 3), 0.95)
    for key in ("share", "low", "high"):
        assert once[key] == thrice[key]


def test_labels_are_drawn_from_their_probabilities_and_groups_share_one():
    predicted = np.tile([0.2, 0.5, 0.3], (6000, 1))
    drawn = drawn_labels(predicted, np.arange(6000), np.random.default_rng(0))
    np.testing.assert_allclose(np.bincount(drawn) / 6000, [0.2, 0.5, 0.3], atol=0.02)
    paired = drawn_labels(predicted, np.arange(6000) // 2, np.random.default_rng(0))
    assert (paired[::2] == paired[1::2]).all()


def examined(**arguments):
    simulated = study(samples=360, features=10, **arguments)
    truth = pd.factorize(simulated.samples["label"], sort=True)[0]
    found = label_noise(rows(simulated.features.drop(columns="sample"), truth), OPTIONS, 0.95)
    position = {f"s{number}": name for number, name in enumerate(simulated.samples["sample"])}
    return (
        found[0].iloc[0],
        found[1].assign(sample=found[1]["sample"].map(position)),
        set(simulated.truth["wrong_labels"]),
    )


def test_wrong_labels_of_a_study_are_found_and_named():
    row, suspects, wrong = examined(signal=4.0, label_noise=0.15, seed=1)
    assert row["share"] == pytest.approx(0.15, abs=0.05) and row["low"] > 0.03 and row["p_value"] == 0.005
    assert suspects["sample"].isin(wrong).mean() > 0.7 and len(suspects) > 0.6 * len(wrong)
    assert suspects["doubt"].between(0.5, 1).all() and suspects["doubt"].is_monotonic_decreasing
    assert (suspects["label"] != suspects["suggested"]).all()


def test_hard_classes_give_no_suspects_though_confident_learning_flags_many():
    row, suspects, _ = examined(signal=1.0, seed=2)
    assert row["low"] == 0 and not len(suspects)
    assert row["confident"] > 0.2 and abs(row["confident_excess"]) < 0.05


def test_numbers_and_small_classes_are_not_judged():
    random = np.random.default_rng(0)
    table, suspects = label_noise(
        rows(random.normal(size=(60, 3)), random.normal(size=60), "regression"), OPTIONS, 0.95
    )
    assert not len(table) and not len(suspects)
    table, _ = label_noise(
        rows(random.normal(size=(60, 3)), np.arange(60) % 2, groups=np.arange(60) // 10), OPTIONS, 0.95
    )
    assert not len(table)
