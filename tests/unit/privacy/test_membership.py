"""The likelihood-ratio attack: what it finds where models memorise, where they cannot know anybody, and its arithmetic."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import roc_auc_score, roc_curve
from small import PLAIN, recipe, rows

from tentips.errors import StudyError
from tentips.models.networks import backend, members
from tentips.privacy import shadows
from tentips.privacy.likelihood_ratio import OFFLINE, ONLINE, attack, first_of_units, fit_of, of_units
from tentips.privacy.membership_audit import FINAL, PROCEDURE, Target, audit
from tentips.privacy.recognition import recognition

backend.choose("tensorflow", 0, True, 1)

MEMORISING = {**PLAIN, "layers": 2, "units": 64, "learning_rate": 1e-2}
SHADOWS = 8


def labelled(n=200, features=30, seed=0, groups=None):
    """Samples with labels that have nothing to do with their features: whatever is fitted was memorised."""
    random = np.random.default_rng(seed)
    return rows(random.normal(size=(n, features)), random.integers(0, 2, n), groups=groups)


def trained_with(**tuning):
    return recipe(tuning={"epochs": 150, "patience": 150, **tuning})


def value(table, target, attack, measure="roc_auc"):
    chosen = table[(table["target"] == target) & (table["attack"] == attack) & (table["measure"] == measure)]
    return chosen.iloc[0]


@pytest.fixture(scope="module")
def overfitted():
    """Networks of 6,000 weights trained without a brake on halves of 200 samples of noise; the first is the target."""
    own = labelled()
    with pytest.MonkeyPatch.context() as patch:
        kept = members.member

        def without_a_brake(rows, settings, train, *others, **named):
            return replace(kept(rows, settings, train, *others, **named), fit=train, stop=train)

        patch.setattr(members, "member", without_a_brake)
        inside = shadows.halves(own, SHADOWS + 2, 0.1, 1)
        return own, inside, shadows.of_network("mlp", MEMORISING, own, inside, trained_with())


def test_attack_recognises_whom_a_memorising_model_knows():
    own = labelled()
    inside = shadows.halves(own, SHADOWS + 2, 0.15, 1)
    predictions = shadows.of_baseline("random_forest", {}, own, inside, trained_with(), 1)
    target = Target("random_forest", "baseline", [predictions[0]], predictions[2:])
    table, exposure = audit([target], own, inside[2:], inside[0], 0.95, 0)
    for kind in (FINAL, PROCEDURE):
        for name in (ONLINE, OFFLINE):
            assert value(table, kind, name)["low"] > 0.95
            assert value(table, kind, name, "tpr_at_0.01")["low"] > 0.5
    known = exposure["member"].to_numpy()
    assert exposure["exposure"][known].median() > 1 and exposure["exposure"][~known].median() < -1


def test_attack_recognises_whom_an_overfitted_network_knows(overfitted):
    own, inside, predictions = overfitted
    target = Target("mlp", "network", [predictions[0]], predictions[2:])
    table, _ = audit([target], own, inside[2:], inside[0], 0.95, 0)
    for kind in (FINAL, PROCEDURE):
        assert value(table, kind, ONLINE)["low"] > 0.9
        assert value(table, kind, ONLINE, "tpr_at_0.01")["low"] > 0.05


def test_attack_recognises_nobody_by_a_network_trained_on_other_rows(overfitted):
    own, inside, predictions = overfitted
    others = labelled(seed=9)
    trained = shadows.halves(others, 2, 0.1, 4)
    both = rows(np.vstack([own.features, others.features]), np.append(own.truth, others.truth))
    nobody = np.zeros((2, len(own.ids)), bool)
    strangers = shadows.of_network("mlp", MEMORISING, both, np.hstack([nobody, trained]), trained_with())[
        :, : len(own.ids)
    ]
    target = Target("mlp", "network", [strangers[0]], predictions[2:])
    table, _ = audit([target], own, inside[2:], inside[0], 0.95, 0)
    for name in (ONLINE, OFFLINE):
        found = value(table, FINAL, name)
        assert found["low"] < 0.5 < found["high"]
        assert value(table, FINAL, name, "tpr_at_0.01")["low"] < 0.01


def test_a_model_that_looks_at_no_feature_gives_nobody_away():
    own = labelled()
    inside = shadows.halves(own, SHADOWS + 2, 0.1, 1)
    predictions = shadows.of_baseline("dummy", {}, own, inside, trained_with(), 1)
    table, _ = audit(
        [Target("dummy", "trivial", [predictions[0]], predictions[2:])], own, inside[2:], inside[0], 0.95, 0
    )
    for name in (ONLINE, OFFLINE):
        assert value(table, PROCEDURE, name)["value"] < 0.54


def test_halves_keep_units_whole_and_hold_each_in_half_of_the_models():
    own = labelled(groups=np.arange(200) // 4)
    inside = shadows.halves(own, 6, 0.15, 0)
    assert (inside.sum(axis=0) == 3).all()
    for group in range(50):
        assert (inside[:, own.groups == group].std(axis=1) == 0).all()
    assert len(np.unique(inside, axis=0)) == 6


def test_too_few_groups_for_halves_are_refused():
    with pytest.raises(StudyError, match="too few groups"):
        shadows.halves(labelled(n=40, groups=np.arange(40) // 14), 4, 0.15, 0)


def test_a_group_of_both_parts_is_nobodys():
    development, test = labelled(20, seed=1), labelled(10, seed=2)
    names = np.array([f"g{n}" for n in range(20)]), np.array([f"g{n}" for n in range(15, 25)])
    own, member = shadows.pooled(development, test, names)
    assert member.sum() == 20 and len(own.ids) == 25
    assert len(np.unique(own.groups)) == 25
    assert own.features.iloc[20:].to_numpy() == pytest.approx(test.features.iloc[5:].to_numpy())


def test_scores_are_the_published_likelihood_ratio():
    random = np.random.default_rng(0)
    shadow_fit, fit = random.normal(size=(80, 3)), random.normal(size=3)
    inside = np.repeat([[True, False, True], [False, True, False]], 40, axis=0)
    shadow_fit[inside] += 2
    found = attack(fit, shadow_fit, inside)
    for row in range(3):
        known, other = shadow_fit[inside[:, row], row], shadow_fit[~inside[:, row], row]
        ratio = stats.norm.pdf(fit[row], known.mean(), known.std(ddof=1))
        ratio /= stats.norm.pdf(fit[row], other.mean(), other.std(ddof=1))
        assert found[ONLINE][row] == pytest.approx(np.log(ratio))
        assert found[OFFLINE][row] == pytest.approx((fit[row] - other.mean()) / other.std(ddof=1))


def test_fit_is_the_logit_of_the_true_class_and_the_negative_log_error():
    predicted = np.array([[[0.2, 0.8], [0.7, 0.3]]])
    assert fit_of(predicted, np.array([1, 1]), ["a", "b"])[0] == pytest.approx([np.log(4), np.log(3 / 7)])
    truth = np.array([0.0, 2.0])
    assert fit_of(np.array([0.5, 3.0]), truth, []) == pytest.approx([-np.log(0.5), 0.0])


def test_units_join_what_their_samples_say():
    units = np.array([5, 2, 5, 5])
    found = of_units({ONLINE: np.array([1.0, 2, 3, 4]), OFFLINE: np.array([1.0, 2, 3, 5])}, units)
    assert found[ONLINE] == pytest.approx([2, 8])
    assert found[OFFLINE] == pytest.approx([2, 9 / np.sqrt(3)])
    assert (first_of_units(np.array([True, False, True, True]), units) == [False, True]).all()


def test_recognition_agrees_with_scikit_learn_and_knows_ties():
    random = np.random.default_rng(3)
    member = random.random(500) < 0.4
    scores = np.round(random.normal(size=500) + member, 1)
    found = recognition(scores, member, 0.95, 100, 0)
    assert found.measures["roc_auc"].value == pytest.approx(roc_auc_score(member, scores))
    false, true, _ = roc_curve(member, scores, drop_intermediate=False)
    assert found.measures["tpr_at_0.01"].value == pytest.approx(true[false <= 0.01].max())
    assert (found.members, found.others) == (member.sum(), (~member).sum())


def test_intervals_of_recognition_hold_the_truth():
    held = {"roc_auc": 0, "tpr_at_0.01": 0}
    truth = {"roc_auc": stats.norm.cdf(1 / np.sqrt(2)), "tpr_at_0.01": stats.norm.sf(stats.norm.isf(0.01) - 1)}
    for seed in range(60):
        random = np.random.default_rng(seed)
        member = np.arange(400) < 200
        found = recognition(random.normal(size=400) + member, member, 0.95, 200, seed)
        for name in held:
            interval = found.measures[name]
            held[name] += interval.low <= truth[name] <= interval.high
    assert min(held.values()) >= 52


def test_rates_of_zero_and_one_have_intervals_that_are_not_empty():
    perfect = recognition(np.arange(60.0), np.arange(60) >= 30, 0.95, 100, 0).measures
    assert perfect["roc_auc"].value == 1 and perfect["roc_auc"].low == pytest.approx(1 - 0.1157, abs=1e-3)
    none = recognition(-np.arange(60.0), np.arange(60) >= 30, 0.95, 100, 0).measures["tpr_at_0.001"]
    assert none.value == 0 and none.high == pytest.approx(0.1157, abs=1e-3)
