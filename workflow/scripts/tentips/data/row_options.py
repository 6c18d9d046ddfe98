"""How the rows of a study are read: what that takes of the configuration."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RowOptions:
    """The task, the positive class of two where one is declared, the modality, and the columns of the batch that is corrected for."""

    task: str
    positive: str | int | float | bool | None = None
    modality: str = "tabular"
    batch: tuple[str, ...] = ()

    @classmethod
    def of(cls, config: dict) -> "RowOptions":
        """Take the options out of a resolved configuration."""
        data, corrected = config["data"], config["preprocess"]["batch_correction"] != "none"
        return cls(data["task"], data["positive"], data["modality"], tuple(data["batch"]) if corrected else ())
