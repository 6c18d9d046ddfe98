"""Figures of the exploration: embeddings, variance by factor, mixing of batches, features that differ, drift."""

import pandas as pd

from tentips.data.tidy import as_text
from tentips.reporting.figures import theme
from tentips.reporting.figures.drawing import Figure

MOST_COLOURS = len(theme.COLOURS)
MOST_VECTOR = 1000  # dots that stay shapes; more become one picture inside the figure
MOST_DOTS = 10_000  # dots of one figure; of more samples as many are drawn
MOST_BOXES = 12  # levels of a batch that are drawn side by side, the largest ones


def embedding(table: pd.DataFrame, components: pd.DataFrame, column: str, name: str, hide_rows: bool) -> Figure:
    """PCA and UMAP side by side, coloured by any column that the exploration kept; `name` is what readers call it.

    With `hide_rows` the dots become a picture, from which nobody reads the numbers of a sample.
    """
    n, embedded = len(table), int(table["umap1"].notna().sum())
    shown = table[table["umap1"].notna()]
    if len(shown) > MOST_DOTS:
        shown = shown.sample(MOST_DOTS, random_state=0)
    raster, size = hide_rows or len(shown) > MOST_VECTOR, 14 if len(shown) <= 500 else 8 if len(shown) <= 2500 else 4
    drawn, axes = theme.figure(width=theme.WIDE, height=3.6, columns=2)
    number = pd.api.types.is_numeric_dtype(shown[column]) and table[column].nunique() > MOST_COLOURS
    for panel, (x, y) in zip(axes, (("pc1", "pc2"), ("umap1", "umap2")), strict=True):
        if number:
            dots = panel.scatter(
                shown[x],
                shown[y],
                c=shown[column],
                cmap=theme.numbers(),
                s=size,
                alpha=0.9,
                linewidths=0,
                rasterized=raster,
            )
        else:
            names, order = levels_of(table, column)
            scatter(panel, shown, x, y, names.loc[shown.index], order, size, raster)
    if number:
        drawn.colorbar(dots, ax=axes[1], label=name).solids.set_alpha(1)
    else:
        legend = axes[1].legend(title=name, loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=8, title_fontsize=8)
        for handle in legend.legend_handles:
            handle.set_sizes([22])
            handle.set_alpha(1)
    shares = components["share"].to_numpy()
    axes[0].set_xlabel(f"PC 1 ({shares[0]:.0%} of variance)")
    axes[0].set_ylabel(f"PC 2 ({shares[1]:.0%} of variance)" if len(shares) > 1 else "")
    axes[1].set_xlabel("UMAP 1 (no unit)")
    axes[1].set_ylabel("UMAP 2 (no unit)")
    drawn_of = (
        f"{len(shown):,} of the {n:,} development samples, drawn at random,"
        if len(shown) < n
        else f"The {n:,} development samples"
    )
    fitted = f" UMAP was fitted to {embedded:,} samples." if embedded < n else ""
    caption = f"{drawn_of} by their features, coloured by {name}. Left: principal components. Right: UMAP, in which distances between clusters mean little.{fitted}"
    return Figure(drawn, caption, f"Scatter plots of principal components and UMAP coloured by {name}.")


def variance(table: pd.DataFrame) -> Figure:
    """Share of the variance of the leading components that goes with each factor."""
    known = table[table["factor"] != "residual"].sort_values("share")
    shown = pd.concat([table[table["factor"] == "residual"], known])
    drawn, axes = theme.figure(width=theme.WIDE, height=0.9 + 0.34 * len(shown))
    colours = [
        "#888888" if name == "residual" else theme.COLOURS[1] if role == "label" else theme.COLOURS[0]
        for name, role in zip(shown["factor"], shown["role"], strict=True)
    ]
    axes.barh(range(len(shown)), shown["share"], color=colours, height=0.65)
    for position, share in enumerate(shown["share"]):
        axes.text(share + 0.01, position, f"{share:.1%}", va="center", fontsize=9)
    axes.set_yticks(range(len(shown)), [_factor_title(row) for row in shown.itertuples()])
    axes.set_xlim(0, min(1.0, max(shown["share"].max() * 1.15, 0.1)))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    axes.set_xlabel("Share of the variance of the leading components")
    first = table.iloc[0]
    notes = "; ".join(
        f"{row.factor}: {row.note}" for row in known.itertuples() if isinstance(row.note, str) and row.note
    )
    caption = (
        f"Principal variance component analysis: a mixed model with a random intercept for each declared factor, without interactions, fitted by REML to "
        f"each of the first {int(first['components'])} principal components ({first['explained']:.0%} of "
        f"the variance) of {int(first['n']):,} development samples, averaged by the variance that each "
        "explains. "
        f"Before any batch correction. Orange: the label; blue: other factors; grey: what no factor explains. Factors that go together share their variance as the model sees fit."
        + (f" {notes[0].upper() + notes[1:]}." if notes else "")
    )
    top = known.iloc[-1] if len(known) else first
    return Figure(
        drawn,
        caption,
        f"Bars of {len(shown)} shares of variance; {top['factor']} explains {top['share']:.0%}.",
    )


def mixing(table: pd.DataFrame) -> Figure:
    """KBET and iLISI of each batch before and after correction, and what chance would give."""
    table = table[table["kbet"].notna()]
    factors = list(dict.fromkeys(table["factor"]))
    drawn, axes = theme.figure(width=theme.WIDE, height=1.3 + 0.5 * len(factors), columns=2)
    for panel, (value, chance, label) in zip(
        axes,
        (("kbet", "kbet_shuffled", "kBET acceptance rate"), ("ilisi", "ilisi_shuffled", "Median iLISI")),
        strict=True,
    ):
        for position, factor in enumerate(factors):
            rows = table[table["factor"] == factor].set_index("correction")
            before, after = rows.loc["none"], rows.loc["combat"]
            panel.plot([before[value], after[value]], [position] * 2, color=theme.COLOURS[0], linewidth=1.5, zorder=1)
            marks = {"before": (before[value], "none", "o"), "after ComBat": (after[value], theme.COLOURS[0], "o")}
            for name, (x, face, marker) in marks.items():
                panel.plot(
                    x,
                    position,
                    marker,
                    markersize=7,
                    markeredgecolor=theme.COLOURS[0],
                    color=theme.COLOURS[0],
                    markerfacecolor=face,
                    linestyle="none",
                    label=name if not position else None,
                )
            panel.plot(
                before[chance],
                position,
                "|",
                markersize=16,
                markeredgewidth=1.5,
                color=theme.INK,
                linestyle="none",
                label="no batch effect" if not position else None,
            )
        panel.set_yticks(range(len(factors)), factors if panel is axes[0] else [""] * len(factors))
        panel.set_ylim(-0.6, len(factors) - 0.4)
        panel.set_xlabel(label)
    axes[0].set_xlim(-0.03, 1.03)
    drawn.get_layout_engine().set(wspace=0.08)
    most = table["ilisi_most"].max()
    axes[1].set_xlim(0.97, most + 0.06 * (most - 1))
    drawn.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=3, fontsize=9)
    ns = ", ".join(f"{factor} {int(table[table['factor'] == factor]['n'].iloc[0]):,}" for factor in factors)
    caption = (
        f"How well batches mix among nearest neighbours (samples: {ns}; one row of each group in each batch). Rings: before correction; dots: after ComBat, fitted on these "
        f"very rows for looking at. Upright lines: batches shuffled among samples, which is what no batch effect would give. kBET: share of samples around which batches are as "
        f"frequent as everywhere. iLISI: how many batches are around a sample, from 1."
    )
    worst = table[table["correction"] == "none"].sort_values("kbet").iloc[0]
    return Figure(
        drawn,
        caption,
        f"Mixing of {len(factors)} batches before and after correction; {worst['factor']} mixes worst, acceptance {worst['kbet']:.2f}.",
    )


def differing(table: pd.DataFrame, values: pd.DataFrame, factor: str) -> Figure:
    """Boxes of the features that differ most between the levels of a batch, as small multiples."""
    ranked = table[table["factor"] == factor].set_index("feature")["epsilon_squared"]
    values = values[values["factor"] == factor]
    features = list(dict.fromkeys(values["feature"]))
    sizes = values[values["feature"] == features[0]]["level"].value_counts()
    levels = sorted(sizes.index[:MOST_BOXES])
    columns = min(3, len(features))
    rows = -(-len(features) // columns)
    drawn, axes = theme.figure(width=theme.WIDE, height=0.5 + 2.3 * rows, columns=columns, rows=rows, squeeze=False)
    for panel in axes.flat[len(features) :]:
        panel.set_axis_off()
    for panel, feature in zip(axes.flat, features, strict=False):
        own = values[values["feature"] == feature]
        parts = [own.loc[own["level"] == level, "value"].dropna().to_numpy() for level in levels]
        boxes = panel.boxplot(parts, whis=(5, 95), showfliers=False, widths=0.6, patch_artist=True)
        for kind in ("boxes", "medians", "whiskers", "caps"):
            for line in boxes[kind]:
                line.set(color=theme.INK, linewidth=1.8 if kind == "medians" else 0.9)
        for box in boxes["boxes"]:
            box.set(facecolor=theme.COLOURS[4], edgecolor=theme.INK)
        short = feature if len(feature) <= 24 else feature[:23] + "…"
        panel.set_title(f"{short} ({ranked[feature]:.0%})", fontsize=9)
        crowded = len(levels) * max(map(len, levels)) > 24
        panel.set_xticks(range(1, len(levels) + 1), levels, rotation=90 if crowded else 0, fontsize=8)
        panel.tick_params(axis="y", labelsize=8)
    left_out = f"; the {len(levels)} largest of {len(sizes)} levels" if len(sizes) > len(levels) else ""
    caption = (
        f"The {len(features)} features that differ most between the levels of {factor}, in brackets the share of their variance that lies between levels (corrected for their number; "
        f"groups are not taken into account). {int(sizes.sum()):,} development samples{left_out}. Boxes: "
        "quartiles and median; whiskers: 5 % to 95 %. Values in the features' own units, before "
        "preparation."
    )
    top = ranked.index[0]
    return Figure(
        drawn,
        caption,
        f"Box plots of {len(features)} features by {factor}; {top} differs most, {ranked.iloc[0]:.0%} of its variance.",
    )


def drift(table: pd.DataFrame, time: str, significant: float) -> Figure:
    """The features and components that go most with time."""
    shown = table.groupby("kind", sort=False).head(10)[::-1]
    drawn, axes = theme.figure(width=theme.WIDE, height=0.9 + 0.26 * len(shown))
    for position, row in enumerate(shown.itertuples()):
        colour = theme.COLOURS[5] if row.p_value < significant else "#888888"
        axes.plot([0, row.correlation], [position] * 2, color=colour, linewidth=1.5)
        axes.plot(row.correlation, position, "o" if row.kind == "feature" else "D", color=colour, markersize=6)
    axes.axvline(0, color=theme.INK, linewidth=0.8)
    reach = max(0.2, shown["correlation"].abs().max() * 1.1)
    axes.set_xlim(-reach, reach)
    axes.set_yticks(range(len(shown)), shown["name"])
    axes.set_xlabel(f"Spearman correlation with {time}")
    first = table.iloc[0]
    many = int((only_features(table)["p_value"] < significant).sum())
    caption = (
        f"The ten components (diamonds) and features (dots) that go most with {time}, {int(first['n']):,} "
        f"development samples in {int(first['groups']):,} groups. Orange: p below {significant} in a "
        "permutation "
        f"test that exchanges {first['permuted']} and is corrected for the number of components or features (Westfall and Young 1993)."
    )
    return Figure(drawn, caption, f"Correlations with {time}; {many} of the features listed drift.")


def levels_of(table: pd.DataFrame, column: str) -> tuple[pd.Series, list[str]]:
    """Return the level of each row and the levels in order; beyond seven, the rarer ones are one level, which comes last."""
    names = table[column].map(as_text).where(table[column].notna(), "(missing)")
    common = names.value_counts().index
    if len(common) <= MOST_COLOURS:
        return names, sorted(common)
    others = f"{len(common) - MOST_COLOURS + 1} others"
    kept = common[: MOST_COLOURS - 1]
    return names.where(names.isin(kept), others), [*sorted(kept), others]


def scatter(panel, shown, x, y, names, order, size, raster) -> None:
    """One colour and one shape for each level; in a crowd one shape for all, in random order, so that none hides the others."""
    crowd = len(shown) > MOST_VECTOR
    colours = {level: theme.COLOURS[position % MOST_COLOURS] for position, level in enumerate(order)}
    style = {"alpha": 0.9, "linewidths": 0, "rasterized": raster}
    if crowd:
        mixed = shown.sample(frac=1, random_state=0)
        panel.scatter(mixed[x], mixed[y], s=size, c=names.loc[mixed.index].map(colours).tolist(), **style)
    for position, level in enumerate(order):
        part = shown[names == level].iloc[: 0 if crowd else None]
        marker = "o" if crowd else theme.MARKERS[position % len(theme.MARKERS)]
        panel.scatter(part[x], part[y], s=size, color=colours[level], marker=marker, label=level, **style)


def only_features(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of the drift table that are of features."""
    return table[table["kind"] == "feature"]


def _factor_title(row) -> str:
    if row.factor == "residual":
        return "residual"
    role = "" if row.role == "label" else f"{row.role.removesuffix('s')}, "
    return f"{row.factor} ({role}{int(row.levels)} levels)"
