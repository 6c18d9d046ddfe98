"""What a resolved configuration means: the metric, the strategy of the split, the roles of columns."""

SCRATCH = "transfer_scratch"
PRETRAINED = ("transfer_frozen", "transfer_finetuned")
NAMED_ALPHABETS = ("dna", "rna", "protein")
MULTITASK, ALONE = "multitask", "mlp"  # the network that learns other labels, too, and the same one without
TRANSFER = (SCRATCH, *PRETRAINED)  # networks with the shape of a pretrained one; all but the first have its weights


def has_transfer_curve(config: dict) -> bool:
    """Whether a network with pretrained weights is held against the same one from scratch on parts of the samples."""
    networks = config["models"]["networks"]
    return SCRATCH in networks and any(name in networks for name in PRETRAINED)


def metric_name(config: dict) -> str:
    """Return the metric that is tuned for and compared."""
    default = "roc_auc" if config["data"]["task"] == "classification" else "r2"
    return config["evaluation"]["metric"] or default


def split_column(config: dict, strategy: str) -> str | None:
    """Return the column of the sample sheet by which `strategy` splits: of sites, times or the given parts; None for others."""
    data, column = config["data"], config["split"]["column"]
    return {"site": column or data["site"], "time": column or data["time"], "given": column}.get(strategy)


def split_strategy(config: dict) -> str:
    """Return how samples are held out: as declared, else by group where groups are declared, else at random."""
    return config["split"]["strategy"] or ("group" if config["data"]["group"] else "random")


def group_names(config: dict) -> list[str]:
    """Return what is never divided, in words: the columns of data.group, and relatives where the split is by homology."""
    relatives = ["cluster of relatives"] if config["split"]["strategy"] == "homology" else []
    return [*config["data"]["group"], *relatives]


def role_columns(config: dict) -> dict[str, list[str]]:
    """Return the sample-sheet columns of each role, in the order id, label, other_labels, group, batch, site, time, covariates, split, image, across_labels.

    `across_labels` are those that the study does not learn: labels of other studies of the samples, and no features.
    """
    data, split = config["data"], config["split"]
    roles = {"id": [data["id"]], "label": [data["label"]]}
    roles |= {key: data[key] for key in ("other_labels", "group", "batch")}
    roles |= {key: [data[key]] if data[key] else [] for key in ("site", "time")}
    roles["covariates"] = data["covariates"]
    roles["split"] = [split["column"]] if split["column"] else []
    roles["image"] = [data["image"]] if data["image"] else []
    learned = {data["label"], *data["other_labels"]}
    roles["across_labels"] = [name for name in split.get("across_labels", []) if name not in learned]
    return roles


def key_of(role: str) -> str:
    """Return the configuration key that gives a column this role."""
    return {"split": "split.column", "across_labels": "split.across_labels"}.get(role, f"data.{role}")


def reading(transfer: dict, alphabet: str | None) -> dict:
    """Return how the pretrained network reads the samples.

    Images: its pixels, as `models.transfer` declares them. Sequences, U as T: its letters, those of the study's planes, its first place.
    """
    if transfer["pixels"]:
        return {"pixels": transfer["pixels"]}
    letters = transfer["letters"].upper().replace("U", "T")
    # Planes of DNA, RNA and proteins are alphabetical (`data.alphabets`); letters of a study's own keep their order.
    own = "".join(sorted(letters)) if alphabet in (None, *NAMED_ALPHABETS) else alphabet.upper().replace("U", "T")
    return {"letters": letters, "alphabet": own, "first": transfer["first"]}
