"""The figure of transfer shows every size, and its caption states the differences of the table."""

from types import SimpleNamespace

import pandas as pd
from small import resolved

from tentips.reporting.figures.transfer_figure import transfer

NONE = float("nan")


def drawn(records):
    columns = ["model", "share", "parts", "n_train", "n", "score", "difference", "low", "high"]
    table = pd.DataFrame(records, columns=columns)
    return transfer(SimpleNamespace(transfer_curve=table, config=resolved(data={"task": "classification"})))


def test_differences_from_scratch_are_told_at_every_size():
    figure = drawn(
        [
            ("transfer_scratch", 0.125, 3, 50.4, 400, 0.7, NONE, NONE, NONE),
            ("transfer_finetuned", 0.125, 3, 50.4, 400, 0.9, 0.2, 0.12, 0.28),
            ("transfer_scratch", 1.0, 1, 1600, 400, 0.95, NONE, NONE, NONE),
            ("transfer_finetuned", 1.0, 1, 1600, 400, 0.94, -0.01, -0.03, 0.01),
        ]
    )
    scratch, tuned = figure.drawn.axes[0].lines
    assert scratch.get_ydata().tolist() == [0.7, 0.95] and tuned.get_xdata().tolist() == [50.4, 1600]
    [band] = figure.drawn.axes[0].collections
    heights = band.get_paths()[0].vertices[:, 1]
    assert heights.min() == 0.82 and heights.max() == 0.98, "about the curve from scratch"
    assert (
        "+0.200 (+0.120 to +0.280) with 50 training samples and -0.010 (-0.030 to +0.010) with 1,600" in figure.caption
    )
    assert "up to 3 parts of each size), 400 development samples" in figure.caption


def test_where_nothing_could_be_trained_it_says_so():
    assert drawn([]).caption == "No part of the samples was large enough to train on."
