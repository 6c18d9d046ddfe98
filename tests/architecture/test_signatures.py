"""Functions take what they need: few arguments, few lines, and not the whole configuration; no line runs off the screen."""

import ast
from pathlib import Path

from test_layers import LIBRARY

from tentips.paths import SCRIPTS

MOST_ARGUMENTS = 8
MOST_LINES = 60
LONGEST_LINE = 200
# What truly concerns the whole configuration, with the reason.
WHOLE_CONFIGURATION = {
    "study.config": "says what keys mean together",
    "study.config_rules": "checks that keys agree",
    "study.resolution": "holds every section against the schema and fills its defaults in",
    "study.several_labels": "makes the configuration of each label's study out of the common one",
    "study.plan.planned": "writes the plan down, which is the configuration without a few sections",
    "results.Results.__init__": "takes the place of results/config.yaml until that is written",
    "models.recipe.Recipe.of": "the one place that picks out of all sections what trains models",
    "data.row_options.RowOptions.of": "the one place that picks out of all sections how rows are read",
    "models.sheet_options.SheetOptions.of": "the one place that picks out of all sections what the model sheet says",
    "reporting.figures.catalogue": "which figures a study has depends on what it declares, in any section",
    "design.design_summary.describe": "shows what the study declares, before anything is trained",
    "inspection.command.refusal": "tries a proposed configuration as a whole",
}


def functions(file: Path):
    """Yield (dotted name, node) of every function and method in a file."""
    module = ".".join(file.relative_to(LIBRARY if LIBRARY in file.parents else SCRIPTS).with_suffix("").parts)

    def inside(node, name):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                own = f"{name}.{child.name}"
                if not isinstance(child, ast.ClassDef):
                    yield own, child
                yield from inside(child, own)
            else:
                yield from inside(child, name)

    yield from inside(ast.parse(file.read_text(encoding="utf-8")), module)


def every_function():
    return [found for file in sorted(SCRIPTS.rglob("*.py")) for found in functions(file)]


def arguments(node) -> list[ast.arg]:
    return [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]


def test_no_function_takes_the_whole_configuration_without_a_reason():
    taking = {name for name, node in every_function() if any(each.arg == "config" for each in arguments(node))}
    allowed = {name for name in taking for key in WHOLE_CONFIGURATION if f"{name}.".startswith(f"{key}.")}
    assert sorted(taking - allowed) == [], "hand it the values that it needs; the rule's params name them"
    unused = [key for key in WHOLE_CONFIGURATION if not any(f"{name}.".startswith(f"{key}.") for name in taking)]
    assert unused == [], "take it out of the list"


def test_a_function_has_few_arguments():
    many = {name: len(arguments(node)) for name, node in every_function() if len(arguments(node)) > MOST_ARGUMENTS}
    assert many == {}


def test_a_function_fits_on_a_screen():
    lines = {name: node.end_lineno - node.lineno + 1 for name, node in every_function()}
    assert {name: count for name, count in lines.items() if count > MOST_LINES} == {}


def test_no_line_is_longer_than_anyone_reads():
    long = {
        str(file.relative_to(SCRIPTS))
        for file in sorted(SCRIPTS.rglob("*.py"))
        for line in file.read_text(encoding="utf-8").splitlines()
        if len(line) > LONGEST_LINE
    }
    assert not long, "break the text, or move it"


def test_a_missing_number_is_asked_for_by_its_name():
    """`x != x` is true of NaN alone, which a reader has to know; `math.isnan`, `pd.isna` and `pd.notna` say so."""
    riddles = [
        f"{file.relative_to(SCRIPTS)}, line {node.lineno}"
        for file in sorted(SCRIPTS.rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Compare)
        and len(node.ops) == 1
        and isinstance(node.ops[0], ast.Eq | ast.NotEq)
        and ast.dump(node.left) == ast.dump(node.comparators[0])
    ]
    assert riddles == []
