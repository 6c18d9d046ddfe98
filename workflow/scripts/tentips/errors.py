"""The one kind of error that a user can mend."""


class StudyError(Exception):
    """A mistake in the study's data or config, told in one line: what, where, what was found, what to do."""


def listed(values, most: int = 5) -> str:
    """Join the first `most` of `values` for an error line and say how many more there are."""
    values = [str(value) for value in values]
    more = f" and {len(values) - most} more" if len(values) > most else ""
    return ", ".join(values[:most]) + more
