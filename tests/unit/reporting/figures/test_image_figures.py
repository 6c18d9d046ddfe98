"""A contact sheet shows the images that were asked for, each in its row."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
from small import resolved

from tentips.reporting.figures.image_figures import EACH, chosen, contact_sheet, misjudged

FACTS = {"height": 8, "width": 8, "channels": 1, "bits": 16, "sizes_differ": False}


def test_rows_are_levels_and_the_farthest_outliers():
    embedding = pd.DataFrame(
        {"sample": [f"s{row}" for row in range(30)], "label": np.resize(["a", "b"], 30), "run": np.arange(30)}
    )
    outliers = pd.DataFrame(
        {"sample": embedding["sample"], "outlier": np.arange(30) >= 15, "inside": np.arange(30.0), "outside": 0.0}
    )
    found = chosen(embedding, outliers.assign(inside_cutoff=1.0, outside_cutoff=1.0), {"label": "kind", "run": "run"})
    assert list(found) == ["kind: a", "kind: b", "outliers"]
    assert found["outliers"] == [f"s{row}" for row in range(29, 29 - EACH, -1)]
    assert len(set(found["kind: a"])) == EACH and all(int(name[1:]) % 2 == 0 for name in found["kind: a"])


def test_pixels_are_drawn_as_they_are():
    pixels = np.arange(3 * 64, dtype="uint16").reshape(3, 8, 8) * 10
    measured = pd.DataFrame({"sample": ["x", "y", "z"], "image": [each.tobytes() for each in pixels]})
    measured.attrs = FACTS
    drawn = contact_sheet(measured, {"one": ["y"], "two": ["z", "x"]}, "all of them.").drawn
    first, second = (np.asarray(panel.images[0].get_array()) for panel in drawn.axes)
    assert np.allclose(first[:, :8, 0], pixels[1] / pixels.max()) and (first[:, 8:] == 1).all()
    assert np.allclose(second[:, 10:18, 2], pixels[0] / pixels.max())


def errors(sensitive=False, wrong=(), doubtful=()):
    """A study of four images of one colour each."""
    measured = pd.DataFrame({"sample": list("abcd"), "image": [bytes([20 * number] * 64) for number in range(4)]})
    measured.attrs = {**FACTS, "bits": 8}

    def images(samples):
        found = measured[measured["sample"].isin(samples)]
        found.attrs = measured.attrs
        return found

    return SimpleNamespace(
        config=resolved(study={"sensitive": sensitive}, data={"task": "classification"}),
        hardest=pd.DataFrame(wrong, columns=["sample", "truth", "predicted"], dtype="str"),
        doubtful=pd.DataFrame(doubtful, columns=["sample", "label", "suggested"], dtype="str"),
        hardest_of="logistic",
        images=images,
    )


WRONG = [("c", "red", "white"), ("a", "white", "red"), ("b", "red", "white")]


def test_errors_stand_by_what_was_taken_for_what_and_doubtful_labels_after_them():
    figure = misjudged(errors(wrong=WRONG, doubtful=[("d", "white", "red")]))
    rows = [panel.get_yticklabels()[0].get_text() for panel in figure.drawn.axes]
    assert rows == ["red, taken for white (2)", "white, taken for red (1)", "white, perhaps red (1)"]
    shown = np.asarray(figure.drawn.axes[0].images[0].get_array())
    assert np.allclose(shown[0, 0], 40 / 255) and np.allclose(shown[0, 10], 20 / 255), "the worst first"
    assert (
        "the 3 held-out ones that the logistic regression got most wrong, and of the 1 of the development"
        in figure.caption
    )
    assert figure.table is None, "no sample is named"


def test_nothing_is_shown_where_data_are_sensitive_or_nothing_is_wrong():
    assert "says that its data are sensitive" in misjudged(errors(True, WRONG)).caption
    assert "does not say" in misjudged(errors(None, WRONG)).caption
    assert misjudged(errors()).caption == "No held-out image was misjudged, and no label is doubtful."
