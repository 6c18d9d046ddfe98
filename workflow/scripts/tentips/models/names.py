"""What readers call a model."""

from tentips.models.baselines import BASELINES, title
from tentips.models.networks.architecture import architecture
from tentips.models.stacking import NAME as STACKED


def model_title(name: str, task: str) -> str:
    """Return a model's name in words."""
    if name in BASELINES:
        return title(name, task)
    if name == STACKED:
        return "Stacked model"
    plain = architecture(name.removesuffix("_ensemble")).title
    return f"{plain} ensemble" if name.endswith("_ensemble") else f"{plain} network"


def in_sentence(name: str, task: str) -> str:
    """Return a model's name in words as it is written inside a sentence: "random forest", but "MLP network" and "Bayesian ridge"."""
    words = model_title(name, task)
    return words if words[1].isupper() or words.startswith("Bayesian") else words[0].lower() + words[1:]
