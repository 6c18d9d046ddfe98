"""Simulated images hold what they are said to hold."""

from collections import Counter

import numpy as np

from tentips.simulate.image_study import ImageDesign, images


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
