"""What the test part samples: groups, or where whole sites are held out, sites. Equal models must get no verdict from few sites."""

import numpy as np
import pandas as pd
from small import resolved

from tentips.artifacts import write_parquet
from tentips.data.row_options import RowOptions
from tentips.data.rows import read_rows
from tentips.statistics.comparison import compare


def read(folder, role, **split):
    sheet = pd.DataFrame({"sample": list("abcdefgh"), "label": list("xyxyxyxy")})
    sheet = sheet.assign(group=list("ppqrstuv"), hospital=list("11122233"))
    table = sheet[["sample"]].assign(repeat=1, role=role, fold=0)
    measured = sheet[["sample"]].assign(f1=np.arange(8.0))
    files = [str(folder / f"{name}.parquet") for name in ("features", "samples", "split")]
    for frame, path in zip((measured, sheet, table), files, strict=True):
        write_parquet(frame, path)
    options = RowOptions.of(resolved(split=split))
    return read_rows(*files, 1, role, options).groups


def test_sites_are_what_a_split_by_site_samples(tmp_path):
    by_site = {"strategy": "site", "column": "hospital"}
    assert len(set(read(tmp_path, "test"))) == 7
    assert read(tmp_path, "test", **by_site).tolist() == [0, 0, 0, 1, 1, 1, 2, 2]
    assert len(set(read(tmp_path, "train", **by_site))) == 7, "training keeps patients together, as before"


def test_equal_models_of_which_each_does_better_at_some_sites_get_no_verdict():
    """By samples more than a fifth of such studies would find one of them better."""
    random, wrong = np.random.default_rng(1), np.zeros(2)
    site, studies = np.repeat(np.arange(10), 24), 100
    for _ in range(studies):
        truth, predictions = random.integers(2, size=len(site)), []
        for _model in range(2):
            strength = 1.5 * (1 + 0.6 * random.normal(size=10))[site]
            second = 1 / (1 + np.exp(-(truth - 0.5) * strength - random.normal(size=len(site))))
            predictions.append([np.column_stack([1 - second, second])])
        for number, units in enumerate((site, np.arange(len(site)))):
            found = compare("roc_auc", truth, *predictions, units, 0.95)
            wrong[number] += found.low > 0 or found.high < 0
    assert wrong[0] / studies <= 0.08 and wrong[1] / studies > 0.2
