"""Simulated sequences hold what they are said to hold."""

from collections import Counter

from tentips.simulate.sequence_study import MOTIF, SequenceDesign, sequences


def test_the_motif_decides_the_class_and_its_letters_do_not():
    records, labels = sequences(SequenceDesign(200, seed=1))
    held = {
        label: [MOTIF in letters for (_, letters), own in zip(records, labels, strict=True) if own == label]
        for label in set(labels)
    }
    assert all(held["case"]) and sum(held["control"]) <= 2
    assert Counter(labels) == {"case": 100, "control": 100} and len(dict(records)) == 200


def test_composition_and_length_differ_where_they_are_meant_to():
    records, labels = sequences(SequenceDesign(100, signal="composition", tail=5))
    gc = {"case": [], "control": []}
    for (_, letters), label in zip(records, labels, strict=True):
        gc[label].append((letters.count("G") + letters.count("C")) / len(letters))
        assert len(letters) == (45 if label == "case" else 40)
    assert sum(gc["case"]) / 50 - sum(gc["control"]) / 50 > 0.15
