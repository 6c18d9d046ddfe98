"""What the sentences of checks call models, and the metric of the study."""

from tentips.models.names import in_sentence, model_title
from tentips.results import Results
from tentips.statistics.metric_names import metric_in_sentence
from tentips.study.config import metric_name


def title(results: Results, model: str) -> str:
    """Return a model's name in words."""
    return model_title(model, results.config["data"]["task"])


def in_text(results: Results, model: str) -> str:
    """Return a model's name as it is written inside a sentence."""
    return in_sentence(model, results.config["data"]["task"])


def in_words(results: Results) -> str:
    """Return the study's metric as it is written inside a sentence."""
    return metric_in_sentence(metric_name(results.config))
