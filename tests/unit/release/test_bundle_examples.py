"""Made-up samples are made up, and of the form that the model takes."""

import numpy as np

from tentips.predict import new_images
from tentips.release.bundle_examples import example_images, example_sequences, example_table, write_examples

SHEET = {
    "id": "patient",
    "features": [
        {"name": "age", "type": "number", "low": 20.0, "high": 60.0},
        {"name": "unknown", "type": "number", "low": None, "high": None},
        {"name": "sex", "type": "category", "categories": ["f", "m"]},
        {"name": "city", "type": "category", "categories": []},
    ],
}


def test_examples_lie_in_the_range_and_use_the_known_categories():
    found = example_table(SHEET)
    assert found["age"].tolist() == [30.0, 40.0, 50.0]
    assert found["unknown"].tolist() == [0.0, 0.0, 0.0]
    assert found["sex"].tolist() == ["f", "m", "f"]
    assert found["city"].isna().all()
    assert found["patient"].tolist() == ["example 1", "example 2", "example 3"]


def test_sequences_have_the_letters_and_the_length_that_the_model_takes():
    facts = {"alphabet": "rna", "length": 7}
    found = example_sequences({"modality": "sequence", "facts": facts})
    assert [len(each) for each in found] == [7] * 3 and set("".join(found)) == set("ACGU")


def test_images_of_any_kind_are_read_as_the_model_takes_them(tmp_path):
    for number, (channels, bits) in enumerate([(1, 8), (3, 8), (1, 16), (5, 16), (2, 8)]):
        facts = {"height": 6, "width": 9, "channels": channels, "bits": bits, "sizes_differ": False}
        sheet = {"modality": "image", "facts": facts}
        (tmp_path / str(number)).mkdir()
        write_examples(sheet, tmp_path / str(number))
        [part] = new_images.check(tmp_path / str(number) / "examples", sheet).parts()
        assert list(part.ids) == ["example_1", "example_2", "example_3"]
        expected = [each.tobytes() for each in example_images(sheet)]
        assert part.measured["image"].tolist() == expected and len(np.unique(expected)) == 3
