"""Effects of places against models whose formula is known."""

import numpy as np
import pandas as pd
import pytest

from tentips.data.images import Images
from tentips.data.sequences import Sequences
from tentips.interpret.perturbation import drawn, place_effects, places_table

DNA = {"alphabet": "dna", "length": 12, "shortest": 9, "longest": 12, "both_strands": False}
IMAGE = {"height": 16, "width": 16, "channels": 3, "bits": 8, "sizes_differ": False}


def sequences(*letters):
    return pd.DataFrame({"sequence": pd.Series(letters, dtype=object)})


def pictures(values):
    images = [each.astype("uint8").tobytes() for each in values]
    return pd.DataFrame({"image": pd.Series(images, dtype=object), "height": 16, "width": 16})


def holds_the_motif(inputs):
    found = inputs["sequence"].str.contains("TGA").to_numpy(dtype=float)
    return np.stack([1 - found, found], axis=1)


def test_only_the_letters_of_the_motif_have_an_effect():
    inputs = sequences("CCCTGACCCCCC", "CCCCCCTGA", "CCCCCCCCCCCC")
    [found] = place_effects([holds_the_motif], Sequences(DNA), inputs, 0)
    assert found.shape == (3, 12, 2)
    assert found[0, :, 1].tolist() == [0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0]
    assert found[1, :9, 0].tolist() == [0, 0, 0, 0, 0, 0, -1, -1, -1] and np.isnan(found[1, 9:]).all()
    assert found[2, :, 1].tolist() == pytest.approx([0] * 12)


def test_a_gap_stays_and_a_number_is_explained_in_its_own_unit():
    length = lambda inputs: 10.0 * inputs["sequence"].str.count("A").to_numpy()  # noqa: E731
    [found] = place_effects([length], Sequences(DNA), sequences("A-CCCCCCCCCA"), 0)
    # An A exchanged for any other letter is one A fewer; a C becomes an A in one of three cases.
    assert found[0, :, 0] == pytest.approx([10, np.nan, *[-10 / 3] * 9, 10], nan_ok=True)


def test_of_long_sequences_several_letters_in_a_row_are_one_place():
    facts = DNA | {"length": 450, "shortest": 450, "longest": 450}
    kind = Sequences(facts)
    inputs = sequences("C" * 100 + "TGA" + "C" * 347)
    [found] = place_effects([holds_the_motif], kind, inputs, 0)
    assert found.shape == (1, 150, 2) and np.flatnonzero(found[0, :, 1]).tolist() == [33, 34]
    assert kind.letters(inputs) is None
    assert kind.at_places(np.ones((2, 450))).tolist() == [[3.0] * 150] * 2


def test_a_bright_corner_is_the_place_that_matters():
    random = np.random.default_rng(0)
    values = random.integers(0, 100, (5, 16, 16, 3))
    values[:, :2, :2] = 250
    corner = lambda inputs: Images(IMAGE).form.pixels(inputs["image"])[:, :2, :2].mean(axis=(1, 2, 3))  # noqa: E731
    kind = Images(IMAGE)
    [found] = place_effects([corner], kind, pictures(values), 0)
    assert found.shape == (5, 8, 8, 1)
    colour = values.mean(axis=(1, 2)).round().mean(axis=1)
    assert found[:, 0, 0, 0] == pytest.approx(250 - colour)
    # A cover is two places wide, so that the next one still covers half of the corner.
    assert found[:, 0, 1, 0] == pytest.approx((250 - colour) / 2) and (found[:, 2:, :, 0] == 0).all()
    table = places_table("m", {0: ""}, found, np.zeros_like(found))
    first = table.iloc[0]
    assert (first["place"], first["place_row"], first["place_column"], first["n"]) == ("row 1 column 1", 1, 1, 5)
    assert first["size"] == pytest.approx((250 - colour).mean()) and first["size_shuffled"] == 0


def test_as_many_samples_are_perturbed_as_their_cost_allows(monkeypatch):
    inputs = sequences(*["CCCTGACCCCCC"] * 60)
    kind = Sequences(DNA)
    for most, wanted in ((20_000, 60), (36 * 20, 20), (36, 10)):
        monkeypatch.setattr(Sequences, "most_perturbed", most)
        rows = drawn(kind, inputs, 0)
        assert len(rows) == len(set(rows)) == wanted and (np.diff(rows) > 0).all()


def test_a_model_that_diverged_has_no_effects():
    nothing = lambda inputs: np.full(len(inputs), np.nan)  # noqa: E731
    [found] = place_effects([nothing], Sequences(DNA), sequences("CCCTGACCCCCC"), 0)
    assert np.isnan(found).all()
    assert len(places_table("m", {0: ""}, found, found)) == 0
