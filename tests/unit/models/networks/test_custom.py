"""A study's own network: the example of the documentation, and what is said of mistakes in one."""

import re

import keras_tuner
import numpy as np
import pytest
from small import recipe, rows

from tentips.errors import StudyError
from tentips.models.journal import Journal
from tentips.models.networks import backend
from tentips.models.networks.architecture import architecture
from tentips.models.networks.keras_files import load_keras, save_keras
from tentips.paths import DOCS
from tentips.study.custom_file import check_custom_file

backend.choose("tensorflow", 0, True, 1)

BUILD = "def build(settings, inputs, outputs):\n"
DECLARE = "import keras\ndef declare(hp):\n    return {}\n"


def example():
    return re.search(r"```python\n(.*?)```", (DOCS / "own-network.md").read_text(encoding="utf-8"), re.S)[1]


def written(folder, text):
    file = folder / "network.py"
    file.write_text(text, encoding="utf-8")
    return architecture("custom", recipe(models={"networks": ["custom"], "custom": str(file)}))


@pytest.mark.parametrize("task", ["classification", "regression"])
def test_the_example_of_the_documentation_is_searched_saved_and_loaded(tmp_path, task):
    from tentips.models.networks.refit import refit
    from tentips.models.networks.search import search
    from tentips.models.networks.workbench import Workbench

    random = np.random.default_rng(0)
    matrix = random.normal(size=(120, 4))
    truth = (matrix[:, 0] > 0).astype(int) if task == "classification" else 300 + 40 * matrix[:, 0]
    table, kind = rows(matrix, truth, task), written(tmp_path, example())
    own = recipe(data={"task": task}, tuning={"trials": 2, "epochs": 40, "patience": 40})
    bench = Workbench(kind, table, own, "roc_auc" if task == "classification" else "r2")
    trials, best = search(bench, Journal(tmp_path / "1.jsonl", "mark"), tmp_path / "search", lambda text: None)
    settings = trials[best].settings
    assert {"layers", "units", "dropout", "l2", "optimiser", "learning_rate", "schedule", "batch_size"} == set(settings)
    prepare, [trained] = refit(kind, table, {**settings, "learning_rate": 1e-2}, own, [1])
    save_keras(kind.keras_model(settings, (4,), table.outputs, task, trained.weights), tmp_path / "model.keras")
    prepared = np.asarray(prepare.transform(table.inputs), "float32")
    predicted = np.asarray(load_keras(tmp_path / "model.keras").predict(prepared, verbose=0))
    if task == "classification":
        assert ((predicted[:, 1] > 0.5) == truth).mean() > 0.9
        assert np.abs(predicted - trained.predictions).max() < 1e-4
    else:
        # in the label's own unit
        assert np.corrcoef(predicted[:, 0], truth)[0, 1] > 0.9 and abs(predicted.mean() - 300) < 20
        assert np.abs(predicted[:, 0] - trained.predictions).max() < 0.05


def test_a_setting_of_training_that_the_file_declares_is_its_own(tmp_path):
    text = "def declare(hp):\n    return {'batch_size': hp.Choice('batch_size', [7])}\n" + BUILD + "    return inputs\n"
    settings = written(tmp_path, text).declare(keras_tuner.HyperParameters())
    assert settings["batch_size"] == 7 and settings["optimiser"] == "adam"


@pytest.mark.parametrize(
    ("build", "match"),
    [
        (
            "    return 1 / 0\n",
            r"network\.py, line 5: ZeroDivisionError: division by zero.*in your network, not in tentips",
        ),
        ("    return settings['depth']\n", r"network\.py, line 5: KeyError: 'depth'"),
        ("    return keras.layers.Conv1D(2, 3)(inputs)\n", r"network\.py, line 5: ValueError: .*in your network"),
        ("    pass\n", "returned nothing; it must return a Keras tensor"),
        ("    return keras.layers.Dense(5)(inputs)\n", r"shape \(None, 5\); it must be \(None, 2\)"),
        (
            "    return keras.layers.Lambda(lambda x: x[:, :2])(inputs)\n",
            "of type Lambda, which cannot be loaded again",
        ),
    ],
)
def test_mistakes_in_build_are_told_as_the_authors_with_the_line(tmp_path, build, match):
    kind = written(tmp_path, DECLARE + BUILD + build)
    with pytest.raises(StudyError, match=match):
        kind.keras_model({}, (4,), 2, "classification")


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("def declare(hp:\n    pass\n", r"network\.py, line 1: .*never closed"),
        (DECLARE, r"has no function build\(settings, inputs, outputs\)"),
        ("def declare(hp):\n    return {}\ndef build(inputs):\n    return inputs\n", r"line 3: build takes 1 argument"),
        ("def build(settings, inputs, outputs):\n    return inputs\n", r"has no function declare\(hp\)"),
        (None, "there is no such file"),
    ],
)
def test_a_file_that_cannot_work_is_refused_without_running_it(tmp_path, text, match):
    file = tmp_path / "network.py"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    with pytest.raises(StudyError, match=match):
        check_custom_file(file, "config/config.yaml")


def test_the_example_passes_the_check_before_any_job(tmp_path):
    file = tmp_path / "network.py"
    file.write_text(example(), encoding="utf-8")
    assert check_custom_file(file, "config/config.yaml") is None
