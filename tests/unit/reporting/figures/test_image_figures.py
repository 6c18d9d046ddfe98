"""A contact sheet shows the images that were asked for, each in its row."""

import numpy as np
import pandas as pd

from tentips.reporting.figures.image_figures import EACH, chosen, contact_sheet

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
    drawn = contact_sheet(measured, {"one": ["y"], "two": ["z", "x"]}).drawn
    first, second = (np.asarray(panel.images[0].get_array()) for panel in drawn.axes)
    assert np.allclose(first[:, :8, 0], pixels[1] / pixels.max()) and (first[:, 8:] == 1).all()
    assert np.allclose(second[:, 10:18, 2], pixels[0] / pixels.max())
