"""Networks to transfer from: one filter answers to the motif and to nothing else; that of images knows nothing."""

import numpy as np

from tentips.simulate.pretrained_network import write_pretrained, write_pretrained_images


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


def test_a_network_of_images_reads_any_size_and_follows_its_seed(tmp_path):
    import keras

    answers = {}
    for seed in (0, 0, 1):
        write_pretrained_images(tmp_path / "images.keras", seed)
        model = keras.saving.load_model(tmp_path / "images.keras")
        pictures = np.random.default_rng(0).random((2, 12, 20, 3))
        answers.setdefault(seed, []).append(model.predict(pictures, verbose=0))
    assert answers[0][0].shape == (2, 1) and (answers[0][0] == answers[0][1]).all()
    assert np.abs(answers[0][0] - answers[1][0]).max() > 1e-4
