"""What the exploration shows, for its own page and for the report."""

import pandas as pd

from tentips.reporting import page
from tentips.reporting.figures import embedding_figure

MOST_FEATURES = 12  # that the table of missing values shows
COORDINATES = ("sample", "pc1", "pc2", "umap1", "umap2")


def embeddings(tables: dict[str, pd.DataFrame], label: str) -> str:
    """Components and UMAP coloured by the label and by every batch, site, time and covariate."""
    columns = [column for column in tables["embedding"].columns if column not in COORDINATES]
    drawn = (
        embedding_figure(tables["embedding"], tables["components"], column, label if column == "label" else column)
        for column in columns
    )
    return "".join(page.figure(figure, f"embedding-{number}") for number, figure in enumerate(drawn))


def balance(tables: dict[str, pd.DataFrame]) -> str:
    """Samples and independent groups of each class."""
    table = tables["balance"]
    return page.table(table, f"Classes of the development part, {int(table['samples'].sum())} samples.")


def missingness(tables: dict[str, pd.DataFrame]) -> str:
    """The features that lack most values."""
    table = tables["missingness"].sort_values("share", ascending=False)
    lacking = table[table["missing"] > 0]
    if not len(lacking):
        return page.paragraph(
            f"No value is missing in any of the {len(table)} features ({int(table['n'].iloc[0])} samples)."
        )
    return page.table(
        lacking.head(MOST_FEATURES),
        f"Missing values: {len(lacking)} of {len(table)} features lack some; those that lack most.",
    )


def association(tables: dict[str, pd.DataFrame]) -> str:
    """Association of the label with declared columns."""
    table = tables["association"]
    if not len(table):
        return page.paragraph("No batch, site, time or covariate is declared.")
    return page.table(
        table.astype({"value": float, "p_value": float}),
        "Association of the label with each declared column: 0 none, 1 complete. p-values by permutation.",
    )


def batch(tables: dict[str, pd.DataFrame]) -> str:
    """How well batches are predicted from the features."""
    table = tables["batch"]
    if not len(table):
        return ""
    return page.table(
        table.fillna({"note": ""}),
        "How well a random forest tells each batch from the features (balanced accuracy, groups held apart). At chance, the features do not carry the batch.",
    )
