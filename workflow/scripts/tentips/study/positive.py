"""The class of interest, as the configuration writes it and as the table does."""

import difflib
from collections.abc import Iterable

from tentips.errors import listed

# What YAML reads as true or false where it has no quotes; a table may write any of them, in any case.
WORDS_OF = {True: ("true", "yes", "on"), False: ("false", "no", "off")}


def positive_class(classes: Iterable[str], positive) -> str | None:
    """Return the one of `classes` that `data.positive` means; None where there is none, or more than one.

    A class is meant by its own text, by the same number, or, where YAML has read true or false, by one of the words for it.
    """
    classes = list(classes)
    written = [name for name in classes if name == str(positive)]
    if written:
        return written[0]
    if isinstance(positive, bool):
        meant = [name for name in classes if name.strip().casefold() in WORDS_OF[positive]]
    elif isinstance(positive, (int, float)):
        meant = [name for name in classes if _number(name) == positive]
    else:
        meant = []
    return meant[0] if len(meant) == 1 else None


def unknown_positive(data: dict, classes: Iterable[str]) -> str:
    """Return the line that says that the label's `classes` do not hold data.positive; `data` is that section, resolved."""
    positive, classes = str(data["positive"]), [str(name) for name in classes]
    close = difflib.get_close_matches(positive, classes, n=1)
    advice = f"did you mean '{close[0]}'?" if close else "correct one of them."
    return (
        f"data.positive is '{positive}', but label '{data['label']}' holds {listed(classes)} "
        f"(in YAML, yes, no and numbers such as 01 need quotes); {advice}"
    )


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
