"""The sentences and the figure of private training and attribute inference state the tables' own numbers."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from small import resolved

from tentips.privacy import attribute_inference as inference
from tentips.privacy import private_networks
from tentips.reporting.figures.privacy_figures import private_training as drawn
from tentips.reporting.pages.privacy_section import attributes, private_training


def results(group=(), **privacy):
    config = resolved(data={"group": list(group), "covariates": ["carrier", "origin"]}, privacy=privacy)
    config["data"]["task"] = "classification"
    config["evaluation"]["metric"] = "roc_auc"
    return SimpleNamespace(config=config, classes=["no", "yes"], without_membership="")


def private(attacked=True):
    records = []
    for epsilon, score, attack in ((np.nan, 0.912, 0.71), (8, 0.885, None), (3, 0.861, 0.52), (1, 0.803, None)):
        head = ["mlp", epsilon, *([np.nan] * 6 if np.isnan(epsilon) else [4e-4, 2.13, 0.25, 100, 1.0, 187.4])]
        records.append([*head, "roc_auc", score, score - 0.03, score + 0.03, 240])
        if attack and attacked:
            records.append([*head, "attack_roc_auc", attack, attack - 0.02, attack + 0.02, 240])
    return pd.DataFrame(records, columns=private_networks.COLUMNS)


def test_private_training_is_told_with_what_epsilon_does_not_cover():
    own = results(("nest",), epsilon=3)
    own.private_training = private()
    words = private_training(own)
    assert "epsilon 3 and delta 0.0004" in words
    assert "0.861 (0.831 to 0.891) out of fold; without privacy 0.912 (0.882 to 0.942)" in words
    assert "0.520 (0.500 to 0.540); on those trained without privacy 0.710" in words
    assert "Whole groups are hidden" in words and "noise of 2.13 times" in words
    assert "epsilon would be up to 187" in words and "trained without privacy." in words


def test_without_epsilon_nothing_is_told_and_without_attack_none():
    assert private_training(results()) == ""
    own = results(epsilon=3)
    own.private_training = private(attacked=False)
    assert "attack" not in private_training(own) and "Whole samples" in private_training(own)


@pytest.mark.parametrize("attacked", [True, False])
def test_the_figure_shows_every_level_with_its_interval(attacked):
    own = results(epsilon=3)
    own.private_training = private(attacked)
    figure = drawn(own)
    first = figure.drawn.axes[0]
    assert [label.get_text() for label in first.get_xticklabels()] == ["none", "8", "3", "1"]
    assert first.lines[0].get_ydata() == pytest.approx([0.912, 0.885, 0.861, 0.803])
    assert len(figure.drawn.axes) == (2 if attacked else 1)
    assert "240 samples" in figure.caption and "delta 0.0004" in figure.caption
    assert ("membership" in figure.caption) == attacked


def inferred(p_adjusted):
    parts = [
        (inference.MEMBERS, inference.LABEL, 0.6),
        (inference.MEMBERS, inference.OUTPUT, 0.81),
        (inference.OTHERS, inference.LABEL, 0.6),
        (inference.OTHERS, inference.OUTPUT, 0.62),
    ]
    records = [["mlp", "carrier", 2, *part, part[2] - 0.01, part[2] + 0.01, np.nan, 100] for part in parts]
    records.append(["mlp", "carrier", 2, inference.DIFFERENCE, inference.GAIN, 0.19, -0.01, 0.3, p_adjusted, 200])
    return pd.DataFrame(records, columns=inference.COLUMNS)


def test_attribute_inference_names_what_is_given_away_and_what_was_not_tried():
    own = results(sensitive_covariates=["carrier", "origin"])
    own.attributes = inferred(0.001)
    words = attributes(own)
    assert "tells more of the members' covariates than of others': carrier (by MLP network)" in words.replace(
        "&#x27;", "'"
    )
    assert "not tried on origin" in words and "0.810" in words and "0.190" in words
    own.attributes = inferred(0.2)
    assert "No model" in attributes(own) and "by MLP" not in attributes(own)
    own.attributes, own.without_membership = inferred(0.2).iloc[:0], "no time was left"
    assert "Attribute inference was not tried: no time was left." in attributes(own)


def test_without_a_sensitive_covariate_nothing_is_told():
    assert attributes(SimpleNamespace(config=results().config, attributes=inferred(0).iloc[:0])) == ""
