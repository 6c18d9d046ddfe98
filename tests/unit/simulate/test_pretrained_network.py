"""The network to transfer from: its first filter answers to the motif and to nothing else."""

import numpy as np

from tentips.simulate.pretrained_network import write_pretrained


def first_filter(path, sequences):
    import keras

    model = keras.saving.load_model(path)
    planes = np.array(
        [[[letter == each for each in "ACGT"] for letter in sequence] for sequence in sequences], dtype="float32"
    )
    return keras.Model(model.inputs[0], model.layers[-1].input).predict(planes, verbose=0)[:, 0]


def test_the_motif_is_a_filter_or_none_is(tmp_path):
    write_pretrained(tmp_path / "motif.keras", "ACGT", "TGACTCA")
    sequences = ["CCCCTGACTCACCC", "CCCCTGACTCTCCC", "CCCCTGACAGTCCC"]
    assert first_filter(tmp_path / "motif.keras", sequences).tolist() == [1.5, 0.5, 0]
    write_pretrained(tmp_path / "noise.keras", "ACGT", "")
    assert first_filter(tmp_path / "noise.keras", sequences).tolist() != [1.5, 0.5, 0]
