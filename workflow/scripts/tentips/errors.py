"""The one kind of error that a user can mend."""

SPACES = "\u00a0\u202f\u2009\u3000"  # shown as they are: blanks of typography, which no line ends at


class StudyError(Exception):
    """A mistake in the study's data or config in one line: what, where, what was found, what to do.

    Values that it quotes may hold line ends or other signs without a shape; these are shown as Python writes them.
    """

    def __init__(self, line: str):
        super().__init__("".join(each if each.isprintable() or each in SPACES else ascii(each)[1:-1] for each in line))


def listed(values, most: int = 5) -> str:
    """Join the first `most` of `values` for an error line and say how many more there are."""
    values = [str(value) for value in values]
    more = f" and {len(values) - most} more" if len(values) > most else ""
    return ", ".join(values[:most]) + more
