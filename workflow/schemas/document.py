"""Write config/README.md from the configuration schema; a test fails where the two disagree."""

from pathlib import Path

import yaml

HERE = Path(__file__).parent
TARGET = HERE.parents[1] / "config" / "README.md"
HEAD = """# Configuration

<!-- Written by workflow/schemas/document.py from workflow/schemas/config.schema.yaml; edit the schema, then run make docs. -->

`config.yaml` says what is studied and what differs from the defaults below; an unknown key is an error. `datasets.tsv` has
one row per source, separated by tabs: `id`, `source` (a path relative to the study's folder, an http(s) URL, or
`doi:10.xxxx/yyyy/file`), `sha256` (checked when it is there), `version`, `licence`, `citation`; and, if you like, `obtained`,
the date on which you got it (without it the time of the download or of the file counts).

Read are .csv, .tsv, .txt and .tab (commas, tabs, semicolons or bars; UTF-8, or UTF-16 with its mark; lines that begin with #
before the header are left out), .xlsx, .parquet, .h5ad, .gct, series matrices of GEO (their name holds `_series_matrix`) and the
folder of counts that 10x's Cell Ranger writes. Text may be packed: .gz, .bz2, .xz, or one table in a .zip.
"""


def document() -> str:
    """Return the text of config/README.md."""
    schema = yaml.safe_load((HERE / "config.schema.yaml").read_text(encoding="utf-8"))
    parts = [HEAD]
    for name, section in schema["properties"].items():
        parts.append(
            f"\n## {name}\n\n{section['description']}\n\n| key | allowed | default | meaning |\n| --- | --- | --- | --- |\n"
        )
        parts += _rows(section, "", schema)
    return "".join(parts)


def _rows(section: dict, prefix: str, schema: dict) -> list[str]:
    rows = []
    for key, rule in section["properties"].items():
        rows.append(_row(f"{prefix}{key}", rule, key in section.get("required", []), schema))
        if "properties" in rule:
            rows += _rows(rule, f"{prefix}{key}.", schema)
    return rows


def _row(key: str, rule: dict, required: bool, schema: dict) -> str:
    default = "**required**" if required else f"`{_value(rule['default'])}`" if rule.get("default") is not None else ""
    meaning = " ".join(rule["description"].split()).replace("|", "\\|")
    return f"| `{key}` | {_allowed(rule, schema)} | {default} | {meaning} |\n"


def _allowed(rule: dict, schema: dict) -> str:
    if "$ref" in rule:
        return _allowed(schema["$defs"][rule["$ref"].rsplit("/", 1)[1]], schema)
    if "const" in rule:
        return f"`{rule['const']}`"
    if "enum" in rule:
        return ", ".join(f"`{choice}`" for choice in rule["enum"] if choice is not None)
    for several in ("oneOf", "anyOf"):
        if several in rule:
            return " or ".join(text for each in rule[several] if (text := _allowed(each, schema)))
    kinds = [rule["type"]] if isinstance(rule["type"], str) else rule["type"]
    words = {
        "string": "text",
        "integer": "whole number",
        "number": "number",
        "boolean": "true, false",
        "object": "keys",
    }
    shown = [words[kind] for kind in kinds if kind in words]
    if "array" in kinds:
        shown.append(f"list of {_allowed(rule['items'], schema)}")
    ends = [
        f"{sign} {rule[key]}"
        for key, sign in (("minimum", "≥"), ("exclusiveMinimum", ">"), ("maximum", "≤"), ("exclusiveMaximum", "<"))
        if key in rule
    ]
    return " ".join([" or ".join(shown), *ends])


def _value(value) -> str:
    return (
        {True: "true", False: "false"}.get(value, value)
        if isinstance(value, bool)
        else yaml.safe_dump(value, default_flow_style=True).splitlines()[0]
    )


if __name__ == "__main__":
    TARGET.write_text(document(), encoding="utf-8")
