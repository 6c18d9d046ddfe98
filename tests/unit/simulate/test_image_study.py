"""Simulated images hold what they are said to hold."""

from collections import Counter

import numpy as np
import pandas as pd
from small import resolved

from tentips.data.images import Images
from tentips.data.rows import Rows
from tentips.explore.exploration import single_features
from tentips.quality.duplicates import repeated_samples
from tentips.quality.hidden_groups import hidden_groups
from tentips.simulate.image_study import ImageDesign, images
from tentips.study.config import role_columns

FACTS = {"height": 16, "width": 16, "channels": 3, "bits": 8, "sizes_differ": False}


def rows(design):
    pictures, labels, slides = images(design)
    pixels = pd.Series([each.tobytes() for each in pictures], dtype=object)
    ids, truth = (
        np.array([f"s{row}" for row in range(len(labels))], dtype=object),
        (np.array(labels) == "case").astype(int),
    )
    measured = pd.DataFrame({"image": pixels, "height": 16, "width": 16})
    number = np.arange(len(ids))
    found = Rows(
        ids, measured, truth, truth, number, number % 3, ["control", "case"], "classification", modality=Images(FACTS)
    )
    return found, pd.DataFrame({"sample": ids, "label": labels, "group": ids, "slide": slides})


def red(design):
    pictures, labels, _ = images(design)
    mean = pictures[..., 0].mean(axis=(1, 2))
    case = np.array(labels) == "case"
    return mean[case].mean() - mean[~case].mean()


def test_colour_and_marks_differ_where_they_are_meant_to():
    assert red(ImageDesign(80, signal="colour")) > 25 and abs(red(ImageDesign(80))) < 12
    pictures, labels, _ = images(ImageDesign(40, mark=True))
    corner = (pictures[:, :3, :3] == 255).all(axis=(1, 2, 3))
    assert (corner == (np.array(labels) == "case")).all()


def test_slides_share_label_and_ground_and_copies_share_pixels():
    _, labels, slides = images(ImageDesign(60, slides=6))
    assert set(Counter(slides).values()) == {6} and len(set(zip(slides, labels, strict=True))) == 10
    pictures, _, slides = images(ImageDesign(40, copies=4))
    sums = {slide: {int(pictures[row].sum()) for row in range(40) if slides[row] == slide} for slide in slides}
    assert all(len(found) == 1 for found in sums.values()) and len(sums) == 10


def test_a_mark_gives_the_label_away_to_one_feature_and_shapes_do_not():
    best = [
        single_features(rows(ImageDesign(150, side=16, **each))[0]).loc[0, "value"]
        for each in ({"signal": "none", "mark": True}, {})
    ]
    assert best[0] > 0.99 and best[1] < 0.97


def test_images_of_one_slide_are_found_as_groups_and_copies_as_copies():
    config = resolved(data={"id": "sample", "label": "label"})
    sheets = rows(ImageDesign(150, side=16, slides=5)), rows(ImageDesign(150, side=16))
    sheets[1][1]["slide"] = [f"slide_{row // 5}" for row in range(150)]  # names alone, nothing is shared
    p_values = []
    for found, samples in sheets:
        table = hidden_groups(found, samples, role_columns(config), ["slide"], config["preprocess"])
        p_values.append(table.set_index("column").loc["slide", "p_adjusted"])
    assert p_values[0] < 0.01 < p_values[1]
    found, _ = rows(ImageDesign(60, side=16, copies=4))
    _, pairs = repeated_samples(found.modality, found.features, found.ids, 0)
    assert len(pairs) == 45 and not len(
        repeated_samples(sheets[0][0].modality, sheets[0][0].features, sheets[0][0].ids, 0)[1]
    )
