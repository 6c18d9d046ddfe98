"""All tables of one model that is trained on sequences with a planted motif, and on images with a mark in a corner."""

import numpy as np
import pandas as pd
import pytest
from small import recipe

from tentips.data.images import Images
from tentips.data.modality import modality
from tentips.data.rows import Rows
from tentips.data.sequences import Sequences
from tentips.interpret import effect_maps, refits
from tentips.interpret.subjects import Subject, outputs_of
from tentips.models.baseline_search import refit
from tentips.models.final_models import FinalBaseline, FinalModel
from tentips.simulate.image_study import ImageDesign, images
from tentips.simulate.sequence_study import SequenceDesign, sequences

DNA = {"alphabet": "dna", "length": 30, "shortest": 30, "longest": 30, "both_strands": False}
IMAGE = {"height": 16, "width": 16, "channels": 3, "bits": 8, "sizes_differ": False}


def rows_of(inputs, labels, kind):
    truth = (np.array(labels) == "case").astype(int)
    numbers = np.arange(len(truth))
    return Rows(numbers.astype(str).astype(object), inputs, truth, truth, numbers, numbers % 3, ["control", "case"], "classification", modality=kind)  # fmt: skip


def explained(rows, test, seed=0):
    own = recipe()
    final = FinalBaseline("logistic", "baseline", 1, rows.classes, refit("logistic", rows, {}, own, 1))
    real, other = (refits.of_baseline("logistic", {}, each, own, 1) for each in (rows, refits.shuffled(rows, seed)))
    return effect_maps.effect_maps([Subject("logistic", "baseline", final, real, other)], rows, test, 0.95, seed)


@pytest.fixture(scope="module")
def of_sequences():
    records, labels = sequences(SequenceDesign(200, length=30))
    inputs = pd.DataFrame({"sequence": pd.Series([letters for _, letters in records], dtype=object)})
    rows = rows_of(inputs, labels, Sequences(DNA))
    return explained(rows.part(np.arange(160)), rows.part(np.arange(160, 200)))


def test_words_of_the_planted_motif_lead_and_shuffled_labels_do_not_know_them(of_sequences):
    words = of_sequences["words"]
    assert words["word"].iloc[0] in "TGACTCA" and (words["class"] == "case").all()
    own = words[[word in "TGACTCA" for word in words["word"]]]
    assert len(own) == 3 and (own["effect_shuffled"] < own["low"]).all()
    logo = of_sequences["logos"]
    logo = logo[logo["around"] == logo["around"].iloc[0]]
    assert "GACTC" in "".join(logo[logo["height"] > 0.05].sort_values("place")["letter"])


def test_models_of_other_folds_agree_and_those_of_shuffled_labels_do_not(of_sequences):
    held = of_sequences["map_agreement"].set_index("b")["correlation"]
    assert held[effect_maps.OTHER_FOLDS] > max(0.3, held[effect_maps.SHUFFLED] + 0.2)
    assert len(of_sequences["saliency"]) == 0


def test_a_mark_in_the_corner_is_the_place_that_leads_and_some_images_are_shown_without_their_names():
    pictures, labels, _ = images(ImageDesign(90, side=16, signal="none", mark=True))
    inputs = pd.DataFrame({"image": pd.Series([each.tobytes() for each in pictures], dtype=object), "height": 16, "width": 16})  # fmt: skip
    rows = rows_of(inputs, labels, Images(IMAGE))
    found = explained(rows.part(np.arange(70)), rows.part(np.arange(70, 90)))
    first = found["places"].iloc[0]
    assert (first["place_row"], first["place_column"]) == (1, 1) and first["size"] > 3 * first["size_shuffled"]
    shown = found["saliency"]
    assert set(shown["layer"]) == {"red", "green", "blue", "occlusion"} and set(shown["sample"]) == set(range(1, 7))
    light = (
        shown[(shown["layer"] == "red") & (shown["row"] < 3) & (shown["column"] < 3)].groupby("truth")["value"].min()
    )
    assert light["case"] == 1.0 and light["control"] < 0.9


def test_features_of_a_table_have_no_places():
    inputs = pd.DataFrame({"x": np.arange(12.0)})
    rows = rows_of(inputs, ["case", "control"] * 6, modality("tabular"))
    found = effect_maps.effect_maps([], rows, rows, 0.95, 0)
    assert {name: list(table.columns) for name, table in found.items()} == effect_maps.COLUMNS
    assert not any(len(table) for table in found.values())


def test_the_positive_class_of_two_is_explained_and_the_first_few_of_many():
    two = rows_of(pd.DataFrame({"x": np.arange(4.0)}), ["case", "control"] * 2, modality("tabular"))
    assert outputs_of(two) == {1: "case"}


class Diverged(FinalModel):
    """A final model whose weights are no numbers."""

    def prepare(self, inputs):
        return inputs

    def predict_prepared(self, matrix):
        return np.full((len(matrix), 2), np.nan)


def test_a_model_that_diverged_has_no_words_and_no_places():
    records, labels = sequences(SequenceDesign(30, length=30))
    inputs = pd.DataFrame({"sequence": pd.Series([letters for _, letters in records], dtype=object)})
    rows = rows_of(inputs, labels, Sequences(DNA))
    final = Diverged("cnn1d", "network", 1, rows.classes)
    broken = [refits.Refit(final.predict, tune) for _, _, tune in rows.folds]
    found = effect_maps.effect_maps([Subject("cnn1d", "network", final, broken, broken)], rows, rows, 0.95, 0)
    assert [len(found[name]) for name in ("places", "words", "logos", "saliency")] == [0, 0, 0, 0]
    assert set(found["map_agreement"]["n"]) == {0} and found["map_agreement"]["correlation"].isna().all()
