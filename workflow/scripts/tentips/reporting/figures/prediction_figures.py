"""Figures of the predictions on held-out samples: curves with bands, confusion, calibration, residuals."""

import numpy as np
import pandas as pd

from tentips.models.names import in_sentence, model_title
from tentips.reporting.figures import theme
from tentips.reporting.figures.drawing import Figure
from tentips.results import Results, only
from tentips.statistics import curves

MOST_CLASSES = len(theme.COLOURS)
MOST_CELLS = 12  # classes whose confusions are written as numbers
MOST_VECTOR = 1000  # dots that stay shapes
PAIR = (theme.COLOURS[5], theme.COLOURS[0])  # network, simpler model


def shown_models(results: Results) -> tuple[str, str]:
    """The best network's ensemble, and the recommended model; where that is the network, the best simpler model."""
    row, model = results.planned_comparison, results.scorecard["judged"]
    return f"{row['a']}_ensemble", row["b"] if model == row["a"] else model


def recommended_model(results: Results) -> str:
    """The model that the page speaks of, as it predicts: of a network the seeds together."""
    network, simpler = shown_models(results)
    return network if results.scorecard["judged"] == results.planned_comparison["a"] else simpler


def roc(results: Results) -> Figure:
    """ROC curves with pointwise bands."""
    drawn, axes = theme.figure(width=4.6, height=4.3)
    table, statement = _curves(results, axes, curves.roc)
    axes.plot([0, 1], [0, 1], color=theme.INK, linestyle="--", linewidth=0.8)
    axes.set_xlabel("False alarms: share of the others taken for it")
    axes.set_ylabel("Found: share of the class")
    axes.legend(loc="lower right", fontsize=9)
    return Figure(
        drawn,
        f"ROC curves {statement}",
        f"ROC curves of {_names(table)}.",
        table.rename(columns={"x": "false_positive_rate", "y": "true_positive_rate"}),
    )


def precision_recall(results: Results) -> Figure:
    """Precision-recall curves with pointwise bands."""
    drawn, axes = theme.figure(width=4.6, height=4.3)
    table, statement = _curves(results, axes, curves.precision_recall)
    shares = table.drop_duplicates("class")["share"]
    for share in shares if len(shares) == 1 else []:
        axes.axhline(share, color=theme.INK, linestyle="--", linewidth=0.8)
    axes.set_xlabel("Recall: share of the class that is found")
    axes.set_ylabel("Precision: share of alarms that are right")
    axes.set_ylim(0, 1.03)
    axes.legend(loc="lower left", fontsize=9)
    renamed = table.rename(columns={"x": "recall", "y": "precision"})
    statement += f" Dashed: the share of {table['class'].iloc[0]}." if len(shares) == 1 else ""
    return Figure(
        drawn, f"Precision-recall curves {statement}", f"Precision-recall curves of {_names(table)}.", renamed
    )


def _curves(results: Results, axes, curve) -> tuple[pd.DataFrame, str]:
    """Draw the curves of two models for two classes, or of the recommended one for each of more; return the table and the caption's end."""
    classes, confidence = results.classes, results.config["evaluation"]["confidence"]
    if len(classes) == 2:
        wanted = [(model, classes[1], model_title(model, "classification")) for model in shown_models(results)]
        statement = f"for {classes[1]}"
        colours = PAIR
    else:
        chosen, counts = recommended_model(results), results.samples["label"].value_counts()
        kept = [name for name in classes if name in counts.index[:MOST_CLASSES]]
        wanted, colours = [(chosen, name, str(name)) for name in kept], theme.COLOURS
        statement = f"of the {in_sentence(chosen, 'classification')}, each class against all others"
    frames = []
    for number, (model, name, label) in enumerate(wanted):
        part = results.predicted(model)
        member, ranking = (part["truth"] == name).to_numpy(), part[f"score_{name}"].to_numpy()
        own, low, high = curves.with_band(curve, member, ranking, part["group"].to_numpy(), confidence)
        colour = colours[number % len(colours)]
        x, y, style = curves.GRID, own, {"drawstyle": "steps-pre"}
        if curve is curves.roc:
            x, y, style = np.append(0, x), np.append(0, y), {}
        axes.fill_between(curves.GRID, low, high, color=colour, alpha=0.16, linewidth=0)
        axes.plot(x, y, color=colour, linewidth=1.8, linestyle=("-", "--", "-.", ":")[number % 4], label=label, **style)
        frames.append(
            pd.DataFrame(
                {
                    "model": model,
                    "class": name,
                    "x": curves.GRID,
                    "y": own,
                    "low": low,
                    "high": high,
                    "share": member.mean(),
                }
            )
        )
    n, parts = len(part), results.config["split"]["repeats"]
    which = "" if parts == 1 else f" of the first of {parts} held-out parts"
    statement += f", on {n} held-out samples{which}. Bands: {confidence:.0%}, pointwise, from {curves.RESAMPLES} resamples of whole groups."
    return pd.concat(frames, ignore_index=True), statement


def calibration(results: Results) -> Figure:
    """Predicted against observed, for the best network's ensemble and the best baseline."""
    task, confidence = results.config["data"]["task"], 0.95
    table = only(results.evaluated("calibration"), repeat=1)
    table = table[table["model"].isin(shown_models(results))]
    drawn, axes = theme.figure(width=4.6, height=4.3)
    for number, model in enumerate(shown_models(results)):
        part = table[table["model"] == model]
        error = np.clip([part["observed"] - part["low"], part["high"] - part["observed"]], 0, None)
        axes.errorbar(
            part["predicted"],
            part["observed"],
            yerr=error,
            color=PAIR[number],
            marker=theme.MARKERS[number],
            linewidth=1.4,
            linestyle=("-", "--")[number],
            label=model_title(model, task),
        )
    ends = [0, 1] if task == "classification" else [table["observed"].min(), table["observed"].max()]
    axes.plot(ends, ends, color=theme.INK, linewidth=0.8, linestyle="--")
    unit = results.config["data"]["label"]
    if task == "regression":
        of, axis = (
            f"Predicted value of {unit} against the mean of the observed ones",
            (f"Predicted {unit}", f"Observed {unit}, mean"),
        )
    elif len(results.classes) == 2:
        name = results.classes[1]
        of = f"Predicted probability of {name} against the share of samples that are {name}"
        axis = (f"Predicted probability of {name}", f"Observed share of {name}")
    else:
        of = "Probability of the predicted class against how often it is right"
        axis = ("Probability of the predicted class", "Share that is right")
    axes.set_xlabel(axis[0])
    axes.set_ylabel(axis[1])
    axes.legend(loc="upper left", fontsize=9)
    n = int(table[table["model"] == shown_models(results)[1]]["n"].sum())
    caption = f"{of}, in bins of equal size with {confidence:.0%} intervals; {n} held-out samples."
    return Figure(drawn, caption, "Calibration curves of the best network and the best simpler model.", table)


def confusion(results: Results) -> Figure:
    """Confusion matrix of the recommended model, coloured by the share of each true class."""
    model = recommended_model(results)
    table = only(results.evaluated("confusion"), model=model)
    # Over several repeats cells add up: a sample that was held out twice counts twice.
    cells = table.pivot_table(index="truth", columns="decided", values="n", aggfunc="sum")
    order = [str(name) for name in results.classes]
    cells.index, cells.columns = cells.index.astype(str), cells.columns.astype(str)
    cells = cells.loc[order, order].to_numpy()
    shares = cells / np.maximum(cells.sum(axis=1, keepdims=True), 1)
    size = len(order)
    drawn, axes = theme.figure(width=min(5.2, 2.6 + 0.7 * size), height=min(4.8, 1.7 + 0.55 * size))
    picture = axes.imshow(shares, cmap="cividis", vmin=0, vmax=1, interpolation="nearest", aspect="auto")
    for i in range(size if size <= MOST_CELLS else 0):
        for j in range(size):
            ink = "black" if shares[i, j] > 0.5 else "white"
            axes.text(j, i, f"{cells[i, j]:,}\n{shares[i, j]:.0%}", ha="center", va="center", color=ink, fontsize=9)
    slanted = sum(map(len, order)) > 36
    axes.set_xticks(range(size), order, rotation=30 if slanted else 0, ha="right" if slanted else "center")
    axes.set_yticks(range(size), order)
    for side in axes.spines.values():
        side.set_visible(False)
    axes.tick_params(length=0)
    axes.set_xlabel("Predicted")
    axes.set_ylabel("True")
    bar = drawn.colorbar(picture, ax=axes, label="Share of the true class")
    bar.ax.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    bar.outline.set_visible(False)
    right = int(np.trace(cells))
    caption = (
        f"Confusion matrix of the {in_sentence(model, 'classification')}: {int(cells.sum()):,} held-out "
        "samples by true class (rows) and most probable class (columns), with the share of each true class."
    )
    return Figure(
        drawn, caption, f"Confusion matrix of {size} classes; {right} of {int(cells.sum())} lie on the diagonal.", table
    )


def observed(results: Results) -> Figure:
    """Predicted against observed values of the network ensemble and the best simpler model."""
    return _by_value(results, lambda part: part["truth"], ("Observed", "Predicted"), lambda part: part["score"])


def residuals(results: Results) -> Figure:
    """Residuals against predictions of the same models."""
    return _by_value(
        results,
        lambda part: part["score"],
        ("Predicted", "Observed minus predicted"),
        lambda part: part["truth"] - part["score"],
    )


def _by_value(results: Results, x, names: tuple[str, str], y) -> Figure:
    label, open_rows = results.config["data"]["label"], results.config["study"]["sensitive"] is False
    models = shown_models(results)
    drawn, axes = theme.figure(height=5.6, rows=2, sharex=True, sharey=True)
    frames = []
    for panel, model, colour in zip(axes, models, PAIR, strict=True):
        part = results.predicted(model)
        horizontal, vertical = x(part), y(part)
        raster = not open_rows or len(part) > MOST_VECTOR
        panel.scatter(
            horizontal,
            vertical,
            s=14 if len(part) <= 500 else 6,
            color=colour,
            alpha=0.65,
            linewidths=0,
            rasterized=raster,
        )
        if names[0] == "Observed":
            ends = [min(horizontal.min(), vertical.min()), max(horizontal.max(), vertical.max())]
            panel.plot(ends, ends, color=theme.INK, linestyle="--", linewidth=0.8)
        else:
            panel.axhline(0, color=theme.INK, linestyle="--", linewidth=0.8)
        panel.set_title(model_title(model, "regression"), loc="left")
        panel.set_ylabel(f"{names[1]} {label}" if names[1] == "Predicted" else names[1])
        frames.append(pd.DataFrame({"model": model, names[0].lower(): horizontal, names[1].lower(): vertical}))
    axes[1].set_xlabel(f"{names[0]} {label}")
    table = pd.concat(frames, ignore_index=True)
    if not open_rows:
        # One row per sample may not leave; the bins of the calibration do.
        table = only(results.evaluated("calibration"), repeat=1)
        table = table[table["model"].isin(models)]
    n = len(part)
    what = (
        "Predicted against observed values"
        if names[0] == "Observed"
        else "Errors (observed minus predicted) by predicted value"
    )
    spread = float((part["truth"] - part["score"]).std(ddof=1))
    caption = (
        f"{what} of {label}, in its own unit, on {n} held-out samples, one dot each, for the "
        f"{in_sentence(models[0], 'regression')} and for {in_sentence(models[1], 'regression')}. Dashed: no "
        f"error. Standard deviation of the latter's errors: {spread:.3g}."
    )
    return Figure(drawn, caption, f"{what} of two models, {n} dots each.", table)


def _names(table: pd.DataFrame) -> str:
    models, classes = table["model"].unique(), table["class"].unique()
    if len(models) == 1:
        return f"{len(classes)} classes"
    return " and ".join(model_title(model, "classification") for model in models)
