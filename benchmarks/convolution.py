"""Measure searches of convolutional networks against stock Keras Tuner, side by side, with the same hyperparameters.

    python benchmarks/convolution.py [--data splice blood] [--trials 6] [--backend tensorflow] [--gpus 0] [--repeats 1]

Each measurement is a process of its own, so that compilation counts. Both train the same trials on the same rows, with the same batch
sizes, most epochs and early stopping: `keras_tuner.GridSearch` and `Model.fit` as their documentation shows, once for each fold, and the
pack that a search of tentips trains. Images are not augmented. Prints a table in Markdown, with what a trial scored on the fold's rows.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))
NETWORK = {"splice": "cnn1d", "blood": "cnn2d"}
EPOCHS, PATIENCE, FOLDS = 20, 5, 3
THREADS = {"stock": 2, "together": 1}  # on two cores: all of them, and what the rule `network` gets
PLAIN = {"flip": False, "rotation": False, "shift": 0.0, "contrast": 0.0}


def bench(name: str):
    """Return the workbench of an example study, its development rows in three folds, as the search of its network has it."""
    import yaml

    from tentips.data.row_options import RowOptions
    from tentips.data.rows import development_rows
    from tentips.models.networks.architecture import ARCHITECTURES
    from tentips.models.networks.workbench import Workbench
    from tentips.models.recipe import Recipe
    from tentips.study.resolution import resolve

    study = ROOT / "examples" / name
    config = yaml.safe_load((study / "config/config.yaml").read_text(encoding="utf-8"))
    config["models"] = {"networks": [NETWORK[name]]}
    config["tuning"] = {"epochs": EPOCHS, "patience": PATIENCE}
    config = resolve(config)
    part = study / "results/split/development/1"
    paths = SimpleNamespace(
        features=part / "features.parquet",
        samples=part / "samples.parquet",
        split=study / "results/split/split.parquet",
    )
    rows = development_rows(paths, RowOptions.of(config))
    return Workbench(ARCHITECTURES[NETWORK[name]], rows, Recipe.of(config), "roc_auc")


def drawn(name: str, number: int) -> dict:
    """Return the hyperparameters of a trial, drawn from the search space; images are not augmented."""
    import keras_tuner

    from tentips.models.networks.architecture import ARCHITECTURES

    declare = ARCHITECTURES[NETWORK[name]].declare
    space, random = keras_tuner.HyperParameters(), np.random.default_rng(number)
    declare(space)
    for each in space.space:
        space.values[each.name] = each.random_sample(int(random.integers(2**31)))
    return {**declare(space), **{key: value for key, value in PLAIN.items() if NETWORK[name] == "cnn2d"}}


def together(name: str, trials: int) -> dict:
    """Train the trials on all folds as the search does."""
    from tentips.models.networks import backend

    made = bench(name)
    began = time.monotonic()
    found = made.try_all([(drawn(name, number), EPOCHS, number) for number in range(trials)])
    return {"seconds": time.monotonic() - began, "scores": [each.score for each in found], "device": backend.device()}


def stock(name: str, trials: int) -> dict:
    """Train the same trials on every fold with `keras_tuner.GridSearch` and `Model.fit`."""
    import keras
    import keras_tuner

    made = bench(name)
    rows, scores = made.rows, np.zeros((FOLDS, trials))
    shape, outputs = made.views.shape, made.rows.outputs

    class Model(keras_tuner.HyperModel):
        def build(self, hp):
            return compiled_model(drawn(name, hp.Int("trial", 0, trials - 1)), name, shape, outputs)

        def fit(self, hp, model, *arguments, **options):
            return model.fit(*arguments, batch_size=drawn(name, hp.get("trial"))["batch_size"], **options)

    began = time.monotonic()
    for place, (fold, template) in enumerate(zip(made.folds, made.templates, strict=True)):
        matrix, fit, stop = fold.matrix.astype("float32"), template.fit, template.stop
        stopping = keras.callbacks.EarlyStopping(patience=PATIENCE, restore_best_weights=True)
        with tempfile.TemporaryDirectory() as folder:
            tuner = keras_tuner.GridSearch(Model(), objective="val_loss", max_trials=trials, directory=folder)
            held = matrix[stop], rows.truth[stop]
            tuner.search(
                matrix[fit], rows.truth[fit], validation_data=held, epochs=EPOCHS, callbacks=[stopping], verbose=0
            )
            for trial in tuner.oracle.trials.values():
                scores[place, trial.hyperparameters.get("trial")] = trial.score
    return {"seconds": time.monotonic() - began, "losses": scores.mean(axis=0).tolist()}


def compiled_model(settings: dict, name: str, shape, outputs: int):
    """Return the Keras model of these settings, compiled with their optimiser."""
    import keras

    from tentips.models.networks.architecture import ARCHITECTURES

    model = ARCHITECTURES[NETWORK[name]].keras_model(settings, shape, outputs, "classification")
    for layer in model._flatten_layers():
        if hasattr(layer, "kernel_regularizer"):
            layer.kernel.regularizer = keras.regularizers.L2(settings["l2"])
    rate = settings["learning_rate"]
    optimiser = {
        "adam": keras.optimizers.Adam(rate),
        "rmsprop": keras.optimizers.RMSprop(rate),
        "sgd": keras.optimizers.SGD(rate, momentum=0.9),
    }[settings["optimiser"]]
    model.compile(optimiser, "sparse_categorical_crossentropy")
    return model


def measured(way: str, name: str, options) -> dict:
    """Return what a process of its own found."""
    command = [sys.executable, __file__, "--one", way, name, "--trials", str(options.trials)]
    command += ["--backend", options.backend, "--gpus", str(options.gpus)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", nargs="+", default=list(NETWORK), choices=list(NETWORK))
    parser.add_argument("--trials", type=int, default=6)
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--backend", default="tensorflow", choices=["tensorflow", "jax"])
    parser.add_argument("--gpus", type=int, default=0)
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        from tentips.models.networks import backend

        way, name = options.one
        backend.choose(options.backend, options.gpus, False, THREADS[way])
        print(json.dumps({"together": together, "stock": stock}[way](name, options.trials)))
        return
    print("| data | trials x folds | stock Keras Tuner, s | tentips, s | ratio |\n| --- | --- | --- | --- | --- |")
    for name in options.data:
        command = [sys.executable, "-m", "snakemake", "--cores", "2", "--directory", str(ROOT / "examples" / name)]
        subprocess.run([*command, "results/split/split.parquet"], cwd=ROOT, check=True, capture_output=True)
        for _ in range(options.repeats):
            slow, fast = (measured(way, name, options)["seconds"] for way in ("stock", "together"))
            print(f"| {name} | {options.trials} x {FOLDS} | {slow:.0f} | {fast:.0f} | {slow / fast:.1f} |", flush=True)


if __name__ == "__main__":
    main()
