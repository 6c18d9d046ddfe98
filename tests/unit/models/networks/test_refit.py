import numpy as np
import pytest
from sklearn.metrics import r2_score
from small import PLAIN, resolved, rows

from tentips.models.networks import backend
from tentips.models.networks.architecture import ARCHITECTURES
from tentips.models.networks.refit import refit
from tentips.models.networks.search import untuned
from tentips.models.recipe import Recipe

backend.choose("tensorflow", 0, True, 1)
MLP = ARCHITECTURES["mlp"]


@pytest.mark.parametrize("batch_norm", [False, True])
def test_regression_refit_predicts_in_the_labels_own_unit(batch_norm):
    random = np.random.default_rng(2)
    matrix = random.normal(size=(150, 4))
    truth = 4200 + 800 * matrix[:, 0] - 300 * matrix[:, 1] + random.normal(0, 50, 150)
    table = rows(matrix, truth, "regression")
    config = resolved(data={"task": "regression"}, tuning={"epochs": 60})
    settings = {**PLAIN, "batch_norm": batch_norm, "learning_rate": 3e-2}
    prepare, found = refit(MLP, table, settings, Recipe.of(config), [1, 2])
    prepared = np.asarray(prepare.transform(table.features), dtype="float32")
    for member in found:
        assert r2_score(truth, member.predictions) > 0.9
        model = MLP.keras_model(settings, (4,), 1, "regression", member.weights)
        assert np.abs(model.predict(prepared, verbose=0)[:, 0] - member.predictions).max() < 0.5
    assert np.abs(found[0].predictions - found[1].predictions).max() > 1


def test_class_weights_change_what_a_network_learns():
    """With a rare class, balanced weights move the mean probability of that class towards a half."""
    random = np.random.default_rng(5)
    truth = (np.arange(300) % 10 == 0).astype(int)
    table = rows(random.normal(size=(300, 3)) + 0.3 * truth[:, None], truth)
    means = []
    for option in (None, "balanced"):
        config = resolved(tuning={"epochs": 30}, models={"class_weight": option})
        _, trained = refit(MLP, table, untuned(MLP), Recipe.of(config), [1])
        means.append(trained[0].predictions[:, 1].mean())
    assert means[0] < 0.2 < 0.35 < means[1]
