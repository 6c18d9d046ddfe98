"""Resolve a study's configuration: check it against the schema and fill the defaults in."""

import copy
import difflib
import json

from tentips.errors import StudyError
from tentips.paths import SCHEMA
from tentips.study.config_rules import check_agreement

LIST_KEYS = ("other_labels", "group", "batch", "covariates", "ignored", "categories")


def schema() -> dict:
    """Read the configuration schema (JSON Schema 2020-12 in YAML)."""
    import yaml

    return yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))


def resolve(config: dict, where: str = "config/config.yaml") -> dict:
    """Check `config` and return a copy with every default filled in and every list of columns a list.

    Raises StudyError with one line that names the key, what it holds and what is allowed; `where` names the file.
    """
    rules = schema()
    config = copy.deepcopy(dict(config))
    _check(config, rules, where)
    _fill(config, rules)
    for key in LIST_KEYS:
        config["data"][key] = as_list(config["data"][key])
    check_agreement(config, where)
    return config


def as_list(value: str | list[str]) -> list[str]:
    """Return one column or several as a list."""
    return [value] if isinstance(value, str) else list(value)


def check_key(config: dict, section: str, key: str, where: str = "config/config.yaml") -> None:
    """Raise StudyError, as `resolve` does, where one key of a section is not as the schema says; the others are not looked at."""
    rules = schema()
    rule = rules["properties"][section]["properties"][key]
    alone = {"$defs": rules["$defs"], "properties": {section: {"properties": {key: rule}}}}
    _check({section: {key: config[section][key]}}, alone, where)


def _check(config: dict, rules: dict, where: str) -> None:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    error = best_match(Draft202012Validator(rules).iter_errors(config))
    if error is not None:
        raise StudyError(f"{where}: {_explain(error)}")


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
