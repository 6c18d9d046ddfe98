"""Resolve a study's configuration: check it against the schema and fill the defaults in."""

import copy
import difflib
import json

from tentips.errors import StudyError
from tentips.paths import SCHEMA
from tentips.statistics.metric_names import METRICS
from tentips.study.config import metric_name, role_columns, split_strategy
from tentips.study.custom_file import check_custom_file

READS = {"cnn1d": "sequence", "cnn2d": "image"}  # networks that know order or place, and the modality that has it
LIST_KEYS = ("group", "batch", "covariates", "ignored")
NOT_CARRIED_OUT = {
    ("data", "modality"): ("sequence", "image"),
    ("split", "strategy"): ("homology",),
}


def schema() -> dict:
    """Read the configuration schema (JSON Schema 2020-12 in YAML)."""
    import yaml

    return yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))


def resolve(config: dict, where: str = "config/config.yaml") -> dict:
    """Check `config` and return a copy with every default filled in and every list of columns a list.

    Raises StudyError with one line that names the key, what it holds and what is allowed; `where` names the file.
    """
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    rules = schema()
    config = copy.deepcopy(dict(config))
    error = best_match(Draft202012Validator(rules).iter_errors(config))
    if error is not None:
        raise StudyError(f"{where}: {_explain(error)}")
    _fill(config, rules)
    for key in LIST_KEYS:
        value = config["data"][key]
        config["data"][key] = [value] if isinstance(value, str) else list(value)
    _check_agreement(config, where)
    return config


def _fill(value: dict, rules: dict) -> None:
    for key, rule in rules.get("properties", {}).items():
        if key not in value and "default" in rule:
            value[key] = copy.deepcopy(rule["default"])
        if isinstance(value.get(key), dict):
            _fill(value[key], rule)


def _explain(error) -> str:
    path = ".".join(str(part) for part in error.absolute_path)
    if error.validator == "additionalProperties":
        known = list(error.schema.get("properties", {}))
        unknown = [str(key) for key in error.instance if key not in known]
        key = f"{path}.{unknown[0]}" if path else unknown[0]
        close = difflib.get_close_matches(unknown[0], known, n=1)
        hint = f"did you mean '{close[0]}'?" if close else f"allowed here: {', '.join(known)}."
        return f"unknown key {key}; {hint}"
    if error.validator == "required":
        missing = next(key for key in error.validator_value if key not in error.instance)
        return f"{path + '.' if path else ''}{missing} is missing; {_described(error.schema, missing)}"
    return f"{path or 'the file'} is {_shown(error.instance)}; {_allowed(error)}."


def _described(rules: dict, key: str) -> str:
    return rules["properties"][key].get("description", "it must be declared.")


def _shown(value) -> str:
    kinds = {str: "text", bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "a section"}
    kind = "empty" if value is None else kinds.get(type(value), type(value).__name__)
    return "empty" if value is None else f"{json.dumps(value, ensure_ascii=False)} ({kind})"


def _allowed(error) -> str:
    names = {
        "integer": "a whole number",
        "number": "a number",
        "string": "text",
        "boolean": "true or false",
        "array": "a list",
        "object": "a section of keys",
        "null": "left out",
    }
    rule = error.validator_value
    match error.validator:
        case "type":
            kinds = [rule] if isinstance(rule, str) else rule
            return "it must be " + " or ".join(names[kind] for kind in kinds)
        case "enum":
            return "allowed: " + ", ".join(str(choice) for choice in rule if choice is not None)
        case "minimum":
            return f"it must be at least {rule}"
        case "maximum":
            return f"it must be at most {rule}"
        case "exclusiveMinimum":
            return f"it must be more than {rule}"
        case "exclusiveMaximum":
            return f"it must be less than {rule}"
        case "minLength" | "minItems":
            return f"it must have at least {rule} {'character' if error.validator == 'minLength' else 'entries'}"
        case "uniqueItems":
            return "its entries must differ"
        case "oneOf" | "anyOf":
            return f"allowed: {error.schema.get('description', 'see config/README.md')}".rstrip(".")
        case "multipleOf":
            return f"it must be a multiple of {rule}"
        case "const":
            return f"it must be {rule}"
    return error.message


def _check_networks(models: dict, modality: str, where: str) -> None:
    for name, reads in READS.items():
        if name in models["networks"] and modality != reads:
            raise StudyError(
                f"{where}: models.networks holds '{name}', which reads {reads}s, but data.modality is '{modality}'."
            )
    if "custom" in models["networks"]:
        if models["custom"] is None:
            raise StudyError(
                f"{where}: models.networks holds 'custom', but models.custom names no file; see docs/own-network.md."
            )
        check_custom_file(models["custom"], where)


def _check_agreement(config: dict, where: str) -> None:
    data, split, models = config["data"], config["split"], config["models"]
    for (section, key), later in NOT_CARRIED_OUT.items():
        if config[section][key] in later:
            raise StudyError(
                f"{where}: {section}.{key} is '{config[section][key]}', which this version does not carry out."
            )
    _check_networks(models, data["modality"], where)
    tuning = config["tuning"]
    if tuning["shards"] > tuning["trials"]:
        raise StudyError(
            f"{where}: tuning.shards is {tuning['shards']}, but there are only {tuning['trials']} trials to share; lower it to {tuning['trials']} or less."
        )
    if split["repeats"] > 1 and split_strategy(config) in ("given", "time"):
        raise StudyError(
            f"{where}: split.repeats is {split['repeats']}, but split.strategy '{split_strategy(config)}' holds out the same samples every time; set it to 1."
        )
    if isinstance(data["label"], list):
        raise StudyError(f"{where}: data.label lists several columns; this version predicts one label.")
    published = config["study"]["published"]
    if published and published["metric"].startswith("neg_") and published["value"] > 0:
        raise StudyError(
            f"{where}: study.published.value is {published['value']}, but {published['metric']} is negative, so that higher is better; write -{published['value']}."
        )
    if "dummy" not in models["baselines"]:
        raise StudyError(
            f"{where}: models.baselines lacks 'dummy', the trivial predictor that all models are held against."
        )
    if split_strategy(config) == "given" and not split["column"]:
        raise StudyError(
            f"{where}: split.strategy is 'given' but split.column is not declared; name the column that holds train or test."
        )
    if split_strategy(config) == "group" and not data["group"]:
        raise StudyError(
            f"{where}: split.strategy is 'group' but data.group is not declared; name the column that must not be divided."
        )
    for strategy in ("site", "time"):
        if split_strategy(config) == strategy and not (split["column"] or data[strategy]):
            raise StudyError(
                f"{where}: split.strategy is '{strategy}' but neither data.{strategy} nor split.column is declared."
            )
    if config["preprocess"]["batch_correction"] != "none" and not data["batch"]:
        raise StudyError(
            f"{where}: preprocess.batch_correction is '{config['preprocess']['batch_correction']}', but data.batch is not declared; name the column that holds the technical batch."
        )
    columns = role_columns(config)
    if data["id"] == data["label"]:
        raise StudyError(f"{where}: data.id and data.label are both '{data['id']}'; they must be two columns.")
    for role, names in columns.items():
        if role not in ("id", "label") and data["label"] in names:
            key = "split.column" if role == "split" else f"data.{role}"
            raise StudyError(
                f"{where}: '{data['label']}' is data.label and also {key}; what is to be predicted can have no other role. Take it out of one."
            )
        for name in names:
            if name in data["ignored"]:
                key = "split.column" if role == "split" else f"data.{role}"
                raise StudyError(f"{where}: '{name}' is {key} and also stands in data.ignored; take it out of one.")
    if isinstance(data["feature_columns"], list):
        for role, names in (*columns.items(), ("ignored", data["ignored"])):
            for name in names:
                if name in data["feature_columns"]:
                    raise StudyError(
                        f"{where}: '{name}' is data.{role} and also stands in data.feature_columns; a model would be given the answer or the design. Take it out of one."
                    )
    known = METRICS[data["task"]]
    metric = metric_name(config)
    if metric not in known:
        raise StudyError(
            f"{where}: evaluation.metric is '{metric}', which is not for {data['task']}; allowed: {', '.join(known)}."
        )
