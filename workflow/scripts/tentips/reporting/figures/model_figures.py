"""Figures that compare models: scores with intervals, what tuning bought, differences, seeds."""

import pandas as pd

from tentips.models.names import in_sentence, model_title
from tentips.models.selection import best_model
from tentips.models.stacking import NAME as STACKED
from tentips.reporting.figures import theme
from tentips.reporting.figures.drawing import Figure, nothing
from tentips.results import Results, only
from tentips.statistics.metric_names import NAMES, chance
from tentips.study.config import metric_name
from tentips.wording import number_of

ROW = 0.32  # inches for each model
COLOURS_TOLD = "Orange: networks and what holds them; blue: simpler models; grey: the trivial predictor"


def ordered(results: Results, metric: str) -> pd.DataFrame:
    """The score of each model over repeats, the lowest first."""
    table = only(results.evaluated("combined_metrics"), metric=metric)
    return table.sort_values("value", kind="stable").reset_index(drop=True)


def models(results: Results) -> Figure:
    """Forest plot: each model's test score with its interval, and the published figure."""
    return _forest(results, metric_name(results.config))


def published(results: Results) -> Figure:
    """The same in the metric of the published figure, where that is another one than the study's."""
    return _forest(results, results.config["study"]["published"]["metric"])


def _forest(results: Results, metric: str) -> Figure:
    task, table = results.config["data"]["task"], ordered(results, metric)
    drawn, axes = theme.figure(height=1.0 + ROW * len(table))
    single = only(results.evaluated("metrics"), metric=metric)
    repeats = single["repeat"].nunique()
    for row in table.itertuples():
        colour = theme.KIND_COLOURS[row.kind]
        axes.plot([row.low, row.high], [row.Index] * 2, color=colour, linewidth=2.2)
        axes.plot(row.value, row.Index, theme.KIND_MARKERS[row.kind], color=colour, markersize=7)
        if repeats > 1:
            own = only(single, model=row.model)["value"]
            axes.plot(own, [row.Index - 0.25] * len(own), ".", color=colour, markersize=4, alpha=0.8)
    rivals = table[table["kind"] != "trivial"]
    shown = [*rivals["value"], *rivals["low"].dropna(), *rivals["high"].dropna()]
    known = results.config["study"]["published"]
    if known and known["metric"] == metric:
        shown.append(known["value"])
        _marked(axes, known["value"], len(table), f"published {known['value']:.3g}", ":")
    _focused(axes, shown, table[table["kind"] == "trivial"][["value"]].itertuples())
    level = chance(metric, len(results.classes))
    if level is not None and axes.get_xlim()[0] < level < axes.get_xlim()[1]:
        _marked(axes, level, len(table), "chance", "--")
    axes.set_yticks(range(len(table)), [model_title(name, task) for name in table["model"]])
    axes.set_xlabel(NAMES[metric])
    n, confidence = int(table["n"].iloc[0]), results.config["evaluation"]["confidence"]
    if repeats > 1:
        where = f"over {repeats} held-out parts of about {n} held-out samples each (large marks: mean; small dots: each part) with {confidence:.0%} intervals of the corrected resampled t-test"
    else:
        where = f"on the {n} held-out samples with {confidence:.0%} intervals over whole groups"
    caption = f"{NAMES[metric]} of every final model {where}. {COLOURS_TOLD}; outside the scale it is written as a number with an arrow."
    if known and known["metric"] == metric:
        caption += f" Dotted: the published figure ({known['citation']})."
    top = table.iloc[-1]
    alt = f"Forest plot of {len(table)} models; the highest is {model_title(top['model'], task)} at {top['value']:.3f}."
    return Figure(drawn, caption, alt, table[::-1])


def tuning(results: Results) -> Figure:
    """What tuning bought each model: score before and after, in cross-validation, in the order of the forest plot."""
    task, metric = results.config["data"]["task"], metric_name(results.config)
    place = {model: number for number, model in enumerate(ordered(results, metric)["model"])}
    table = results.budget.sort_values("model", key=lambda names: names.map(place)).reset_index(drop=True)
    searched = table[table["kind"] != "ensemble"]
    drawn, axes = theme.figure(height=1.0 + ROW * len(table))
    for row in table.itertuples():
        colour, marker = theme.KIND_COLOURS[row.kind], theme.KIND_MARKERS[row.kind]
        axes.plot([row.untuned, row.tuned], [row.Index] * 2, color=colour, linewidth=2.2)
        axes.plot(row.untuned, row.Index, marker, color=colour, markersize=7, markerfacecolor="none")
        axes.plot(row.tuned, row.Index, marker, color=colour, markersize=7)
    rivals = table[table["kind"] != "trivial"]
    trivial = table[table["kind"] == "trivial"][["tuned"]].rename(columns={"tuned": "value"})
    _focused(axes, [*rivals["untuned"], *rivals["tuned"]], trivial.itertuples())
    axes.set_yticks(range(len(table)), [model_title(name, task) for name in table["model"]])
    axes.set_xlabel(f"{NAMES[metric]} in cross-validation")
    n, trials = results.bests["dummy"]["repeats"]["1"]["samples"], int(searched["trials"].max())
    caption = (
        f"Untuned (hollow, the library's default settings) and tuned (filled) score of each model in {int(table['folds'].max())}-fold cross-validation on {n} development samples; "
        f"up to {number_of(int(trials), 'configuration')} each; of the stacked model, the plain average and the weighted "
        "one. The tuned score is the best of them and therefore flatters. Models are in the order of "
        "the held-out scores."
    )
    widest = table.loc[(table["tuned"] - table["untuned"]).idxmax()]
    shown = table[["model", "kind", "untuned", "tuned", "trials", "folds", "samples"]][::-1]
    return Figure(
        drawn, caption, f"Scores before and after tuning; {model_title(widest['model'], task)} gained most.", shown
    )


def differences(results: Results) -> Figure:
    """Paired differences from the best simpler model, with intervals; the planned one is on top."""
    task, confidence = results.config["data"]["task"], results.config["evaluation"]["confidence"]
    table = results.evaluated("combined_comparisons")
    table = table[table["family"].isin(["verdict", "rivals"])]
    planned = table["family"] == "verdict"
    shown = pd.concat([table[~planned].sort_values("difference"), table[planned]]).reset_index(drop=True)
    drawn, axes = theme.figure(height=1.1 + ROW * len(shown))
    axes.axvline(0, color=theme.INK, linewidth=0.9)
    for row in shown.itertuples():
        kind = "network" if row.a in results.config["models"]["networks"] else _kind(results, row.a)
        colour = theme.KIND_COLOURS[kind]
        axes.plot([row.low, row.high], [row.Index] * 2, color=colour, linewidth=2.2)
        axes.plot(row.difference, row.Index, theme.KIND_MARKERS[kind], color=colour, markersize=7)
    if planned.any():
        axes.axhspan(len(shown) - 1.5, len(shown) - 0.5, color=theme.GREY, alpha=0.18, linewidth=0)
    names = [model_title(name, task) for name in shown["a"]]
    axes.set_yticks(range(len(shown)), names)
    axes.locator_params(axis="x", nbins=5)
    axes.set_ylim(-0.5, len(shown) - 0.5)
    baseline = in_sentence(shown["b"].iloc[-1], task)
    metric = NAMES[shown["metric"].iloc[0]]
    axes.set_xlabel(f"{metric} minus that of {baseline}")
    n = int(results.evaluated("metrics")["n"].iloc[0])
    caption = (
        f"Paired differences in {metric} from the best simpler model ({baseline}), {confidence:.0%} "
        f"intervals, {n} held-out samples. Shaded: the one comparison that was planned and that the "
        "verdict rests on; "
        f"the others were not planned, and their intervals are not adjusted for their number."
    )
    row = shown.iloc[-1]
    alt = f"Differences of {len(shown)} models from {baseline}; the planned one, {names[-1]}, is {row['difference']:+.3f}."
    return Figure(drawn, caption, alt, shown[::-1].drop(columns="repeats"))


def seeds(results: Results) -> Figure:
    """The test score of each seed of the best network, against the best simpler model."""
    metric, task = metric_name(results.config), results.config["data"]["task"]
    network, baseline = (best_model(list(results.bests.values()), kind) for kind in ("network", "baseline"))
    table = only(results.evaluated("seeds"), metric=metric, model=network)
    if not len(table):
        return nothing("One seed only was trained (tuning.seeds): how much chance decides is not known.")
    other = only(results.evaluated("metrics"), metric=metric, model=baseline)
    numbers = sorted(table["repeat"].unique())
    drawn, axes = theme.figure(height=1.3 + 0.3 * len(numbers))
    for height, repeat in enumerate(reversed(numbers)):
        own = only(table, repeat=repeat)["value"]
        axes.plot(own, [height] * len(own), "o", color=theme.KIND_COLOURS["network"], markersize=7, alpha=0.75)
        simpler = only(other, repeat=repeat)["value"].iloc[0]
        axes.plot([simpler] * 2, [height - 0.35, height + 0.35], color=theme.KIND_COLOURS["baseline"], linewidth=3)
    axes.plot([], [], "o", color=theme.KIND_COLOURS["network"], label=f"{model_title(network, task)}, each seed")
    axes.plot([], [], "-", color=theme.KIND_COLOURS["baseline"], linewidth=3, label=model_title(baseline, task))
    axes.set_yticks(
        range(len(numbers)), [f"Part {repeat}" for repeat in reversed(numbers)] if len(numbers) > 1 else [""]
    )
    axes.set_ylim(-0.6, len(numbers) - 0.4)
    axes.set_xlabel(NAMES[metric])
    drawn.legend(loc="outside upper left", ncols=2, fontsize=9)
    n, count = int(other["n"].iloc[0]), table["seed"].nunique()
    caption = f"{NAMES[metric]} of the chosen network trained with {count} seeds, on {n} held-out samples. Upright line: the best simpler model."
    spread = table["value"]
    alt = f"{len(spread)} dots from {spread.min():.3f} to {spread.max():.3f}, one for each seed."
    return Figure(drawn, caption, alt, table[["model", "repeat", "seed", "metric", "value"]])


def _kind(results: Results, model: str) -> str:
    ensemble = model == STACKED or model.endswith("_ensemble")
    return "ensemble" if ensemble else "baseline"


def _marked(axes, value: float, rows: int, name: str, style: str) -> None:
    """An upright line through all rows with its name on top."""
    axes.axvline(value, color=theme.INK, linestyle=style, linewidth=0.9)
    axes.text(value, rows - 0.45, name, ha="center", va="bottom", fontsize=9)


def _focused(axes, shown: list[float], trivial) -> None:
    """Scale the axis to the values of the models that compete; a trivial predictor outside it becomes an arrow."""
    low, high = min(shown), max(shown)
    margin = 0.06 * ((high - low) or 1.0)
    low, high = low - margin, high + margin
    for row in trivial:
        if row.value < low:
            place = {"xytext": (4, 0), "textcoords": "offset points", "va": "center", "fontsize": 9}
            axes.annotate(f"◂ {row.value:.3f}", (low, row.Index), **place)
    axes.set_xlim(low, high)
    axes.locator_params(axis="x", nbins=6)
