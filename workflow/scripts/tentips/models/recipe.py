"""How the models of a study are prepared and trained: what baselines, networks and controls share of the configuration."""

from dataclasses import dataclass

from tentips.study.config import reading


@dataclass(frozen=True)
class Recipe:
    """The parts of a study's configuration that decide what a model learns.

    `preprocess` and `tuning` are those sections, resolved. `class_weight` is balanced or None. `precision` is that of the
    inputs of a network's matrix products. `custom` is the file of the study's own network; `both_strands` says that a
    sequence of DNA and its reverse complement are the same. `pretrained` describes the network that transfer begins with:
    path, sha256, and how it reads the samples (`study.config.reading`).
    """

    preprocess: dict
    tuning: dict
    class_weight: str | None = None
    precision: str = "float32"
    custom: str | None = None
    both_strands: bool = False
    pretrained: dict | None = None

    @classmethod
    def of(cls, config: dict, pretrained: dict | None = None) -> "Recipe":
        """Take the recipe out of a resolved configuration. How many jobs share a search is no part of it.

        `pretrained` holds path and sha256 of the file that `models.pretrained` names.
        """
        models, tuning = config["models"], {key: value for key, value in config["tuning"].items() if key != "shards"}
        return cls(
            config["preprocess"],
            tuning,
            models["class_weight"],
            config["compute"]["precision"],
            models["custom"],
            config["data"].get("both_strands", False),
            pretrained and {**pretrained, **reading(models["transfer"], config["data"]["alphabet"])},
        )
