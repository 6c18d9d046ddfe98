"""What was declared to be searched, and which values lie on an edge beyond which there is something."""

import keras_tuner
import pytest
from scipy.stats import loguniform, randint, uniform

from tentips.models import search_space
from tentips.models.baselines import BASELINES
from tentips.models.networks.architecture import ARCHITECTURES
from tentips.models.networks.search import search_space as of_network


def test_distributions_are_told_by_their_ends():
    space = {"C": loguniform(1e-4, 1e3), "depth": randint(1, 21), "part": uniform(0.05, 0.95), "kind": ["a", None]}
    assert search_space.of_distributions(space) == {
        "C": {"low": pytest.approx(1e-4), "high": pytest.approx(1e3), "logarithmic": True, "whole": False},
        "depth": {"low": 1, "high": 20, "logarithmic": False, "whole": True},
        "part": {"low": 0.05, "high": 1.0, "logarithmic": False, "whole": False},
        "kind": {"values": ["a", None]},
    }


def test_hyperparameters_are_told_as_keras_tuner_holds_them():
    hp = keras_tuner.HyperParameters()
    hp.Float("rate", 1e-4, 1e-1, sampling="log")
    hp.Int("layers", 1, 3)
    hp.Choice("units", [16, 32])
    hp.Boolean("norm")
    hp.Fixed("strands", True)
    found = search_space.of_hyperparameters(hp.space)
    assert found == {
        "rate": {"low": 1e-4, "high": 1e-1, "logarithmic": True, "whole": False},
        "layers": {"low": 1, "high": 3, "logarithmic": False, "whole": True},
        "units": {"values": [16, 32]},
        "norm": {"values": [False, True]},
    }
    assert len(search_space.searched(found)) == 4, "what is fixed is not searched"


@pytest.mark.parametrize(("name", "count"), [("mlp", 11), ("cnn1d", 17), ("cnn2d", 20)])
def test_each_network_has_so_many_hyperparameters(name, count):
    assert len(search_space.searched(of_network(ARCHITECTURES[name]))) == count


RATE = {"low": 1e-4, "high": 1e-1, "logarithmic": True, "whole": False}
UNITS = {"values": [16, 32, 64, 128]}


@pytest.mark.parametrize(
    ("name", "value", "declared", "found"),
    [
        ("learning_rate", 0.0999, RATE, "high"),
        ("learning_rate", 0.000101, RATE, "low"),
        ("learning_rate", 0.05, RATE, None),  # a third of a decade from the end
        ("l2", 1e-6, {"low": 1e-6, "high": 1e-2, "logarithmic": True, "whole": False}, None),  # as good as off
        ("l2", 1e-2, {"low": 1e-6, "high": 1e-2, "logarithmic": True, "whole": False}, "high"),
        ("units", 128, UNITS, "high"),
        ("units", 16, UNITS, None),
        ("units", 64, UNITS, None),
        ("batch_size", 128, {"values": [32, 128]}, None),  # of two values each is an edge
        ("activation", "relu", {"values": ["gelu", "relu", "tanh"]}, None),
        ("batch_norm", True, {"values": [False, True]}, None),
        ("max_depth", 16, {"values": [None, 4, 8, 16]}, None),
        ("max_features", 0.999, {"low": 0.05, "high": 1.0, "logarithmic": False, "whole": False}, None),  # all of them
        ("max_iter", 200, {"low": 20, "high": 200, "logarithmic": False, "whole": True}, "high"),
        ("max_iter", 199, {"low": 20, "high": 200, "logarithmic": False, "whole": True}, None),
    ],
)  # fmt: skip
def test_a_value_is_on_an_edge_where_others_lie_beyond(name, value, declared, found):
    assert search_space.edge(name, value, declared) == found


def test_every_end_without_a_beyond_is_of_a_hyperparameter_that_is_searched():
    names = {
        name for each in BASELINES.values() for task in ("classification", "regression") for name in each.space(task)
    }
    names |= {name for kind in ("mlp", "cnn1d", "cnn2d") for name in of_network(ARCHITECTURES[kind])}
    assert {name for each in search_space.NOTHING_BEYOND.values() for name in each} <= names
