"""ComBat against the original program's figures, in its limits, and inside the preparation of models."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from small import config, resolved, rows

from tentips.data.combat import UNKNOWN, ComBat
from tentips.data.preparation import numbers_and_text, preparation
from tentips.data.tidy import BATCH, combined_batches
from tentips.errors import StudyError
from tentips.models.baseline_search import predict, refit
from tentips.models.folds import prepare_folds
from tentips.models.pipeline_files import load_pipeline, save_pipeline
from tentips.models.recipe import Recipe
from tentips.study.resolution import resolve

COMBAT = {"batch_correction": "combat", "scale": "none"}


def corrected(values, batch, new=None, new_batch=None):
    model = ComBat().fit(np.column_stack([values, batch]))
    new, new_batch = (values, batch) if new is None else (new, new_batch)
    return model.transform(np.column_stack([new, new_batch]))


def three_batches():
    random = np.random.default_rng(11)
    batch = np.repeat([0, 1, 2], [8, 10, 12])
    values = random.normal(size=(30, 8)) * random.gamma(3, 0.5, size=8) + random.normal(size=8) * 3
    values[batch == 1] = values[batch == 1] * 1.6 + random.normal(1, 0.4, size=8)
    values[batch == 2] = values[batch == 2] * 0.7 - random.normal(1, 0.3, size=8)
    return values, batch


def test_as_the_original_program_does():
    """Figures of neuroCombat 0.2.12, a port of the authors' R program: neuroCombat(values.T, batch)["data"].T.

    combatlearn 2.3.0 takes its priors over batches for each feature, not over features for each batch, and differs.
    """
    found = corrected(*three_batches())
    expected = [
        [2.73909265, 2.64496464, -3.61305444],
        [0.8985446, 5.68943994, -7.43135104],
        [3.90918771, 6.28718563, -3.90932208],
    ]
    assert found[np.ix_([0, 10, 25], [0, 3, 7])] == pytest.approx(np.array(expected), abs=1e-7)
    assert found.sum() == pytest.approx(206.16287956578884)
    assert np.square(found).sum() == pytest.approx(3282.612850770598)


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_single_feature_has_no_prior_as_in_combatlearn():
    from combatlearn import ComBat as Reference

    values, batch = three_batches()
    frame = pd.DataFrame(values[:, :1])
    reference = Reference(batch=pd.Series(batch), method="johnson").fit(frame).transform(frame)
    assert corrected(values[:, :1], batch) == pytest.approx(reference.to_numpy(dtype=float), abs=1e-5)


def test_batches_get_one_location_and_scale_but_the_signal_stays():
    random = np.random.default_rng(0)
    n = 400
    batch, label = random.integers(0, 2, n), random.integers(0, 2, n)
    values = random.normal(size=(n, 20)) + 3.0 * label[:, None] * (np.arange(20) < 3)
    values[batch == 1] = 2 * values[batch == 1] + 5
    found = corrected(values, batch)
    means, spreads = (np.array([method(found[batch == b], axis=0) for b in (0, 1)]) for method in (np.mean, np.std))
    assert np.abs(means[0] - means[1]).max() < 0.6
    assert spreads[0] / spreads[1] == pytest.approx(np.ones(20), abs=0.15)
    pooled = np.sqrt(np.mean([values[batch == b].var(axis=0) for b in (0, 1)], axis=0))
    gap = (found[label == 1].mean(axis=0) - found[label == 0].mean(axis=0)) / pooled
    assert gap[:3].min() > 1 > 0.3 > np.abs(gap[3:]).max()


def test_without_a_batch_effect_hardly_anything_changes():
    random = np.random.default_rng(1)
    values, batch = random.normal(size=(600, 30)), random.integers(0, 3, 600)
    assert np.abs(corrected(values, batch) - values).max() < 0.35  # the raw batch means alone reach 0.2


def test_a_row_is_adjusted_alone_as_among_many():
    values, batch = three_batches()
    assert corrected(values, batch, values[[12]], [1]) == pytest.approx(corrected(values, batch)[[12]])


@pytest.mark.parametrize("unseen", [UNKNOWN, 7])
def test_rows_of_an_unseen_batch_stay_as_they_are(unseen):
    values, batch = three_batches()
    new = values[:4] + 100
    assert (corrected(values, batch, new, np.full(4, unseen)) == new).all()


def test_a_batch_of_one_row_and_rows_without_a_batch_teach_nothing():
    values, batch = three_batches()
    more = np.vstack([values, np.full((2, 8), 50.0)])
    found = corrected(more, [*batch, 3, UNKNOWN])
    assert found[:-2] == pytest.approx(corrected(values, batch))
    assert (found[-2:] == 50).all()


def test_a_feature_that_only_names_the_batch_becomes_constant():
    values, batch = three_batches()
    found = corrected(np.column_stack([values, batch * 10.0, np.full(30, 4.0)]), batch)
    assert np.ptp(found[:, 8]) < 1e-12
    assert (found[:, 9] == 4).all()
    assert found[:, :8] == pytest.approx(corrected(values, batch))


def test_one_batch_only_leaves_everything_alone():
    values, _ = three_batches()
    assert (corrected(values, np.zeros(30)) == values).all()


def with_batch(n=60, seed=0):
    """Two features, a category, and batches that shift the numbers; the label goes with neither."""
    random = np.random.default_rng(seed)
    batch = np.resize(["a", "b", "c"], n).astype(object)
    frame = pd.DataFrame(random.normal(size=(n, 2)), columns=["x", "y"])
    frame["x"] += 10 * (batch == "b")
    frame["kind"] = np.resize(["p", "q"], n)
    return dataclasses.replace(rows(frame, np.resize([0, 1, 1, 0], n)), batch=batch)


def test_the_preparation_corrects_numbers_between_imputation_and_scale():
    table = with_batch()
    table.features.loc[3, "x"] = np.nan
    found = prepared(table, scale="standard")
    median = table.features["x"].median()
    numbers = np.column_stack([table.features["x"].fillna(median), table.features["y"]])
    by_hand = corrected(numbers, pd.factorize(table.batch)[0])
    by_hand = (by_hand - by_hand.mean(axis=0)) / by_hand.std(axis=0)
    assert found[:, :2] == pytest.approx(by_hand)
    assert found[:, 2:].tolist() == [[1, 0], [0, 1]] * 30


def prepared(table, **options):
    settings = resolved(data={"batch": "batch"}, preprocess={**COMBAT, **options})["preprocess"]
    pipeline = preparation(table.inputs, settings, table.task).fit(table.inputs, table.truth)
    return np.asarray(pipeline.transform(table.inputs))


@pytest.mark.parametrize("transform", ["none", "log1p", "clr", "tuned"])
def test_the_batch_is_never_a_feature(transform):
    table = with_batch()
    table = dataclasses.replace(table, features=table.features.assign(x=table.features["x"].abs(), y=3.0))
    settings = resolved(data={"batch": "batch"}, preprocess={**COMBAT, "transform": transform})["preprocess"]
    pipeline = preparation(table.inputs, settings, table.task).fit(table.inputs, table.truth)
    assert list(pipeline.get_feature_names_out()) == ["x", "y", "kind_p", "kind_q"]
    assert list(table.features.columns) == ["x", "y", "kind"]
    assert pipeline.transform(table.inputs).shape == (60, 4)
    # Two rows that differ in nothing but a batch without an estimate come out alike.
    two = table.inputs.iloc[[0, 0]].assign(**{BATCH: ["new", None]})
    assert np.ptp(pipeline.transform(two), axis=0).max() == 0


def test_a_preparation_does_not_go_on_without_the_batch_that_it_needs():
    table = with_batch()
    wanted = resolved(data={"batch": "batch"}, preprocess=COMBAT)["preprocess"]
    for features, options in ((table.features, wanted), (table.inputs, resolved()["preprocess"])):
        with pytest.raises(ValueError, match=r"Rows\.inputs"):
            preparation(features, options, "classification")


def test_folds_are_corrected_from_their_training_rows_alone():
    table = with_batch()
    settings = resolved(data={"batch": "batch"}, preprocess=COMBAT)["preprocess"]
    fold = prepare_folds(table, settings)[0]
    changed = table.features.copy()
    changed.loc[fold.tune, ["x", "y"]] += 1000
    other = prepare_folds(dataclasses.replace(table, features=changed), settings)[0]
    assert (other.matrix[fold.train] == fold.matrix[fold.train]).all()
    relabelled = prepare_folds(table.relabelled(1 - table.truth), settings)[0]
    assert (relabelled.matrix == fold.matrix).all()
    seen = fold.matrix[fold.train][:, 0]
    means = [seen[table.batch[fold.train] == name].mean() for name in "abc"]
    assert np.ptp(means) < 1 < 10 - 1


def test_a_saved_model_corrects_as_before(tmp_path):
    table = with_batch()
    table.batch[5] = None
    settings = resolved(data={"batch": "batch"}, preprocess={"batch_correction": "combat"})
    pipeline = refit("logistic", table, {}, Recipe.of(settings))
    save_pipeline(pipeline, tmp_path / "model.skops")
    loaded = load_pipeline(tmp_path / "model.skops")
    expected = predict(pipeline, table.inputs, table.classes)
    assert (predict(loaded, table.inputs, table.classes) == expected).all()
    moved = table.inputs.assign(**{BATCH: np.roll(table.batch, 1)})
    assert np.abs(predict(loaded, moved, table.classes) - expected).max() > 1e-3


def test_several_batch_columns_are_corrected_for_together():
    sheet = pd.DataFrame({"run": [1.0, 1, 2, np.nan], "plate": ["a", "b", "a", "a"]})
    assert combined_batches(sheet, ["run", "plate"]).tolist() == ["1 / a", "1 / b", "2 / a", None]
    assert combined_batches(sheet, ["run"]).tolist() == ["1", "1", "2", None]


def test_correction_needs_a_declared_batch():
    with pytest.raises(StudyError, match=r"batch_correction is 'combat', but data\.batch is not declared"):
        resolve(config(preprocess=COMBAT))


def test_numbers_and_text_leave_the_batch_out():
    table = with_batch()
    assert BATCH not in numbers_and_text(table.features)
    assert dataclasses.replace(table, batch=None).inputs is table.features
