"""How the rows of a study are read: what that takes of the configuration."""

from dataclasses import dataclass

from tentips.study.config import split_column, split_strategy


@dataclass(frozen=True)
class RowOptions:
    """The task, the positive class of two where one is declared, the modality, and the columns of the batch that is corrected for.

    `site` is the column of sites where whole ones are held out: then they are what the test part samples, not the patients in them.
    `other_labels` are the columns that a network learns beside the label.
    """

    task: str
    positive: str | int | float | bool | None = None
    modality: str = "tabular"
    batch: tuple[str, ...] = ()
    site: str | None = None
    other_labels: tuple[str, ...] = ()

    @classmethod
    def of(cls, config: dict) -> "RowOptions":
        """Take the options out of a resolved configuration."""
        data, corrected = config["data"], config["preprocess"]["batch_correction"] != "none"
        site = split_column(config, "site") if split_strategy(config) == "site" else None
        batch = tuple(data["batch"]) if corrected else ()
        return cls(data["task"], data["positive"], data["modality"], batch, site, tuple(data["other_labels"]))
