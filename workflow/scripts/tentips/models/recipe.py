"""How the models of a study are prepared and trained: what baselines, networks and controls share of the configuration."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Recipe:
    """The parts of a study's configuration that decide what a model learns.

    `preprocess` and `tuning` are those sections, resolved. `class_weight` is balanced or None. `precision` is that of the
    inputs of a network's matrix products.
    """

    preprocess: dict
    tuning: dict
    class_weight: str | None = None
    precision: str = "float32"

    @classmethod
    def of(cls, config: dict) -> "Recipe":
        """Take the recipe out of a resolved configuration, or out of the sections of it that a rule depends on."""
        precision = config.get("compute", {}).get("precision", "float32")
        return cls(config["preprocess"], config["tuning"], config["models"]["class_weight"], precision)
