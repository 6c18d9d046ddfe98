"""Measure packed training against stock Keras Tuner and scikit-learn, side by side.

    python benchmarks/packed_training.py [--backend tensorflow] [--gpus 0] [--parts speed search growth bfloat16]

Prints tables in Markdown; where the parts speed and growth are measured it draws docs/packed-training.png. Every
measurement is a process of its own, so that compilation counts and the peak of memory is its own. Stock and packed train
the same hyperparameters for the same most epochs, with the same batch sizes and early stopping. Where stock would take
very long, some of the trials stand for all.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))
SIZES = ((569, 30), (2000, 56), (5000, 500), (500, 10_000))
MEMBERS = (1, 8, 64)
GROWTH = (1, 2, 4, 8, 16, 32, 64, 128, 256)
EPOCHS, PATIENCE = 30, 10
STOCK_TRIALS = 8  # whose time stands for more of them


def data(n: int, p: int):
    """Return features, labels, and the rows to fit on, to stop by and to score."""
    from tentips.simulate.simulation import study

    made = study(samples=n, features=p, signal=2.0, informative=5, seed=1)
    matrix = made.features.drop(columns="sample").to_numpy("float32")
    matrix = (matrix - matrix.mean(axis=0)) / matrix.std(axis=0)
    labels = (made.samples["label"] == "case").to_numpy("int32")
    fit, stop = int(0.68 * n), int(0.8 * n)
    return matrix, labels, np.arange(fit), np.arange(fit, stop), np.arange(stop, n)


def drawn(number: int, declare=None) -> dict:
    """Return the hyperparameters of a trial, drawn from the search space that `declare` declares; that of the MLP without it."""
    import keras_tuner

    from tentips.models.networks import mlp

    declare = declare or mlp.declare
    space, random = keras_tuner.HyperParameters(), np.random.default_rng(number)
    declare(space)
    for each in space.space:
        space.values[each.name] = each.random_sample(int(random.integers(2**31)))
    return declare(space)


def packed(n: int, p: int, members: int, precision: str = "float32") -> dict:
    """Train a pack twice: with compilation, and without."""
    from sklearn.metrics import roc_auc_score

    from tentips.models.networks import mlp
    from tentips.models.networks.architecture import ARCHITECTURES
    from tentips.models.networks.pack import Member, Pack
    from tentips.models.networks.train import train
    from tentips.models.networks.views import Views

    matrix, labels, fit, stop, new = data(n, p)
    made = [Member(drawn(number), 0, fit, stop, labels, number, EPOCHS) for number in range(members)]
    pack = Pack(ARCHITECTURES["mlp"], Views([matrix]), made, 2, "classification", PATIENCE, precision=precision)
    seconds = []
    for _ in range(2):
        began = time.monotonic()
        trained = train(pack)
        seconds.append(time.monotonic() - began)
    scores = [roc_auc_score(labels[new], np.nan_to_num(each.predictions[new, 1], nan=0.5)) for each in trained]
    needed = sum(
        len(each.history["loss"]) * mlp.parameters(member.settings, (p,), 2) * (6 * len(fit) + 2 * len(stop))
        for member, each in zip(made, trained, strict=True)
    )
    return {"first": seconds[0], "again": seconds[1], "scores": scores, "operations": needed}


def stock(n: int, p: int, members: int) -> dict:
    """Train the same trials with `keras_tuner.RandomSearch`, as its documentation shows."""
    import keras
    import keras_tuner

    matrix, labels, fit, stop, _ = data(n, p)

    class Model(keras_tuner.HyperModel):
        def build(self, hp):
            return compiled_mlp(drawn(hp.Int("trial", 0, members - 1)), p)

        def fit(self, hp, model, *arguments, **options):
            return model.fit(*arguments, batch_size=drawn(hp.get("trial"))["batch_size"], **options)

    stopping = keras.callbacks.EarlyStopping(patience=PATIENCE, restore_best_weights=True)
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        tuner = keras_tuner.GridSearch(Model(), objective="val_loss", max_trials=members, directory=folder)
        tuner.search(
            matrix[fit],
            labels[fit],
            validation_data=(matrix[stop], labels[stop]),
            epochs=EPOCHS,
            callbacks=[stopping],
            verbose=0,
        )
        seconds = time.monotonic() - began
        assert len(tuner.oracle.trials) == members
    return {"first": seconds}


def compiled_mlp(settings: dict, features: int):
    """Return the MLP of these settings, compiled."""
    from tentips.models.networks import mlp

    return compiled(mlp.keras_model(settings, (features,), 2, "classification"), settings)


def compiled(model, settings: dict):
    """Compile a Keras model with the optimiser, learning rate and L2 penalty of these settings, and return it."""
    import keras

    from tentips.models.networks.convolution import all_layers

    for layer in all_layers(model):
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


def cells_rows():
    """Return the development rows of the cells (all samples, five folds) and a configuration for 30 trials."""
    import pandas as pd

    from tentips.data.preparation import numbers_and_text
    from tentips.data.rows import Rows
    from tentips.data.split import folds
    from tentips.study.resolution import resolve

    features = pd.read_csv(ROOT / "resources/cells/features.csv.gz").drop(columns="sample")
    samples = pd.read_csv(ROOT / "resources/cells/samples.tsv", sep="\t")
    label = next(column for column in samples if set(samples[column]) == {"PS", "WS"})
    truth = (samples[label] == "WS").to_numpy(int)
    groups = np.arange(len(truth))
    study = {"title": "Cells", "question": "?"}
    roles = {"features": "cells", "samples": "cells", "id": "sample", "label": label}
    config = resolve({"study": study, "data": roles, "tuning": {"trials": 30, "epochs": EPOCHS, "patience": PATIENCE}})
    rows = Rows(
        samples["sample"].to_numpy(),
        numbers_and_text(features),
        truth,
        truth,
        groups,
        folds(truth, groups, 5, 1),
        ["PS", "WS"],
        "classification",
    )
    return rows, config


def search_packed() -> dict:
    """Search 30 trials x 5 folds on cells, as the rule `network` does."""
    from tentips.models.journal import Journal
    from tentips.models.networks.architecture import ARCHITECTURES
    from tentips.models.networks.search import search
    from tentips.models.networks.workbench import Workbench
    from tentips.models.recipe import Recipe

    rows, config = cells_rows()
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        journal = Journal(f"{folder}/1.jsonl", "mark")
        bench = Workbench(ARCHITECTURES["mlp"], rows, Recipe.of(config), "roc_auc")
        trials, best = search(bench, journal, folder, lambda text: None)
        return {"first": time.monotonic() - began, "score": trials[best].score, "trials": len(trials)}


def search_stock(trials: int = 4) -> dict:
    """Fit the first trials of such a search on every fold with Keras, one after the other."""
    import keras

    from tentips.models.networks.architecture import ARCHITECTURES
    from tentips.models.networks.workbench import Workbench
    from tentips.models.recipe import Recipe

    rows, config = cells_rows()
    bench, began = Workbench(ARCHITECTURES["mlp"], rows, Recipe.of(config), "roc_auc"), time.monotonic()
    for number in range(trials):
        settings = drawn(number)
        for fold, template in zip(bench.folds, bench.templates, strict=True):
            fit, stop = template.fit, template.stop
            matrix = fold.matrix.astype("float32")
            compiled_mlp(settings, matrix.shape[1]).fit(
                matrix[fit],
                rows.truth[fit],
                batch_size=settings["batch_size"],
                epochs=EPOCHS,
                validation_data=(matrix[stop], rows.truth[stop]),
                callbacks=[keras.callbacks.EarlyStopping(patience=PATIENCE, restore_best_weights=True)],
                verbose=0,
            )
    return {"first": time.monotonic() - began, "trials": trials}


def search_sklearn(trials: int = 30) -> dict:
    """Fit the same trials with scikit-learn's MLPClassifier, on as many cores as there are."""
    import warnings

    from joblib import Parallel, delayed
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    from tentips.models.folds import prepare_folds

    rows, config = cells_rows()
    prepared = prepare_folds(rows, config["preprocess"])

    def fit(settings, fold):
        # It has no gelu, batch normalisation, dropout nor RMSprop: the nearest thing stands for them.
        model = MLPClassifier(
            (settings["units"],) * settings["layers"],
            activation="tanh" if settings["activation"] == "tanh" else "relu",
            solver="sgd" if settings["optimiser"] == "sgd" else "adam",
            alpha=settings["l2"],
            batch_size=settings["batch_size"],
            learning_rate_init=settings["learning_rate"],
            max_iter=EPOCHS,
            early_stopping=True,
            n_iter_no_change=PATIENCE,
            random_state=0,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(fold.matrix[fold.train], rows.truth[fold.train])

    began = time.monotonic()
    Parallel(n_jobs=-1)(delayed(fit)(drawn(number), fold) for number in range(trials) for fold in prepared)
    return {"first": time.monotonic() - began, "trials": trials}


def product_rate() -> dict:
    """Return the float operations per second of a large matrix product on this device."""
    import keras

    from tentips.models.networks import backend

    size = 2048 if backend.device() == "cpu" else 8192
    a = keras.ops.convert_to_tensor(np.random.default_rng(0).normal(size=(size, size)).astype("float32"))
    product = backend.compiled(keras.ops.matmul)
    keras.ops.convert_to_numpy(product(a, a)[0, 0])
    rates = []
    for _ in range(5):
        began = time.monotonic()
        keras.ops.convert_to_numpy(product(a, a)[0, 0])
        rates.append(2 * size**3 / (time.monotonic() - began))
    return {"rate": max(rates)}


MEASURES = {each.__name__: each for each in (packed, stock, search_packed, search_stock, search_sklearn, product_rate)}


def measured(options, measure: str, *arguments) -> dict:
    """Carry one measurement out in a process of its own."""
    command = [sys.executable, __file__, "--backend", options.backend, "--gpus", str(options.gpus)]
    command += ["--measure", json.dumps([measure, *arguments])]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"})
    if done.returncode:
        raise SystemExit(f"{measure} {arguments} failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def speed(options) -> list[tuple[str, float, float, float]]:
    """Trials per minute against stock Keras Tuner; returns those of the largest packs: size, stock, packed, compiled before."""
    print("\n| n x p | members | stock, trials/min | packed | ratio | packed, compiled before | ratio | peak GB |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    rate = measured(options, "product_rate")["rate"]
    shares, largest = [], []
    for n, p in SIZES:
        for members in MEMBERS:
            few = min(members, STOCK_TRIALS)
            slow, fast = measured(options, "stock", n, p, few), measured(options, "packed", n, p, members)
            before = 60 * few / slow["first"]
            with_compiling, without = 60 * members / fast["first"], 60 * members / fast["again"]
            print(
                f"| {n:,} x {p:,} | {members} | {before:.0f} | {with_compiling:.0f} | {with_compiling / before:.1f} | "
                f"{without:.0f} | {without / before:.1f} | {fast['peak_gb']:.1f} |",
                flush=True,
            )
        largest.append((f"{n:,} × {p:,}", before, with_compiling, without))
        reached = fast["operations"] / fast["again"]
        shares.append(f"{n:,} x {p:,}: {reached / 1e9:.1f} of {rate / 1e9:.0f} GFLOP/s ({reached / rate:.0%})")
    print(f"\nArithmetic that {MEMBERS[-1]} members need, over their time, against a large matrix product:")
    print("\n".join(f"- {each}" for each in shares))
    return largest


def search(options) -> None:
    """The whole search on cells: 30 trials x 5 folds."""
    ours, stocks = measured(options, "search_packed"), measured(options, "search_stock")
    sklearn = measured(options, "search_sklearn")
    whole = stocks["first"] * 30 / stocks["trials"]
    print("\n| 30 trials x 5 folds on cells (2,019 x 56) | seconds | packed is faster by |\n| --- | --- | --- |")
    print(f"| packed, compilation included | {ours['first']:.0f} | 1 |")
    print(f"| stock Keras, {stocks['trials']} trials measured | {whole:.0f} | {whole / ours['first']:.1f} |")
    print(
        f"| scikit-learn MLPClassifier, all cores | {sklearn['first']:.0f} | {sklearn['first'] / ours['first']:.1f} |"
    )


def growth(options) -> list[tuple[int, float, float]]:
    """Cost of a member as members grow; returns members, milliseconds each when compiled before, and with compilation."""
    print("\n| members (2,000 x 56) | ms per member, compiled before | seconds to compile | peak GB |")
    print("| --- | --- | --- | --- |")
    points = []
    for members in GROWTH:
        found = measured(options, "packed", 2000, 56, members)
        each, compiling = 1000 * found["again"] / members, found["first"] - found["again"]
        points.append((members, each, 1000 * found["first"] / members))
        print(f"| {members} | {each:.0f} | {compiling:.1f} | {found['peak_gb']:.1f} |", flush=True)
    return points


def bfloat16(options) -> None:
    """What bfloat16 costs in accuracy and gains in time."""
    print(
        "\n| n x p | precision | seconds for 64 | mean AUC | mean change | largest change |\n| --- | --- | --- | --- | --- | --- |"
    )
    for n, p in SIZES[:2]:
        exact, rounded = (measured(options, "packed", n, p, 64, each) for each in ("float32", "bfloat16"))
        change = np.array(rounded["scores"]) - exact["scores"]
        print(f"| {n:,} x {p:,} | float32 | {exact['again']:.1f} | {np.mean(exact['scores']):.4f} | | |")
        print(
            f"| {n:,} x {p:,} | bfloat16 | {rounded['again']:.1f} | {np.mean(rounded['scores']):.4f} | "
            f"{change.mean():+.4f} | {np.abs(change).max():.4f} |",
            flush=True,
        )


def draw(largest: list, points: list) -> None:
    """Draw trials per minute by size, and the cost of a network against how many there are."""
    from tentips.reporting.figures import theme

    drawn_figure, (left, right) = theme.figure(8.4, 3.4, columns=2)
    place = np.arange(len(largest))
    kinds = ("stock Keras Tuner", "packed, compilation included", "packed, compiled before")
    styles = ((theme.GREY, "^"), (theme.COLOURS[1], "s"), (theme.COLOURS[0], "o"))
    for kind, (name, (colour, marker)) in enumerate(zip(kinds, styles, strict=True)):
        left.plot(place, [each[kind + 1] for each in largest], marker, color=colour, label=name)
    left.set(
        yscale="log", ylabel=f"Trials per minute, {MEMBERS[-1]} trials", xlabel="Samples × features", ylim=(10, 2000)
    )
    left.set_xticks(place, [each[0] for each in largest], fontsize=8)
    left.set_xlim(-0.5, len(largest) - 0.5)
    members = [point[0] for point in points]
    right.plot(members, [point[2] for point in points], "s--", color=theme.COLOURS[1])
    right.plot(members, [point[1] for point in points], "o-", color=theme.COLOURS[0])
    right.set(xscale="log", yscale="log", xlabel="Networks in a pack (2,000 × 56)", ylabel="Milliseconds per network")
    right.set_xticks(members, members, fontsize=8)
    right.minorticks_off()
    right.set_ylim(20, 2000)
    for axes in (left, right):
        theme.plain_log_ticks(axes.yaxis)
    drawn_figure.legend(loc="outside upper center", ncols=3, fontsize=8)
    (ROOT / "docs" / "packed-training.png").write_bytes(theme.png(drawn_figure))


def main() -> None:
    """Run the chosen parts."""
    parts = {each.__name__: each for each in (speed, search, growth, bfloat16)}
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--backend", default="tensorflow", choices=("tensorflow", "jax"))
    parser.add_argument("--gpus", type=int, default=0)
    parser.add_argument("--parts", nargs="+", default=list(parts), choices=list(parts))
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        from tentips.models.networks import backend

        backend.choose(options.backend, options.gpus, True, os.cpu_count())
        import keras

        keras.utils.set_random_seed(1)  # stock training asks for a seed where kernels are deterministic
        name, *arguments = json.loads(options.measure)
        found = MEASURES[name](*arguments)
        found["peak_gb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        print(json.dumps(found))
        return
    print(f"{options.backend}, {'GPU' if options.gpus else f'{os.cpu_count()} cores'}")
    found = {part: parts[part](options) for part in options.parts}
    if {"speed", "growth"} <= set(found):
        draw(found["speed"], found["growth"])


if __name__ == "__main__":
    main()
