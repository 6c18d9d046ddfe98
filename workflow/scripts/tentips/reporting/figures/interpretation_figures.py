"""Figures of the explanation: importance, responses, small panels, and whether rankings are faithful. No sample is named."""

import textwrap

from tentips.checks.recommended import judged
from tentips.models.names import in_sentence, model_title
from tentips.reporting.figures import theme
from tentips.reporting.figures.drawing import Figure, nothing
from tentips.results import Results, only
from tentips.statistics.metric_names import NAMES, metric_in_sentence
from tentips.study.config import metric_name
from tentips.wording import number_of, p_value

LEADING = 12  # groups of features that are drawn
LONGEST = 34  # letters of a name beside a figure
FEATURES = 6  # whose responses are drawn


def importance(results: Results) -> Figure:
    """How far the score falls where a group of features is shuffled, with intervals over folds, for each explained model."""
    table = results.interpreted("importance")
    if not len(table):
        return nothing("No feature could be ranked.")
    task, metric = results.config["data"]["task"], metric_name(results.config)
    models = list(dict.fromkeys(table["model"]))
    first = only(table, model=judged(results) if judged(results) in models else models[0]).sort_values("rank")
    shown = list(first["group"])[:LEADING]
    drawn, axes = theme.figure(height=1.2 + 0.42 * len(shown))
    for number, model in enumerate(models):
        own, offset = only(table, model=model).set_index("group"), 0.14 * (1 if number == 0 else -1)
        offset = offset if len(models) > 1 else 0
        colour = theme.KIND_COLOURS[own["kind"].iloc[0]]
        for height, group in enumerate(reversed(shown)):
            if group not in own.index:
                continue
            row = own.loc[group]
            axes.plot([row["low"], row["high"]], [height + offset] * 2, color=colour, linewidth=2)
            axes.plot(row["importance"], height + offset, theme.MARKERS[number], color=colour, markersize=6)
        axes.plot([], [], theme.MARKERS[number], color=colour, label=model_title(model, task))
    axes.axvline(0, color=theme.INK, linewidth=0.9)
    sizes = first.set_index("group")["size"]
    names = [
        _short(group) + (f"\n(and {int(sizes[group]) - 1} correlated)" if sizes[group] > 1 else "") for group in shown
    ]
    axes.set_yticks(range(len(shown)), list(reversed(names)))
    axes.set_xlabel(f"Fall of the {metric_in_sentence(metric)} when shuffled")
    if len(models) > 1:
        drawn.legend(loc="outside upper left", ncols=2, fontsize=9)
    n, refits = results.bests["dummy"]["repeats"]["1"]["samples"], int(table["refits"].max())
    more = f" The {len(first) - len(shown)} others are in the table." if len(first) > len(shown) else ""
    caption = (
        f"Permutation importance of groups of features: how far the {metric_in_sentence(metric)} falls on rows that a model did not learn from when the values of a group "
        f"are exchanged among samples. Mean over {refits} models, one for each fold of {n} development samples, with {results.config['evaluation']['confidence']:.0%} intervals "
        f"of the corrected resampled t-test. Correlated features are exchanged together, because each could stand in for the others.{more}"
    )
    alt = f"Importance of {len(shown)} groups of features; first is {shown[0]}."
    return Figure(drawn, caption, alt, table)


def responses(results: Results) -> Figure:
    """Partial dependence of the recommended model on its leading features."""
    table, model = results.interpreted("dose_response"), judged(results)
    table = table[(table["model"] == model) & table["column"].isna()]
    if not len(table):
        return nothing("Responses to single features are drawn for tables only.")
    features = list(dict.fromkeys(table["feature"]))[:FEATURES]
    classes = list(dict.fromkeys(table["class"].dropna()))
    columns, rows = min(len(features), 2), -(-len(features) // 2)
    drawn, grid = theme.figure(theme.WIDE, 0.8 + 2.0 * rows, columns, rows, squeeze=False, sharey=True)
    panels = list(grid.ravel())
    for axes, feature in zip(panels, features, strict=False):
        for number, label in enumerate(classes or [None]):
            own = only(table, feature=feature)
            own = own if label is None else own[own["class"] == label]
            colour = theme.COLOURS[number % len(theme.COLOURS)]
            numeric = own["value"].notna().all()
            where = own["value"] if numeric else range(len(own))
            axes.plot(where, own["predicted"], theme.MARKERS[0], color=colour, markersize=4, linestyle="-" if numeric else "none", label=label)  # fmt: skip
            axes.vlines(where, own["low"], own["high"], color=colour, alpha=0.5)
            if not numeric:
                axes.set_xticks(range(len(own)), [_short(text, 12) for text in own["text"]], fontsize=8)
        axes.set_xlabel(_short(feature))
    for axes in panels[len(features) :]:
        axes.set_visible(False)
    words = (
        f"Probability of {classes[0]}"
        if len(classes) == 1
        else "Probability"
        if classes
        else f"Predicted {results.config['data']['label']}"
    )
    drawn.supylabel(_short(words), fontsize=10)
    if len(classes) > 1:
        drawn.legend(*panels[0].get_legend_handles_labels(), loc="outside upper left", ncols=4, fontsize=9)
    n, refits = results.bests["dummy"]["repeats"]["1"]["samples"], int(table["refits"].max())
    caption = (
        f"Partial dependence (Friedman 2001) of the {in_sentence(model, results.config['data']['task'])}: its mean prediction where one feature is set to a value and all others are left as they are. "
        f"Mean of {refits} models, one for each fold of {n} development samples, with {results.config['evaluation']['confidence']:.0%} intervals. "
        "It shows what the model does, not what would happen to a patient or a cell whose value were changed: no cause is shown."
    )
    return Figure(
        drawn, caption, f"Mean prediction against {len(features)} features.", table[table["feature"].isin(features)]
    )


def panel(results: Results) -> Figure:
    """Score in cross-validation against the number of features, beside that of all of them."""
    table = only(results.interpreted("panel"), part="folds")
    if not len(table):
        return nothing("No smaller panel could be tried: there are too few features, or the samples are no table.")
    metric, task = metric_name(results.config), results.config["data"]["task"]
    whole, smallest = float(table["all_features"].iloc[0]), float(table["smallest"].iloc[0])
    drawn, axes = theme.figure()
    colour = theme.KIND_COLOURS["baseline"]
    axes.vlines(table["size"], whole + table["low"], whole + table["high"], color=colour, linewidth=2)
    axes.plot(table["size"], table["score"], "o-", color=colour, markersize=6, linewidth=1)
    axes.axhline(whole, color=theme.INK, linewidth=0.9)
    axes.axhline(whole - smallest, color=theme.INK, linewidth=0.9, linestyle="--")
    axes.annotate("all features", (table["size"].max(), whole), ha="right", va="bottom", fontsize=9)
    chosen = table[table["chosen"].astype(bool)]
    if len(chosen):
        axes.plot(chosen["size"], chosen["score"], "o", color=theme.COLOURS[5], markersize=9)
    axes.set_xticks(table["size"])
    axes.set_xlabel("Features in the panel")
    axes.set_ylabel(f"{NAMES[metric]} in cross-validation")
    n, model = results.bests["dummy"]["repeats"]["1"]["samples"], table["model"].iloc[0]
    size = "No panel's interval stays above the dashed line."
    if len(chosen):
        size = f"Orange: the smallest panel whose interval stays above the dashed line, {number_of(int(chosen['size'].iloc[0]), 'feature')}."
    caption = (
        f"{NAMES[metric]} of the {in_sentence(model, task)} with the few features that say most (mRMR, Peng et al. 2005), chosen anew on the training rows of each fold; {n} development samples. "
        f"Bars: {results.config['evaluation']['confidence']:.0%} intervals of the difference from all features, set at the line of these; dashed: {smallest:g} below. {size}"
    )
    return Figure(drawn, caption, f"Score of panels of {len(table)} sizes.", table)


def faithful(results: Results) -> Figure:
    """Deletion and insertion curves of the recommended model in the order of importance and in random orders."""
    table = only(results.interpreted("faithfulness"), model=judged(results))
    if not len(table):
        return nothing("There are too few groups of features to take away one after the other.")
    metric = metric_name(results.config)
    drawn, axes = theme.figure(theme.WIDE, 3.0, 2, sharey=True)
    labels = {"deletion": "Share of features taken away", "insertion": "Share of features given back"}
    p_values = []
    for pane, (curve, words) in zip(axes, labels.items(), strict=True):
        own, random = (only(table, curve=curve, order=order) for order in ("importance", "random"))
        pane.fill_between(random["share"], random["low"], random["high"], color=theme.GREY, alpha=0.3, linewidth=0)
        pane.plot(random["share"], random["score"], color=theme.GREY, label="random order")
        pane.plot(own["share"], own["score"], "o-", color=theme.COLOURS[5], markersize=4, label="by importance")
        pane.set_xlabel(words)
        p_values.append(f"{curve} {p_value(own['area_p'].iloc[0])}")
    axes[0].set_ylabel(NAMES[metric])
    drawn.legend(*axes[0].get_legend_handles_labels(), loc="outside upper left", ncols=2, fontsize=9)
    n = int(results.evaluated("metrics")["n"].iloc[0])
    caption = (
        f"{NAMES[metric]} of the {in_sentence(judged(results), results.config['data']['task'])} on {n} held-out "
        "samples when groups of features are taken from other samples, the most important first (left), "
        f"or given back in that order (right); grey: random orders, mean and range (Petsiuk et al. 2018). Share of random orders that do as well: {', '.join(p_values)}."
    )
    return Figure(drawn, caption, "Deletion and insertion curves against random orders.", table)


def _short(name: str, most: int = LONGEST) -> str:
    return textwrap.shorten(str(name), most, placeholder="…") if " " in str(name) else str(name)[:most]
