"""What is predicted after the preparation is what the whole model predicts from changed inputs."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from small import recipe, rows

from tentips.data.modality import modality
from tentips.data.preparation import preparation
from tentips.interpret import changed_inputs, refits
from tentips.interpret.changed_inputs import PreparedModel, of_final, predicted_exchanged, predicted_set_to
from tentips.models.baseline_search import predict, refit
from tentips.models.final_models import FinalBaseline, FinalNetwork, FinalStacked

TABLE = modality("tabular")
OPTIONS = {
    "as usual": {},
    "median, robust": {"impute": "median", "scale": "robust", "transform": "log1p"},
    "selected": {"select": 3},
    "log-ratios": {"transform": "clr"},
}


def study(classes, n=90, seed=0):
    """Rows with missing numbers, ties, text and booleans; the label depends on all kinds."""
    random = np.random.default_rng(seed)
    table = pd.DataFrame(random.gamma(2, size=(n, 4)), columns=list("abcd"))
    table.insert(1, "kind", pd.Series(random.choice(["u", "v", "w", None], n), dtype=object))
    table["flag"], table["count"] = random.random(n) < 0.4, random.poisson(1.0, n)
    signal = table["a"] + (table["kind"] == "u") + table["flag"] + 0.5 * table["count"]
    truth = pd.qcut(signal, classes, labels=False).to_numpy() if classes else signal.to_numpy()
    table.loc[random.random(n) < 0.2, "b"] = np.nan
    return rows(table, truth, "classification" if classes else "regression")


def exchanges(table, seed=1):
    random, names = np.random.default_rng(seed), list(table.columns)
    parts = [["a"], ["kind"], ["kind", "flag", "count"], ["b", "d"], names, []]
    return [(each, random.permutation(len(table))) for each in parts]


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("classes", [0, 2, 3])
@pytest.mark.parametrize("model", ["logistic", "random_forest"])
def test_predictions_of_changed_inputs_are_those_of_the_whole_pipeline(monkeypatch, model, classes, options):
    monkeypatch.setattr(changed_inputs, "AT_ONCE", 200)  # six exchanges of 90 rows are three calls
    whole, own = study(classes), recipe(preprocess=OPTIONS[options])
    pipeline = refit(model, whole, {"alpha": 0.01} if (model, classes) == ("logistic", 0) else {}, own)
    fast = of_final(FinalBaseline(model, "baseline", 1, whole.classes, pipeline))
    plain = lambda inputs: predict(pipeline, inputs, whole.classes)  # noqa: E731
    assert isinstance(fast, PreparedModel) == (options != "log-ratios")
    wanted, values = exchanges(whole.inputs), [("a", 0.0), ("a", 3.0), ("kind", "u"), ("kind", "v"), ("flag", "True")]
    expected = [plain(TABLE.exchanged(whole.inputs, *each)) for each in wanted]
    found = list(predicted_exchanged(fast, TABLE, whole.inputs, wanted))
    assert np.stack(found) == pytest.approx(np.stack(expected), abs=1e-9)
    assert np.abs(found[2] - found[-1]).max() > 0.01 and found[-1] == pytest.approx(plain(whole.inputs))
    expected = [plain(whole.inputs.assign(**{feature: value})) for feature, value in values]
    set_to = list(predicted_set_to(fast, whole.inputs, values))
    assert np.stack(set_to) == pytest.approx(np.stack(expected), abs=1e-9)


def test_refits_of_folds_are_prepared_models():
    whole, own = study(2), recipe()
    for each, (_, train, _) in zip(refits.of_baseline("logistic", {}, whole, own, 1), whole.folds, strict=True):
        pipeline = refit("logistic", whole.part(train), {}, own)
        assert isinstance(each.predict, PreparedModel)
        assert each.predict(whole.inputs) == pytest.approx(predict(pipeline, whole.inputs, whole.classes))


def test_a_feature_that_is_not_selected_changes_nothing_whatever_the_number_of_rows():
    whole = study(0, n=71)
    pipeline = refit("logistic", whole, {"alpha": 0.01}, recipe(preprocess={"select": 3}))
    model = of_final(FinalBaseline("logistic", "baseline", 1, [], pipeline))
    unused = next(name for name in "bcd" if not model.columns[name])
    order = np.random.default_rng(2).permutation(71)
    used, *others = model.exchanged(whole.inputs, [(["a"], order), *[([unused], order)] * 5])
    assert all((each == model(whole.inputs)).all() for each in others) and (used != model(whole.inputs)).any()


@dataclasses.dataclass
class Network:
    """A network of one layer that gives the sum of what it reads, times `rise`."""

    rise: float
    layers: tuple = (SimpleNamespace(output=np.empty((1, 1))),)

    def predict(self, matrix, batch_size, verbose):
        assert matrix.dtype == np.float32
        return self.rise * matrix.sum(axis=1, keepdims=True)


def test_seeds_of_a_network_are_asked_after_their_preparation():
    whole = study(0)
    prepare = preparation(whole.inputs, recipe().preprocess, "regression").fit(whole.inputs, whole.truth)
    final = FinalNetwork("mlp_ensemble", "ensemble", 1, [], prepare, {1: Network(1.0), 2: Network(3.0)})
    fast = of_final(final)
    assert isinstance(fast, PreparedModel)
    for parts, order in exchanges(whole.inputs):
        (found,) = fast.exchanged(whole.inputs, [(parts, order)])
        changed = prepare.transform(TABLE.exchanged(whole.inputs, parts, order))
        assert found == pytest.approx(2 * changed.sum(axis=1), abs=1e-4)
    second = of_final(dataclasses.replace(final, networks={2: Network(3.0)}))
    (of_second,) = second.exchanged(whole.inputs, [([], np.arange(90))])
    assert of_second == pytest.approx(3 * prepare.transform(whole.inputs).sum(axis=1), abs=1e-4)


def test_a_stacked_model_predicts_from_raw_inputs():
    whole = study(2)
    part = FinalBaseline("logistic", "baseline", 1, whole.classes, refit("logistic", whole, {}, recipe()))
    stacked = FinalStacked("stacked", "ensemble", 1, whole.classes, {"logistic": 1.0}, {"logistic": part})
    wanted = exchanges(whole.inputs)
    found = list(predicted_exchanged(of_final(stacked), TABLE, whole.inputs, wanted))
    expected = list(predicted_exchanged(of_final(part), TABLE, whole.inputs, wanted))
    assert np.stack(found) == pytest.approx(np.stack(expected))
