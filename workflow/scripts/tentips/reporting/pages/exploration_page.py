"""What the exploration shows, for its own page and for the report."""

import html

import numpy as np
import pandas as pd

from tentips.artifacts import read_parquet
from tentips.explore.correction import NOT_RECOMMENDED, RECOMMENDED, REFUSED
from tentips.reporting.figures import exploration_figures as figures
from tentips.reporting.figures import image_figures, interactive
from tentips.reporting.pages import page
from tentips.statistics.metric_names import NAMES
from tentips.wording import p_value

MOST_FEATURES = 12  # that the table of missing values shows
SIGNIFICANT = 0.05
Tables = dict[str, pd.DataFrame]
Roles = dict[str, list[str]]


def embeddings(tables: Tables, roles: Roles, label: str, sensitive: bool | None) -> str:
    """Components and UMAP coloured by the label and by every batch, site, time, covariate and group."""
    hide_rows = not interactive.allowed(sensitive)
    shown, too_many = coloured(tables["embedding"], roles, label)
    drawn = "".join(
        page.figure(
            figures.embedding(tables["embedding"], tables["components"], column, name, hide_rows), f"embedding-{number}"
        )
        for number, (column, name) in enumerate(shown.items())
    )
    notes = [
        f"Not coloured by {column}: it has {levels:,} levels, too many to tell apart by colour."
        for column, levels in too_many.items()
    ]
    return drawn + "".join(page.paragraph(note) for note in notes)


def coloured(table: pd.DataFrame, roles: Roles, label: str) -> tuple[dict[str, str], dict[str, int]]:
    """Return the columns that samples are coloured by, with their names; and groups of too many levels, with how many."""
    wanted = dict.fromkeys(
        column for role in ("batch", "site", "time", "covariates") for column in roles[role] if column in table
    )
    groups = {c: table[c].nunique() for c in roles["group"] if c in table and c not in wanted}
    few = [column for column, levels in groups.items() if levels <= figures.MOST_COLOURS]
    too_many = {column: levels for column, levels in groups.items() if column not in few}
    return {"label": label} | {column: column for column in [*wanted, *few]}, too_many


def searchable(tables: Tables, roles: Roles, label: str, sensitive: bool | None) -> str:
    """The embedding with a menu for its colour, where the study allows one row per sample to leave; else why it does not."""
    if not interactive.allowed(sensitive):
        return page.paragraph(
            f"The figures below are pictures: an interactive one would carry a row for each sample, and {interactive.forbidden(sensitive)}."
        )
    columns, _ = coloured(tables["embedding"], roles, label)
    element, n = interactive.embedding(tables["embedding"], columns, figures.levels_of)
    caption = (
        f"{n:,} of the {len(tables['embedding']):,} development samples; choose what they are coloured by, and mark samples in one panel with the mouse to see "
        f"them in the other. Left: principal components. Right: UMAP. Numbers are cut into parts of equal size. No ids are in this page."
    )
    return (
        f"<div class='interactive'><div class='scroll'>{element}</div><p class='note'>{html.escape(caption)}</p></div>"
    )


def pictures(features: str, tables: Tables, roles: Roles, label: str, sensitive: bool | None) -> str:
    """The contact sheet of the images in the file `features`, where the study may show them; nothing where it is empty."""
    if not features:
        return ""
    if not interactive.allowed(sensitive):
        return page.paragraph(f"No image is shown: {interactive.forbidden(sensitive)}.")
    columns = {"label": label} | {column: column for role in ("batch", "site") for column in roles[role]}
    columns = {column: name for column, name in columns.items() if column in tables["embedding"]}
    chosen = image_figures.chosen(tables["embedding"], tables["outliers"], columns)
    return page.figure(image_figures.explored(read_parquet(features), chosen), "images")


def outliers(tables: Tables, fence: float) -> str:
    """How many samples lie far from all others, and by which rule."""
    table = tables["outliers"]
    many, components = int(table["outlier"].sum()), int(table["components"].iloc[0])
    inside = int((table["inside"] > table["inside_cutoff"]).sum())
    outside = int((table["outside"] > table["outside_cutoff"]).sum())
    rule = (
        f"A sample is one whose robust distance from the centre within the first {components} principal components, or from the plane of all that were computed, lies more than "
        f"{fence:g} interquartile ranges above the upper quartile, on a logarithmic scale (Tukey 1977)."
    )
    if not many:
        return page.paragraph(f"Outliers: none among {len(table):,} development samples. {rule}")
    return page.paragraph(
        f"Outliers: {many:,} of {len(table):,} development samples ({inside:,} within, {outside:,} off the plane). {rule} "
        f"results/explore/outliers.tsv names them; see what they are before you leave any out."
    )


def balance(tables: Tables) -> str:
    """Samples and independent groups of each class."""
    table = tables["balance"]
    return page.table(table, f"Classes of the development part, {int(table['samples'].sum())} samples.")


def missingness(tables: Tables) -> str:
    """The features with most missing values."""
    table = tables["missingness"].sort_values("share", ascending=False)
    lacking = table[table["missing"] > 0]
    if not len(lacking):
        return page.paragraph(f"No value is missing in the {int(table['n'].iloc[0])} samples.")
    return page.table(
        lacking.head(MOST_FEATURES),
        f"Missing values: {len(lacking)} of {len(table)} features have missing values; those with most.",
    )


def association(tables: Tables) -> str:
    """Association of the label with declared columns."""
    table = tables["association"]
    if not len(table):
        return page.paragraph("No batch, site, time or covariate is declared.")
    return page.table(
        table.astype({"value": float, "p_value": float}),
        "Association of the label with each declared column: 0 none, 1 complete. p-values by permutation.",
    )


def variance(tables: Tables) -> str:
    """How much of the variance goes with each factor."""
    return page.figure(figures.variance(tables["variance"]), "variance")


def batch(tables: Tables) -> str:
    """How well batches are predicted from the features, before and after their correction."""
    table = tables["batch"]
    if not len(table):
        return ""
    shown = pd.DataFrame(
        {
            "Batch": [f"{row.factor} ({row.role})" for row in table.itertuples()],
            "Levels": table["levels"].astype(int),
            "Balanced accuracy": _with_ends(table["value"], table["low"], table["high"]),
            "after ComBat": _with_ends(table["corrected"], table["corrected_low"], table["corrected_high"]),
            "Chance": table["chance"],
            "Samples": table["n"].astype(int),
            "Note": table["note"].fillna(""),
        }
    )
    return page.table(
        shown,
        (
            "How well a random forest predicts each batch from the features (balanced accuracy in "
            "cross-validation, groups held apart), before and after ComBat fitted on the training rows of each "
            "fold. At chance, the features do not carry the batch."
        ),
    )


def mixing(tables: Tables) -> str:
    """How batches mix among nearest neighbours, before and after correction."""
    table = tables["mixing"]
    if not len(table):
        return ""
    statement = table[(table["correction"] == "none") & table["kbet"].isna()]
    notes = "".join(
        page.paragraph(f"Mixing of {row.factor} was not measured: {row.note}.") for row in statement.itertuples()
    )
    if not table["kbet"].notna().any():
        return notes
    measured = table[table["kbet"].notna()]
    shown = pd.DataFrame(
        {
            "Batch": measured["factor"],
            "Correction": measured["correction"].map({"none": "none", "combat": "ComBat"}),
            "kBET": measured["kbet"],
            "kBET, no effect": measured["kbet_shuffled"],
            "p (kBET)": measured["kbet_p"],
            "iLISI": measured["ilisi"],
            "iLISI, no effect": measured["ilisi_shuffled"],
            "p (iLISI)": measured["ilisi_p"],
            "Neighbours": measured["neighbours"].astype(int),
            "Samples": measured["n"].astype(int),
        }
    )
    caption = (
        "kBET (Büttner et al. 2019) and median iLISI (Korsunsky et al. 2019) in the space of the principal components; “no effect” is their mean under 199 shuffles of the batches, p the share of "
        "shuffles that mix no better. Rows of one group in one batch are alike for another reason, so that "
        "one of them stands for all. After ComBat fitted on the very rows that are looked at, good mixing "
        "only says that location and scale were what differed."
    )
    return page.figure(figures.mixing(table), "mixing") + page.table(shown, caption) + notes


def differing(tables: Tables) -> str:
    """The features that differ most between the levels of each batch."""
    table, values = tables["batch_features"], tables["batch_values"]
    return "".join(
        page.figure(figures.differing(table, values, factor), f"differing-{number}")
        for number, factor in enumerate(dict.fromkeys(table["factor"]))
    )


def drift(tables: Tables, roles: Roles) -> str:
    """What goes with time."""
    table = tables["drift"]
    if not len(table):
        return page.paragraph("No time is declared (data.time); drift was not looked for.")
    (time,) = roles["time"]
    listed = figures.only_features(table)
    many = int((listed["p_value"] < SIGNIFICANT).sum())
    at_least = "at least " if many == len(listed) and many else ""
    statement = f"{at_least}{many} features drift with {time}" if many else f"No feature is seen to drift with {time}"
    return page.figure(figures.drift(table, time, SIGNIFICANT), "drift") + page.paragraph(
        f"{statement[0].upper() + statement[1:]} (p below {SIGNIFICANT}, corrected for all features)."
    )


def correction(tables: Tables) -> str:
    """How the label is predicted with and without correction, and what is advised."""
    table = tables["correction"]
    if not len(table):
        return page.paragraph("No batch or site with two levels is declared that could be corrected for.")
    metric = NAMES[table["metric"].iloc[0]]
    shown = pd.DataFrame(
        {
            "Corrected for": [f"{row.factor} ({row.role})" for row in table.itertuples()],
            f"{metric} without": table["without"],
            "with ComBat": table["with"],
            "Difference": _with_ends(table["difference"], table["low"], table["high"]),
            "p": table["p_value"].astype(float).map(page.p_value),
            "Association with the label": [
                f"{row.association:.2f} ({p_value(row.association_p)})" for row in table.itertuples()
            ],
            "Advice": table["advice"],
        }
    )
    notes = table["note"].dropna().unique()
    noted = f" Looked at: {'; '.join(notes)}." if len(notes) else ""
    caption = (
        "A linear model with and without ComBat in cross-validation on the folds of the search, "
        f"{int(table['n'].iloc[0]):,} development samples, groups held apart; ComBat is fitted on the "
        "training rows of each fold and never sees the label. "
        f"Differences with paired intervals ({table['method'].iloc[0]}).{noted}"
    )
    return page.table(shown, caption) + "".join(page.paragraph(advice(row)) for row in table.itertuples())


def advice(row) -> str:
    """Return what is advised about one row of the table of corrections, in words."""
    how = "preprocess.batch_correction: combat"
    if row.role == "site":
        how = f"data.batch: {row.factor} with {how}"
    unseen = ""
    if row.folds_unseen:
        unseen = f" In {int(row.folds_unseen)} of {int(row.folds)} folds the scored rows are of batches that training does not hold; ComBat leaves such rows as they are."
    if row.advice == REFUSED:
        return (
            f"Correction for {row.factor} is not to be recommended, whatever the figures say: label and "
            f"{row.factor} are associated ({row.measure} {row.association:.2f}, at least "
            f"{row.threshold:g}; permutation {p_value(row.association_p)}). "
            f"Correction may then erase the signal with the batch, or invent one (Nygaard et al. 2016, doi:10.1093/biostatistics/kxv027). The check batch-confounding says what can be done.{unseen}"
        )
    if row.advice == RECOMMENDED:
        return (
            f"Correction for {row.factor} is recommended ({how}): the label is predicted better with it, by "
            f"{row.difference:.3f} ({row.low:.3f} to {row.high:.3f}), and no association with the label is "
            f"seen. How large a gain is worth it is for you to say.{unseen}"
        )
    if row.advice == NOT_RECOMMENDED:
        worse = np.isfinite(row.high) and row.high < 0
        seen = "the label is predicted worse with it" if worse else "no gain in predicting the label is seen"
        return f"Correction for {row.factor} is not recommended: {seen}.{unseen}"
    return f"Whether correction for {row.factor} helps cannot be said: there are too few independent groups for an interval.{unseen}"


def _with_ends(values, low, high) -> list[str]:
    return [
        "–"
        if np.isnan(value)
        else f"{value:.3f}" + (f"\n{a:.3f}\u00a0to\u00a0{b:.3f}" if np.isfinite(a) else "\nno interval")
        for value, a, b in zip(values.astype(float), low.astype(float), high.astype(float), strict=True)
    ]
