"""How the models of a study are prepared and trained: what baselines, networks and controls share of the configuration."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Recipe:
    """The parts of a study's configuration that decide what a model learns.

    `preprocess` and `tuning` are those sections, resolved. `class_weight` is balanced or None. `precision` is that of the
    inputs of a network's matrix products. `custom` is the file of the study's own network; `both_strands` says that a
    sequence of DNA and its reverse complement are the same.
    """

    preprocess: dict
    tuning: dict
    class_weight: str | None = None
    precision: str = "float32"
    custom: str | None = None
    both_strands: bool = False

    @classmethod
    def of(cls, config: dict) -> "Recipe":
        """Take the recipe out of a resolved configuration, or out of the sections of it that a rule depends on."""
        models, precision = config["models"], config.get("compute", {}).get("precision", "float32")
        both_strands = config.get("data", {}).get("both_strands", False)
        return cls(
            config["preprocess"], config["tuning"], models["class_weight"], precision, models["custom"], both_strands
        )
