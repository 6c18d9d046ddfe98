"""The check of order in each of its branches."""

from types import SimpleNamespace

import pandas as pd
import pytest
from small import resolved, results_of

from tentips.checks.representation_checks import multitask_gain, representation, transfer_gain


def results(low, high, reason=None, **controls):
    row = {
        "model": "cnn1d",
        "destroyed": "the letters of each sequence shuffled",
        "order": "order",
        "without_order": "composition does as well",
        "score": 0.9,
        "disordered": 0.9 - high,
    }
    row |= {"difference": (low + high) / 2, "low": low, "high": high, "reason": reason}
    config = resolved(controls=controls, evaluation={"smallest_difference": 0.02})
    samples = pd.DataFrame({"label": ["a", "b"] * 5})
    return results_of(config, developed=samples, control=lambda kind, name: pd.DataFrame([row]))


@pytest.mark.parametrize(
    ("low", "high", "status"),
    [(0.1, 0.3, "pass"), (-0.01, 0.3, "warn"), (0.001, 0.01, "warn"), (float("nan"), float("nan"), "skip")],
)
def test_order_is_used_where_its_loss_costs_enough_to_matter(low, high, status):
    found = representation(results(low, high))
    assert found.status == status
    assert ("it uses the order." in found.finding) == (status == "pass")
    assert ("matter: composition does as well." in found.finding) == (status == "warn")
    if status != "skip":
        assert f"{low:+.3f} to {high:+.3f}" in found.finding and "letters of each sequence shuffled" in found.finding


def test_it_is_skipped_with_its_reason():
    assert representation(results(0, 0, "features of a table have no order")).finding.endswith("have no order.")
    assert "controls.representation" in representation(results(0, 0, representation=False)).finding


def transferred(low, high, overlap="none"):
    """Two ways of transfer, of which fine-tuning did better in cross-validation."""
    row = {
        "a": "transfer_finetuned",
        "b": "transfer_scratch",
        "family": "transfer",
        "difference": (low + high) / 2,
        "low": low,
        "high": high,
    }
    other = row | {"a": "transfer_frozen", "difference": -9.0, "low": -9.0, "high": -9.0}
    tuned = {"transfer_scratch": 0.5, "transfer_frozen": 0.6, "transfer_finetuned": 0.7}
    bests = {
        name: {"model": name, "kind": "network", "repeats": {"1": {"tuned": score}}} for name, score in tuned.items()
    }
    config = resolved(evaluation={"smallest_difference": 0.02})
    config["models"]["transfer"]["overlap"] = overlap
    samples, table = pd.DataFrame({"label": ["a", "b"] * 5}), pd.DataFrame([other, row])
    return SimpleNamespace(config=config, bests=bests, developed=samples, evaluated=lambda name: table)


@pytest.mark.parametrize(
    ("low", "high", "overlap", "status", "limitation"),
    [
        (0.1, 0.3, "none", "pass", None),
        (0.1, 0.3, "unknown", "warn", "Whether the pretrained network had seen samples of this study is not known"),
        (0.1, 0.3, "some", "fail", "The pretrained network had seen samples of this study or relatives of them"),
        (-0.1, 0.3, "some", "fail", "The pretrained network had seen samples of this study or relatives of them"),
        (-0.1, 0.3, "none", "warn", "Pretrained weights were not seen to bring anything (+0.100, -0.100 to +0.300)"),
        (0.001, 0.01, "none", "warn", "Pretrained weights were not seen to bring anything"),
        (float("nan"), float("nan"), "none", "skip", None),
    ],
)
def test_pretrained_weights_must_bring_something_and_not_know_the_samples(low, high, overlap, status, limitation):
    found = transfer_gain(transferred(low, high, overlap))
    assert found.status == status and found.finding.startswith(
        "On the test part the ROC AUC of the fine-tuned pretrained network is"
    )
    assert found.limitation is None if limitation is None else found.limitation.startswith(limitation)


def test_without_a_pretrained_network_there_is_nothing_to_judge():
    assert transfer_gain(SimpleNamespace(bests={"cnn1d": {}})).status == "skip"


@pytest.mark.parametrize(
    ("low", "high", "status", "limitation"),
    [
        (0.1, 0.3, "pass", None),
        (0.001, 0.01, "warn", "Learning other labels (stage, dose) was not seen to help (+0.005, +0.001 to +0.010)"),
        (-0.1, 0.3, "warn", "Learning other labels (stage, dose) was not seen to help (+0.100, -0.100 to +0.300)"),
        (float("nan"), float("nan"), "skip", None),
    ],
)
def test_other_labels_must_help_with_the_own_one(low, high, status, limitation):
    row = {"a": "multitask", "b": "mlp", "family": "labels", "difference": (low + high) / 2, "low": low, "high": high}
    config = resolved(
        data={"other_labels": ["stage", "dose"]},
        models={"networks": ["mlp", "multitask"]},
        evaluation={"smallest_difference": 0.02},
    )
    samples = pd.DataFrame({"label": ["a", "b"] * 5})
    table, bests = pd.DataFrame([row]), {"mlp": {}, "multitask": {}}
    found = multitask_gain(SimpleNamespace(config=config, bests=bests, developed=samples, evaluated=lambda name: table))
    assert found.status == status and found.limitation == limitation
    assert "of the multi-task MLP network (stage, dose) is" in found.finding and "learns label alone" in found.finding
    assert multitask_gain(SimpleNamespace(bests={"mlp": {}})).status == "skip"
