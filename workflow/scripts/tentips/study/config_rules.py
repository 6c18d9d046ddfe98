"""What keys of a configuration must agree on: one small rule each, in the order in which they are checked."""

from collections.abc import Iterator

from tentips.errors import StudyError, listed
from tentips.statistics.metric_names import METRICS
from tentips.study.config import (
    ALONE,
    MULTITASK,
    NAMED_ALPHABETS,
    SCRATCH,
    TRANSFER,
    key_of,
    metric_name,
    reading,
    role_columns,
    split_strategy,
)
from tentips.study.custom_file import check_custom_file

# networks that know order or place, and the modalities that have it
READS = {"cnn1d": ("sequence",), "cnn2d": ("image",), **dict.fromkeys(TRANSFER, ("sequence", "image"))}
OF_MODALITY = {"sequence": ("alphabet", "length", "both_strands"), "image": ("image", "image_size")}
TRANSFER_OF_MODALITY = {"sequence": ("letters", "first"), "image": ("pixels",)}


def check_agreement(config: dict, where: str) -> None:
    """Raise StudyError with the first mistake that a rule finds in a configuration whose defaults are filled in."""
    for rule in RULES:
        for mistake in rule(config):
            raise StudyError(f"{where}: {mistake}")
    if "custom" in config["models"]["networks"]:
        check_custom_file(config["models"]["custom"], where)


def _networks(config: dict) -> Iterator[str]:
    models, modality = config["models"], config["data"]["modality"]
    for name, reads in READS.items():
        if name in models["networks"] and modality not in reads:
            samples = " or ".join(f"{each}s" for each in reads)
            yield f"models.networks holds '{name}', which reads {samples}, but data.modality is '{modality}'."
    if "custom" in models["networks"] and models["custom"] is None:
        yield "models.networks holds 'custom', but models.custom names no file; see docs/own-network.md."


def _transfer(config: dict) -> Iterator[str]:
    models = config["models"]
    named = [name for name in models["networks"] if name in TRANSFER]
    if models["pretrained"] is None:
        if named:
            yield f"models.networks holds '{named[0]}', but models.pretrained names no network; see docs/transfer.md."
        return
    if not set(named) - {SCRATCH}:
        yield "models.pretrained names a network, but models.networks holds neither transfer_frozen nor transfer_finetuned."
    if SCRATCH not in named:
        yield f"models.networks holds '{named[0]}', but not {SCRATCH}; without it nobody sees what the pretrained weights brought."


def _pixels(config: dict) -> Iterator[str]:
    pixels = config["models"]["transfer"]["pixels"]
    if config["models"]["pretrained"] is None or config["data"]["modality"] != "image":
        return
    if not pixels:
        yield "models.transfer.pixels is not declared; write the numbers that the pretrained network was given, such as pixels: {range: [0, 255]}; see docs/transfer.md."
        return
    if len(set(pixels["range"])) < 2:
        yield f"models.transfer.pixels.range is {pixels['range']}; black and white must be two numbers."
    lengths = {len(pixels[key]) for key in ("mean", "standard_deviation") if isinstance(pixels[key], list)}
    if len(lengths) > 1:
        yield "models.transfer.pixels.mean and standard_deviation must have a number for each channel, as many the one as the other."


def _letters(config: dict) -> Iterator[str]:
    transfer, alphabet = config["models"]["transfer"], config["data"]["alphabet"]
    if config["models"]["pretrained"] is None or config["data"]["modality"] != "sequence":
        return
    letters = transfer["letters"]
    if not letters:
        yield "models.transfer.letters is not declared; write the letters in the order of the pretrained network's input, such as ACGT."
    elif len(set(letters.upper())) < len(letters):
        yield f"models.transfer.letters is '{letters}', in which a letter occurs twice."
    elif alphabet and sorted(reading(transfer, alphabet)["alphabet"]) != sorted(letters.upper().replace("U", "T")):
        yield f"models.transfer.letters is '{letters}', but data.alphabet is '{alphabet}'; they must be the same letters."


def _keys_of_modality(config: dict) -> Iterator[str]:
    data, modality = config["data"], config["data"]["modality"]
    if modality != "tabular":
        if data["feature_columns"] != "all":
            yield f"data.feature_columns names columns of a table, but data.modality is '{modality}'; take it out."
        if config["preprocess"]["batch_correction"] != "none":
            yield f"preprocess.batch_correction corrects numbers of a table, but data.modality is '{modality}'; set it to none."
    for kind, keys in OF_MODALITY.items():
        for key in keys if modality != kind else ():
            if data[key] not in (None, False):
                yield f"data.{key} is declared, which is for {kind}s, but data.modality is '{modality}'."
        for key in TRANSFER_OF_MODALITY[kind] if modality != kind else ():
            if config["models"]["transfer"][key] is not None:
                yield f"models.transfer.{key} is declared, which is for {kind}s, but data.modality is '{modality}'."
    if config["split"]["strategy"] == "homology" and modality != "sequence":
        yield f"split.strategy is 'homology', which is for sequences, but data.modality is '{modality}'."


def _alignment(config: dict) -> Iterator[str]:
    strategy, alphabet = split_strategy(config), config["data"]["alphabet"]
    if config["split"]["alignment"] == "global":
        return
    if strategy != "homology":
        yield f"split.alignment is 'local', which split.strategy 'homology' alone asks for, but the strategy is '{strategy}'; take it out, or set split.strategy to homology."
    if alphabet not in (None, *NAMED_ALPHABETS):
        yield f"split.alignment is 'local', but MMseqs2 reads DNA, RNA and proteins only and data.alphabet is '{alphabet}'; set it to global."


def _shards(config: dict) -> Iterator[str]:
    shards, trials = config["tuning"]["shards"], config["tuning"]["trials"]
    if shards > trials:
        yield (f"tuning.shards is {shards}, but there are only {trials} trials to share; lower it to {trials} or less.")


def _pace(config: dict) -> Iterator[str]:
    if config["compute"]["minutes"] and config["tuning"]["shards"] > 1:
        yield (
            "compute.minutes divides the time of one machine among the searches, but tuning.shards gives a search to several jobs; "
            "set one of the two."
        )


def _repeats(config: dict) -> Iterator[str]:
    repeats, strategy = config["split"]["repeats"], split_strategy(config)
    if repeats > 1 and strategy in ("given", "time"):
        yield (
            f"split.repeats is {repeats}, but split.strategy '{strategy}' holds out the same samples every time; "
            "set it to 1."
        )


def _across_labels(config: dict) -> Iterator[str]:
    across, label = config["split"]["across_labels"], config["data"]["label"]
    if isinstance(label, list):
        yield "data.label lists several labels, but this is about a study of one of them, whose configuration is in labels/."
    if across and label not in across:
        yield f"split.across_labels names {listed(across)}, but not data.label, which is '{label}'; add it."


def _other_labels(config: dict) -> Iterator[str]:
    others, networks = config["data"]["other_labels"], config["models"]["networks"]
    if others and MULTITASK not in networks:
        yield f"data.other_labels names {listed(others)}, which the network '{MULTITASK}' alone learns; add it to models.networks."
    if MULTITASK not in networks:
        return
    if not others:
        yield f"models.networks holds '{MULTITASK}', but data.other_labels names no column that it could learn beside data.label; see docs/several-labels.md."
    if ALONE not in networks:
        yield f"models.networks holds '{MULTITASK}', but not {ALONE}, the same network without other labels; without it nobody sees what they brought."
    if config["data"]["label"] in others:
        yield f"data.other_labels holds '{config['data']['label']}', which is data.label; take it out."
    for role, names in role_columns(config).items():
        # A covariate is shown to no model either.
        for name in names if role not in ("label", "other_labels", "covariates") else ():
            if name in others:
                key = key_of(role)
                yield f"'{name}' is in data.other_labels and also {key}; what is learned can be a covariate beside, and nothing else. Take it out of one."


def _published(config: dict) -> Iterator[str]:
    published = config["study"]["published"]
    if published and published["metric"].startswith("neg_") and published["value"] > 0:
        value, metric = published["value"], published["metric"]
        yield (f"study.published.value is {value}, but {metric} is negative, so that higher is better; write -{value}.")


def _trivial_predictor(config: dict) -> Iterator[str]:
    if "dummy" not in config["models"]["baselines"]:
        yield "models.baselines has no 'dummy', the trivial predictor that all models are held against."


def _columns_of_strategy(config: dict) -> Iterator[str]:
    data, column, strategy = config["data"], config["split"]["column"], split_strategy(config)
    if strategy == "given" and not column:
        yield ("split.strategy is 'given' but split.column is not declared; name the column that holds train or test.")
    if strategy == "group" and not data["group"]:
        yield ("split.strategy is 'group' but data.group is not declared; name the column that must not be divided.")
    if strategy in ("site", "time") and not (column or data[strategy]):
        yield f"split.strategy is '{strategy}' but neither data.{strategy} nor split.column is declared."


def _batch_to_correct(config: dict) -> Iterator[str]:
    correction = config["preprocess"]["batch_correction"]
    if correction != "none" and not config["data"]["batch"]:
        yield (
            f"preprocess.batch_correction is '{correction}', but data.batch is not declared; "
            "name the column that holds the technical batch."
        )


def _sensitive_covariates(config: dict) -> Iterator[str]:
    roles = role_columns(config)
    known = [name for role in ("covariates", "batch", "site") for name in roles[role]]
    for name in config["privacy"]["sensitive_covariates"]:
        if name not in known:
            yield f"privacy.sensitive_covariates holds '{name}', which is no column of data.covariates, batch or site ({listed(known) or 'none is declared'})."


def _one_role_each(config: dict) -> Iterator[str]:
    data = config["data"]
    if data["id"] == data["label"]:
        yield f"data.id and data.label are both '{data['id']}'; they must be two columns."
    for role, names in role_columns(config).items():
        key = key_of(role)
        if role not in ("id", "label", "other_labels") and data["label"] in names:
            yield (
                f"'{data['label']}' is data.label and also {key}; what is to be predicted can have no other role. "
                "Take it out of one."
            )
        for name in names:
            if name in data["ignored"]:
                yield f"'{name}' is {key} and also in data.ignored; take it out of one."


def _some_feature_is_left(config: dict) -> Iterator[str]:
    data = config["data"]
    if "*" in data["ignored"] and data["features"] == data["samples"] and data["feature_columns"] == "all":
        yield (
            "data.ignored is '*', but features and samples are one table, of which every column without a role is a "
            "feature; name the features under data.feature_columns, or the ignored columns one by one."
        )


def _features_without_a_role(config: dict) -> Iterator[str]:
    data = config["data"]
    if not isinstance(data["feature_columns"], list):
        return
    for role, names in (*role_columns(config).items(), ("ignored", data["ignored"])):
        for name in names:
            if name in data["feature_columns"]:
                yield (
                    f"'{name}' is data.{role} and also in data.feature_columns; a model would be given the answer or "
                    "the design. Take it out of one."
                )


def _metric_of_task(config: dict) -> Iterator[str]:
    task, metric = config["data"]["task"], metric_name(config)
    if metric not in METRICS[task]:
        yield f"evaluation.metric is '{metric}', which is not for {task}; allowed: {', '.join(METRICS[task])}."


RULES = (
    _networks,
    _keys_of_modality,
    _transfer,
    _pixels,
    _letters,
    _alignment,
    _shards,
    _pace,
    _repeats,
    _across_labels,
    _other_labels,
    _published,
    _trivial_predictor,
    _columns_of_strategy,
    _batch_to_correct,
    _sensitive_covariates,
    _one_role_each,
    _some_feature_is_left,
    _features_without_a_role,
    _metric_of_task,
)
