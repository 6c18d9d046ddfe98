"""Words and logos of sequences whose effects are known."""

import numpy as np
import pandas as pd
import pytest

from tentips.interpret.motif_words import leading_words, logo_around, logo_of_places, word_length, words_table


def planted(n=40, length=30, seed=0):
    """Sequences of which every second holds TGACTCA, whose letters have an effect of 0.1 each; all others have noise."""
    random = np.random.default_rng(seed)
    letters = random.choice(list("ACGT"), (n, length))
    effects = random.normal(0, 0.01, (n, length))
    for row in range(0, n, 2):
        place = random.integers(0, length - 7)
        letters[row, place : place + 7] = list("TGACTCA")
        effects[row, place : place + 7] = 0.1
    return ["".join(each) for each in letters], effects


def test_the_planted_motif_comes_out_on_top():
    sequences, effects = planted()
    table = words_table(sequences, effects, np.zeros_like(effects), np.arange(40), 0.95)
    assert set(table["word"][:3]) == {"TGACT", "GACTC", "ACTCA"}
    leading = table.iloc[0]
    assert leading["effect"] == pytest.approx(0.5, abs=0.05) and leading["low"] > 0.4 and leading["p_adjusted"] < 1e-6
    assert leading["units"] >= 20 and leading["effect_shuffled"] == 0
    # Parts of one motif are drawn once.
    assert len(leading_words(table.iloc[:3], 2)) == 1


def test_the_effect_of_a_word_is_the_mean_over_independent_units():
    sequences = ["AAAAAT", "AAAAAT", "AAAAAT", "CAAAAA", "CAAAAA", "GAAAAA"]
    effects = np.repeat([[1.0], [1.0], [1.0], [2.0], [2.0], [3.0]], 6, axis=1)
    units = np.array([0, 0, 0, 1, 1, 2])
    assert len(words_table(sequences, effects, effects, units, 0.95)) == 0  # three units are too few
    more = [*sequences, *["AAAAAC"] * 3], np.vstack([effects, np.repeat([[2.0]] * 3, 6, axis=1)]), [*units, 3, 4, 5]
    found = words_table(*more[:2], more[1], np.array(more[2]), 0.95).set_index("word").loc["AAAAA"]
    assert (found["n"], found["units"], found["effect"]) == (9, 6, pytest.approx(5 * (1 + 2 + 3 + 2 + 2 + 2) / 6))


def test_without_any_effect_no_word_leads():
    random, alarms = np.random.default_rng(3), 0
    for seed in range(40):
        sequences, _ = planted(60, seed=seed)
        effects = random.normal(size=(60, 30))
        table = words_table(sequences, effects, effects, np.arange(60), 0.95)
        alarms += (table["p_adjusted"] < 0.05).any()
    assert alarms <= 6  # 5 % of 40 are 2; 7 or more come by chance once in 300 times


def test_a_logo_shows_what_is_around_a_word():
    sequences, effects = planted()
    logo = logo_around("GACTC", sequences, effects, np.arange(40)).set_index(["place", "letter"])
    shown = logo[logo["height"] > 0.08].reset_index()
    assert "".join(shown["letter"]) == "TGACTCA" and shown["place"].tolist() == [-1, 0, 1, 2, 3, 4, 5]
    assert logo.loc[(0, "G"), "height"] == pytest.approx(0.1, abs=0.01) and logo["n"].min() >= 5


def test_by_position_heights_are_divided_by_all_sequences_and_rare_letters_are_left_out():
    sequences, effects = ["AC"] * 6 + ["GC"] * 4, np.array([[0.5, 0.0]] * 6 + [[0.9, np.nan]] * 4)
    logo = logo_of_places(sequences, effects, np.arange(10))
    assert logo[["place", "letter", "n", "of"]].to_numpy().tolist() == [[1, "A", 6, 10], [2, "C", 6, 10]]
    assert logo["height"].tolist() == pytest.approx([0.3, 0.0])


def test_words_are_as_long_as_an_alphabet_allows():
    assert [word_length(letters) for letters in (4, 5, 8, 20)] == [5, 5, 4, 3]


def test_sequences_shorter_than_a_word_have_none():
    table = words_table(["ACGT"] * 9, np.ones((9, 4)), np.ones((9, 4)), np.arange(9), 0.95)
    assert len(table) == 0 and leading_words(pd.DataFrame(table), 2) == []
