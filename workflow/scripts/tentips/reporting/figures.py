"""Every figure of the report: what is drawn, and a caption that says what it is of and how many samples stand behind it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from tentips.artifacts import write_text
from tentips.config import metric_name
from tentips.reporting import control_figures, design_figures, exploration_figures, theme
from tentips.reporting.naming import Figure, model_title
from tentips.results import Results, only
from tentips.scores import NAMES, chance
from tentips.selection import best_model, tuned_score
from tentips.stacking import NAME as STACKED


def models(results: Results) -> Figure:
    """Forest plot: each model's test score with its interval, beside what it scored on the development part."""
    metric, task = metric_name(results.config), results.config["data"]["task"]
    table = only(results.evaluated("combined_metrics"), metric=metric).sort_values("value").reset_index(drop=True)
    drawn, axes = theme.figure(height=0.9 + 0.36 * len(table))
    tuned = {model: tuned_score(best) for model, best in {**results.bests, STACKED: results.stacked}.items()}
    single = only(results.evaluated("metrics"), metric=metric)
    repeats = single["repeat"].nunique()
    for row in table.itertuples():
        colour = theme.KIND_COLOURS[row.kind]
        axes.plot([row.low, row.high], [row.Index] * 2, color=colour, linewidth=2)
        axes.plot(row.value, row.Index, "o", color=colour, markersize=7)
        if repeats > 1:
            own = only(single, model=row.model)["value"]
            axes.plot(own, [row.Index - 0.22] * len(own), ".", color=colour, markersize=4, alpha=0.8)
        if row.model in tuned:
            axes.plot(tuned[row.model], row.Index + 0.22, "|", color=theme.INK, markersize=9)
    rivals = table[table["kind"] != "trivial"]
    shown = [
        *rivals["value"],
        *rivals["low"].dropna(),
        *rivals["high"].dropna(),
        *map(tuned.get, set(rivals["model"]) & set(tuned)),
    ]
    published = results.config["study"]["published"]
    if published and published["metric"] == metric:
        shown.append(published["value"])
        _marked(axes, published["value"], len(table), "published", ":")
    _focused(axes, shown, table[table["kind"] == "trivial"][["value"]].itertuples())
    level = chance(metric, len(results.classes))
    if level is not None and axes.get_xlim()[0] < level < axes.get_xlim()[1]:
        _marked(axes, level, len(table), "chance", "--")
    axes.set_yticks(range(len(table)), [model_title(name, task) for name in table["model"]])
    axes.set_xlabel(NAMES[metric])
    n, confidence = int(table["n"].iloc[0]), results.config["evaluation"]["confidence"]
    if repeats > 1:
        where = f"on {repeats} held-out parts of about {n} held-out samples (dots: mean; small dots: each part) with {confidence:.0%} intervals of the corrected resampled t-test"
    else:
        where = f"on the {n} held-out samples (dots) with {confidence:.0%} intervals from a bootstrap of whole groups"
    caption = (
        f"{NAMES[metric]} of every final model {where}. Short upright lines: the score in cross-validation on the development part, by which the configuration was chosen. "
        f"Orange: networks and what holds them; blue: simpler models; grey: trivial predictor, where it lies outside the scale as a number with an arrow."
    )
    top = table.iloc[-1]
    alt = f"Forest plot of {len(table)} models; the highest is {model_title(top['model'], task)} at {top['value']:.3f}."
    return Figure(theme.svg(drawn), caption, alt)


def _marked(axes, value: float, rows: int, name: str, style: str) -> None:
    """An upright line through all rows with its name on top."""
    axes.axvline(value, color=theme.INK, linestyle=style, linewidth=0.9)
    axes.text(value, rows - 0.45, name, ha="center", va="bottom", fontsize=8)


def _focused(axes, shown: list[float], trivial) -> None:
    """Scale the axis to the values of the models that compete; a trivial predictor outside it becomes an arrow."""
    low, high = min(shown), max(shown)
    margin = 0.06 * ((high - low) or 1.0)
    low, high = low - margin, high + margin
    for row in trivial:
        if row.value < low:
            axes.annotate(
                f"◂ {row.value:.3f}",
                (low, row.Index),
                xytext=(4, 0),
                textcoords="offset points",
                va="center",
                fontsize=9,
            )
    axes.set_xlim(low, high)


def tuning(results: Results) -> Figure:
    """What tuning bought each model: score before and after, in cross-validation."""
    task, metric = results.config["data"]["task"], metric_name(results.config)
    table = results.budget.sort_values("tuned").reset_index(drop=True)
    searched = table[table["kind"] != "ensemble"]
    drawn, axes = theme.figure(height=0.9 + 0.34 * len(table))
    for row in table.itertuples():
        colour = theme.KIND_COLOURS[row.kind]
        axes.plot([row.untuned, row.tuned], [row.Index] * 2, color=colour, linewidth=2)
        axes.plot(row.untuned, row.Index, "o", color=colour, markersize=6, markerfacecolor="none")
        axes.plot(row.tuned, row.Index, "o", color=colour, markersize=6)
    rivals = table[table["kind"] != "trivial"]
    _focused(
        axes,
        [*rivals["untuned"], *rivals["tuned"]],
        table[table["kind"] == "trivial"][["tuned"]].rename(columns={"tuned": "value"}).itertuples(),
    )
    axes.set_yticks(range(len(table)), [model_title(name, task) for name in table["model"]])
    axes.set_xlabel(f"{NAMES[metric]} in cross-validation")
    n, trials = results.bests["dummy"]["repeats"]["1"]["samples"], int(searched["trials"].max())
    caption = (
        f"Untuned (rings, the library's default settings) and tuned (dots) score of each model in {int(table['folds'].max())}-fold "
        f"cross-validation on {n} development samples; up to {trials} configurations each; of the hybrid, the plain average and the weighted one. The tuned score is the best of them and therefore flatters."
    )
    widest = table.loc[(table["tuned"] - table["untuned"]).idxmax()]
    return Figure(
        theme.svg(drawn), caption, f"Scores before and after tuning; {model_title(widest['model'], task)} gained most."
    )


def calibration(results: Results) -> Figure:
    """Predicted against observed, for the best network's ensemble and the best baseline."""
    task = results.config["data"]["task"]
    row = results.planned_comparison
    first = {"a": f"{row['a']}_ensemble", "b": row["b"]}
    table = only(results.evaluated("calibration"), repeat=1)
    drawn, axes = theme.figure(width=5.0, height=4.2)
    for number, model in enumerate((first["a"], first["b"])):
        part = table[table["model"] == model]
        error = [part["observed"] - part["low"], part["high"] - part["observed"]]
        axes.errorbar(
            part["predicted"],
            part["observed"],
            yerr=np.clip(error, 0, None),
            color=theme.COLOURS[(5, 0)[number]],
            marker=theme.MARKERS[number],
            linewidth=1.4,
            label=model_title(model, task),
        )
    ends = [0, 1] if task == "classification" else [table["observed"].min(), table["observed"].max()]
    axes.plot(ends, ends, color=theme.INK, linestyle="--", linewidth=0.8)
    classes = results.classes
    unit = {0: results.config["data"]["label"], 2: f"probability of {classes[-1] if classes else ''}"}.get(
        len(classes), "probability of the decided class"
    )
    axes.set_xlabel(f"Predicted {unit}")
    axes.set_ylabel("Observed mean" if not classes else "Observed share")
    axes.legend()
    part = table[table["model"] == first["a"]]
    caption = f"Predicted against observed in {len(part)} bins of equal size, {int(part['n'].sum())} held-out samples, with 95 % intervals. On the dashed line predictions mean what they say."
    return Figure(theme.svg(drawn), caption, "Calibration curves of the best network and the best simpler model.")


def histories(results: Results) -> Figure:
    """Training histories of the final networks, one line per seed."""
    network = best_model(list(results.bests.values()), "network")
    table = only(results.histories(network), repeat=1)
    drawn, axes = theme.figure(height=3.2)
    for number, (_seed, part) in enumerate(table.groupby("seed")):
        axes.plot(
            part["epoch"],
            part["loss"],
            color=theme.COLOURS[0],
            linewidth=0.9,
            alpha=0.7,
            label="rows it learns from" if not number else None,
        )
        axes.plot(
            part["epoch"],
            part["stop_loss"],
            color=theme.COLOURS[5],
            linewidth=1.2,
            label="rows that stop it" if not number else None,
        )
        chosen = part[part["chosen"]]
        axes.plot(chosen["epoch"], chosen["stop_loss"], "o", color=theme.COLOURS[5], markersize=5)
    axes.set_xlabel("Epoch")
    classification = results.config["data"]["task"] == "classification"
    axes.set_ylabel("Cross-entropy (nats)" if classification else "Squared error (standardised label)")
    axes.legend()
    n = results.bests[network]["repeats"]["1"]["samples"]
    caption = f"Loss of the chosen network in training, one line for each of {table['seed'].nunique()} seeds, {n} development samples. Dots: the epoch whose weights were kept. Rows that stop a network are neither trained on nor used to choose it."
    return Figure(theme.svg(drawn), caption, "Training and stopping loss by epoch for every seed.")


def embedding(results: Results) -> Figure:
    """PCA and UMAP of the development rows, coloured by label."""
    tables, config = results.exploration, results.config
    hide_rows = config["study"]["sensitive"] is not False
    return exploration_figures.embedding(
        tables["embedding"], tables["components"], "label", config["data"]["label"], hide_rows
    )


FIGURES: dict[str, Callable[[Results], Figure]] = {
    "models": models,
    "tuning": tuning,
    "calibration": calibration,
    "shuffles": control_figures.shuffles,
    "curve": control_figures.curve,
    "left_out": control_figures.left_out,
    "histories": histories,
    "embedding": embedding,
    "power": design_figures.power,
}


def controls_of(results: Results) -> list[str]:
    """Return the names of the figures of those controls that were carried out."""
    options, names = results.config["controls"], []
    if options["label_shuffles"]:
        names.append("shuffles")
    if options["learning_curve"]:
        names.append("curve")
    if results.config["data"]["batch"] or results.config["data"]["site"]:
        names.append("left_out")
    return names


def write_all(results: Results, folder: Path) -> None:
    """Write every figure as FOLDER/NAME.svg."""
    for name, draw in FIGURES.items():
        write_text('<?xml version="1.0" encoding="utf-8"?>\n' + draw(results).svg, Path(folder) / f"{name}.svg")
