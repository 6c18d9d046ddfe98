"""What privacy costs and what it hides, on a network that memorises without it."""

import numpy as np
import pytest
from small import PLAIN, recipe, rows

from tentips.models.networks import backend
from tentips.models.networks.architecture import architecture
from tentips.privacy import accountant, shadows
from tentips.privacy.private_networks import (
    LEVELS,
    PrivateNetworks,
    default_delta,
    descents,
    private_table,
    tuning_epsilon,
)

backend.choose("tensorflow", 0, True, 1)


def test_levels_hold_their_epsilon_and_the_one_that_is_asked_for():
    found = descents(5, 1e-3, 1000)
    assert list(found) == [None, 8.0, 5.0, 3.0, 1.0]
    assert found[None] is None and list(descents(3, 1e-3, 1000)) == [None, *LEVELS]
    five = found[5.0]
    assert five.rate == pytest.approx(0.256)
    assert accountant.epsilon_of(five.noise, five.rate, five.steps, 1e-3) == pytest.approx(5, abs=0.03)


def test_tuning_costs_more_the_more_was_tried():
    descent = descents(1, 1e-3, 1000)[1.0]
    alone, few, many = (tuning_epsilon(descent, 1e-3, trials, 5) for trials in (0, 3, 30))
    assert 1 < alone < few < many
    # epsilon grows with the root of the number of trainings at least
    assert many > alone * np.sqrt(121)


def test_delta_is_below_one_in_the_number_of_units():
    assert default_delta(1000) == pytest.approx(1000**-1.1) and default_delta(1000) < 1e-3


def test_privacy_costs_score_and_hides_members():
    random = np.random.default_rng(0)
    features = random.normal(size=(240, 30))
    truth = (features[:, 0] + random.normal(size=240) > 0).astype(int)
    own, settings = rows(features, truth), {**PLAIN, "units": 64, "learning_rate": 3e-2}
    tried = recipe(tuning={"epochs": 60, "patience": 60, "seeds": 2, "trials": 2})
    networks = PrivateNetworks(architecture("mlp"), settings, own, tried, "roc_auc")
    inside = shadows.halves(own, 8, tried.tuning["stopping_fraction"], 1)
    found = private_table(networks, 1, 1e-3, inside, {"confidence": 0.95}, lambda line: None)
    by_level = found.fillna({"epsilon": np.inf}).set_index("epsilon")
    scores = by_level.loc[by_level["measure"] == "roc_auc", "value"]
    assert list(scores.index) == [np.inf, 8, 3, 1]
    assert scores[8] > 0.65 and scores[8] > scores[1]
    attacked = by_level.loc[by_level["measure"] == "attack_roc_auc", "value"]
    assert list(attacked.index) == [np.inf, 1]
    assert attacked[1] < 0.56 and attacked[1] < attacked[np.inf] - 0.03
    private = found[found["epsilon"] == 1].iloc[0]
    assert private["steps"] == 100 and private["tuning_epsilon"] > 1 and private["noise_multiplier"] > 1
    assert found.loc[found["epsilon"].isna(), "noise_multiplier"].isna().all()
