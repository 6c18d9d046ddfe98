"""How values are written in a sentence."""


def series(values, most: int = 20) -> str:
    """Join values as a sentence does, "a, b and c"; beyond `most` say how many more there are."""
    words = [str(value) for value in values]
    if len(words) > most:
        words = [*words[:most], f"{len(words) - most} more"]
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def either(values) -> str:
    """Join values as alternatives, "a, b or c"."""
    words = [str(value) for value in values]
    return f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else "".join(words)


def sentence(text: str) -> str:
    """Return the text with a full stop at its end."""
    return text if text.endswith((".", "!", "?")) else f"{text}."


def minute(time: str) -> str:
    """Return a moment of UTC as it is written in a sentence: 2026-03-01 at 09:30 UTC; `time` is in ISO format."""
    return f"{time[:10]} at {time[11:16]} UTC"


def percentage(value: float) -> str:
    """Return a share as a percentage with one decimal; one that is not nothing is never written as 0.0%."""
    return "less than 0.1%" if 0 < value < 0.0005 else f"{value:.1%}"


def p_value(value: float) -> str:
    """Return a p-value as it is written in a sentence, "p = 0.012"; a small one is never written as zero."""
    return "p < 0.001" if value < 0.001 else f"p = {value:.3f}"


def as_value(value) -> str:
    """Return a value of the configuration as it is written in a sentence."""
    return "not declared" if value is None or value == [] else str(value)


def sample_is(unit: str) -> str:
    """Return what one sample is, "One sample is one bird."; that it is not declared where `study.unit` says no more than sample."""
    return "What one sample is, is not declared (study.unit)." if unit == "sample" else f"One sample is one {unit}."


def plural(noun: str) -> str:
    """Return the plural of a noun: bird, birds; mouse, mice; biopsy, biopsies."""
    irregular = {
        "mouse": "mice",
        "person": "people",
        "child": "children",
        "larva": "larvae",
        "leaf": "leaves",
        "fish": "fish",
    }
    head, space, last = noun.rpartition(" ")
    if last in irregular:
        last = irregular[last]
    elif last.endswith("y") and last[-2:-1] not in "aeiou":
        last = f"{last[:-1]}ies"
    elif not last.endswith("s") or last.endswith("ss"):
        last += "es" if last.endswith(("ss", "x", "ch", "sh")) else "s"
    return f"{head}{space}{last}"


def number_of(count: int, noun: str) -> str:
    """Return how many there are of something: 1 trial, 1,200 trials."""
    return f"{count:,} {noun if count == 1 else plural(noun)}"
