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
        """Take the recipe out of a resolved configuration. How many jobs share a search is no part of it."""
        models, tuning = config["models"], {key: value for key, value in config["tuning"].items() if key != "shards"}
        return cls(
            config["preprocess"],
            tuning,
            models["class_weight"],
            config["compute"]["precision"],
            models["custom"],
            config["data"].get("both_strands", False),
        )
