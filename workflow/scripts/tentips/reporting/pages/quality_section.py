"""The report's tables of the data's quality: twins and missing values. No sample is named."""

import pandas as pd

from tentips.reporting.pages import page
from tentips.results import Results


def duplicates(results: Results) -> str:
    """How many samples are there twice."""
    row = results.quality["duplicates"].iloc[0]
    note = f" {row['note']}." if isinstance(row["note"], str) else ""
    shown = pd.DataFrame(
        {
            "Samples": [int(row["samples"])],
            "Identical to another": [int(row["identical"])],
            f"{row['near'].capitalize()}": [int(row["near_identical"])],
            f"{row['near'].capitalize()}, in one group": [int(row["near_identical_in_group"])],
            f"{'Identical pairs' if row['relatives'] else 'Pairs'} of different labels": [int(row["conflicting"])],
        }
    )
    return _anchored(
        "duplicates",
        page.table(shown, f"{'Relatives' if row['relatives'] else 'Twins'} within the development part.{note}"),
    )


def missing_patterns(results: Results) -> str:
    """Where values are missing, and what that tells by itself."""
    table = results.quality["missing_patterns"]
    if not len(table):
        return ""
    shown = pd.DataFrame(
        {
            "Told": table["target"],
            "Role": table["role"],
            "ROC AUC": table["value"].astype(float),
            "from": table["low"].astype(float),
            "to": table["high"].astype(float),
            "p (Holm)": table["p_adjusted"].astype(float),
            "Samples": table["n"].astype(int),
        }
    )
    caption = "How well label, batch and site are predicted from which values are missing, and from nothing else (cross-validated, groups apart; chance 0.5)."
    return _anchored("missing-patterns", page.table(shown, caption))


def _anchored(name: str, content: str) -> str:
    return f'<section id="{name}">{content}</section>'
