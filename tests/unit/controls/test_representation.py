"""A network trained with and without order, where order decides the class and where composition does."""

import keras_tuner
import numpy as np
import pandas as pd
import pytest
from small import recipe, resolved

from tentips.controls.representation import nothing, representation
from tentips.controls.trainings import Contender
from tentips.data.modality import modality
from tentips.data.rows import Rows
from tentips.models.networks import backend, cnn1d
from tentips.simulate.sequence_study import SequenceDesign, sequences

backend.choose("tensorflow", 0, True, 1)
FACTS = {"alphabet": "dna", "length": 20, "shortest": 20, "longest": 20, "both_strands": False}
SHORT = recipe(tuning={"epochs": 25, "patience": 25})


def rows_of(signal):
    records, labels = sequences(SequenceDesign(300, length=20, signal=signal))
    truth = (np.array(labels) == "case").astype(int)
    return Rows(
        ids=np.array([name for name, _ in records], dtype=object),
        features=pd.DataFrame({"sequence": [letters for _, letters in records]}),
        truth=truth,
        strata=truth,
        groups=np.arange(300),
        fold=np.arange(300) % 2,
        classes=["control", "case"],
        task="classification",
        modality=modality("sequence", FACTS),
    )


def found(signal, kind="network", model="cnn1d"):
    settings = cnn1d.declare(keras_tuner.HyperParameters()) | {"filters": 16, "layers": 1, "learning_rate": 0.01}
    contender = Contender(kind, model, settings, SHORT)
    return representation(contender, rows_of(signal), "roc_auc", 0.95, 1, lambda line: None).iloc[0]


def test_a_network_that_reads_a_motif_falls_to_chance_without_order():
    row = found("motif")
    assert row["score"] > 0.9 and row["disordered"] == pytest.approx(0.5, abs=0.1)
    assert row["difference"] == pytest.approx(row["score"] - row["disordered"]) and row["low"] > 0.2
    assert row["destroyed"] == "the letters of each sequence shuffled" and row["n"] == 300


def test_where_composition_decides_order_brings_nothing():
    row = found("composition")
    assert row["disordered"] > 0.75 and row["low"] < 0.05


@pytest.mark.parametrize(("kind", "model"), [("network", "mlp"), ("baseline", "logistic")])
def test_what_reads_no_order_is_not_trained(kind, model):
    assert found("motif", kind, model)["reason"] == "it reads features, not the samples in their order"
    assert (
        nothing("mlp")["reason"][0] == "it is switched off or took too long"
        and resolved()["controls"]["representation"]
    )
