"""What the model sheet says beside the model: what that takes of the configuration."""

from dataclasses import dataclass, field

READING = ("missing", "decimal", "thousands", "percent", "spellings")  # keys of data that say how tables are written


@dataclass(frozen=True)
class SheetOptions:
    """Names of label and id, the columns of the batch that is corrected for, and how features are prepared and read.

    `units` maps features to their units, `unit` is what one sample is of; `least` are the units that a range or a category needs to
    be told: one where the data are declared open.
    """

    label: str
    id: str
    batch: tuple[str, ...]
    preprocess: dict
    reading: dict
    units: dict[str, str] = field(default_factory=dict)
    unit: str = "sample"
    least: int = 1

    @classmethod
    def of(cls, config: dict) -> "SheetOptions":
        """Take the options out of a resolved configuration."""
        data, corrected = config["data"], config["preprocess"]["batch_correction"] != "none"
        return cls(
            data["label"],
            data["id"],
            tuple(data["batch"]) if corrected else (),
            config["preprocess"],
            {key: data[key] for key in READING},
            config["release"]["units"],
            config["study"]["unit"],
            1 if config["study"]["sensitive"] is False else config["privacy"]["smallest_cell"],
        )
