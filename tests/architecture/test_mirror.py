"""Every module with logic is tested by a test that imports it, or is listed here with the reason why none does."""

import ast
from pathlib import Path

from test_layers import modules

from tentips.paths import ROOT

READ = "tests/unit/data/formats reaches it through data.readers, as the rule data does"
STUDY, FIGURES, STAGE = (
    "carried out by the run of the example study; tests/workflow asserts what it writes",
    "drawn for the example study; tests/workflow asserts n, caption and table of every figure",
    "carried out by its rule; the tests of its stage assert what the rule writes",
)
WITHOUT = {
    "checks.words": STAGE,
    "controls.determinism": STUDY,
    "data.formats.count_folder": READ,
    "data.formats.gene_tables": READ,
    "data.formats.workbook": READ,
    "data.formats.text_table": "tests/unit/data/formats/test_text_table.py reaches it through readers",
    "data.tabular": "tests/unit/data/test_modality.py reaches it through the modality's name",
    "models.networks.custom": "tests/unit/models/networks/test_custom.py reaches it through the architecture",
    "models.networks.slots": "tests/unit/models/networks/test_train.py reaches it through train",
    "privacy.targets": STAGE,
    "probe.probing": STAGE,
    "release.crate_entities": "tests/crate reads and validates the crate that it fills",
    "reporting.figures.control_figures": FIGURES,
    "reporting.figures.design_figures": FIGURES,
    "reporting.figures.drawing": FIGURES,
    "reporting.figures.interpretation_figures": FIGURES,
    "reporting.figures.map_figures": "drawn for the small studies of sequences and images; tests/workflow asserts their captions",
    "reporting.figures.model_figures": FIGURES,
    "reporting.figures.probing_figures": FIGURES,
    "reporting.figures.quality_figures": FIGURES,
    "reporting.figures.search_figures": FIGURES,
    "reporting.pages.probing_section": STUDY,
    "reporting.pages.quality_section": STUDY,
    "release.all_samples": "tests/workflow/test_release.py gives a model of all samples away",
    "update.update_opening": "tests/workflow/test_update.py reads the ledger and the lineage that it fills",
    "simulate.measurements": "tests/unit/simulate/test_simulate.py reaches it through simulation",
    "simulate.sheet": "tests/unit/simulate/test_simulate.py reaches it through simulation",
}


def imported_by_tests() -> set[str]:
    """The dotted names that test files import."""
    found = set()
    for file in (ROOT / "tests").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
            elif isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
    return {name.removeprefix("tentips.") for name in found}


def has_logic(file: Path) -> bool:
    body = ast.parse(file.read_text(encoding="utf-8")).body
    return any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in body)


def test_every_module_with_logic_is_tested_or_its_reason_is_given():
    logic = {name for name, file in modules().items() if has_logic(file) and not file.stem.startswith("__")}
    left = sorted(logic - imported_by_tests() - set(WITHOUT))
    assert left == [], "give each tests/unit/ROOM/test_MODULE.py, or list it in WITHOUT with the reason"


def test_no_reason_is_given_for_a_module_that_a_test_imports():
    assert sorted(set(WITHOUT) & imported_by_tests()) == []
    assert sorted(set(WITHOUT) - set(modules())) == []


def test_unit_tests_lie_in_rooms_of_the_library():
    from test_layers import LIBRARY

    unit = ROOT / "tests/unit"
    folders = {file.parent.relative_to(unit) for file in unit.rglob("test_*.py")}
    assert [folder for folder in folders if not (LIBRARY / folder).is_dir()] == []


def test_no_two_test_files_have_one_name():
    """Pytest imports test files by their names alone: the second of two is not collected."""
    names = [file.name for file in (ROOT / "tests").rglob("test_*.py") if "node_modules" not in file.parts]
    assert sorted(name for name in set(names) if names.count(name) > 1) == []
