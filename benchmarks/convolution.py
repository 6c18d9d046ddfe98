"""Measure searches of convolutional networks against stock Keras Tuner, side by side, with the same hyperparameters.

    python benchmarks/convolution.py [--data splice blood] [--trials 6] [--backend tensorflow] [--gpus 0] [--precision float32] [--repeats 1]

Each measurement is a process of its own, so that compilation counts. Both train the same trials on the same rows, with the same batch
sizes, most epochs and early stopping: `keras_tuner.GridSearch` and `Model.fit` as their documentation shows, once for each fold, and the
pack that a search of tentips trains. Images are not augmented. Prints a table in Markdown.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace

from packed_training import compiled, drawn

ROOT = Path(__file__).parents[1]
NETWORK = {"splice": "cnn1d", "blood": "cnn2d"}
EPOCHS, PATIENCE, FOLDS = 20, 5, 3
THREADS = {"stock": 2, "together": 1}  # on two cores: all of them, and what the rule `network` gets
PLAIN = {"flip": False, "rotation": False, "shift": 0.0, "contrast": 0.0}


def bench(name: str, precision: str):
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
    config["compute"] = {"precision": precision}
    config = resolve(config)
    part = study / "results/split/development/1"
    paths = SimpleNamespace(
        features=part / "features.parquet",
        samples=part / "samples.parquet",
        split=study / "results/split/split.parquet",
    )
    rows = development_rows(paths, RowOptions.of(config))
    return Workbench(ARCHITECTURES[NETWORK[name]], rows, Recipe.of(config), "roc_auc")


def trial(name: str, number: int) -> dict:
    """Return the hyperparameters of a trial; images are not augmented."""
    from tentips.models.networks.architecture import ARCHITECTURES

    return drawn(number, ARCHITECTURES[NETWORK[name]].declare) | (PLAIN if NETWORK[name] == "cnn2d" else {})


def together(made, name: str, trials: int) -> None:
    """Train the trials on all folds as the search does."""
    made.try_all([(trial(name, number), EPOCHS, number) for number in range(trials)])


def stock(made, name: str, trials: int) -> None:
    """Train the same trials on every fold with `keras_tuner.GridSearch` and `Model.fit`."""
    import keras
    import keras_tuner

    rows, shape = made.rows, made.views.shape

    class Model(keras_tuner.HyperModel):
        def build(self, hp):
            settings = trial(name, hp.Int("trial", 0, trials - 1))
            model = made.architecture.keras_model(settings, shape, rows.outputs, "classification")
            return compiled(model, settings)

        def fit(self, hp, model, *arguments, **options):
            return model.fit(*arguments, batch_size=trial(name, hp.get("trial"))["batch_size"], **options)

    for fold, template in zip(made.folds, made.templates, strict=True):
        matrix, fit, stop = fold.matrix.astype("float32"), template.fit, template.stop
        stopping = keras.callbacks.EarlyStopping(patience=PATIENCE, restore_best_weights=True)
        with tempfile.TemporaryDirectory() as folder:
            tuner = keras_tuner.GridSearch(Model(), objective="val_loss", max_trials=trials, directory=folder)
            held = matrix[stop], rows.truth[stop]
            tuner.search(
                matrix[fit], rows.truth[fit], validation_data=held, epochs=EPOCHS, callbacks=[stopping], verbose=0
            )
        assert len(tuner.oracle.trials) == trials


def seconds(way: str, name: str, options) -> float:
    """Return how long a process of its own took, without reading the data."""
    command = [sys.executable, __file__, "--one", way, name, "--trials", str(options.trials)]
    command += ["--backend", options.backend, "--gpus", str(options.gpus), "--precision", options.precision]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return float(done.stdout.splitlines()[-1])


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", nargs="+", default=list(NETWORK), choices=list(NETWORK))
    parser.add_argument("--trials", type=int, default=6)
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--backend", default="tensorflow", choices=["tensorflow", "jax"])
    parser.add_argument("--gpus", type=int, default=0)
    parser.add_argument("--precision", default="float32", help="of tentips; stock is always float32")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        from tentips.models.networks import backend

        way, name = options.one
        backend.choose(options.backend, options.gpus, False, THREADS[way])
        if way == "stock" and options.backend == "tensorflow":
            import tensorflow as tf

            tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": False})  # as TensorFlow comes
        made, began = bench(name, options.precision), time.monotonic()
        {"together": together, "stock": stock}[way](made, name, options.trials)
        print(time.monotonic() - began)
        return
    print("| data | trials x folds | stock Keras Tuner, s | tentips, s | ratio |\n| --- | --- | --- | --- | --- |")
    for name in options.data:
        command = [sys.executable, "-m", "snakemake", "--cores", "2", "--directory", str(ROOT / "examples" / name)]
        subprocess.run([*command, "results/split/split.parquet"], cwd=ROOT, check=True, capture_output=True)
        for _ in range(options.repeats):
            slow, fast = (seconds(way, name, options) for way in ("stock", "together"))
            print(f"| {name} | {options.trials} x {FOLDS} | {slow:.0f} | {fast:.0f} | {slow / fast:.1f} |", flush=True)


if __name__ == "__main__":
    main()
