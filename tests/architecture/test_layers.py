"""The rooms of the library: who may import whom, that file names occur once, and that tests mirror the rooms."""

import ast
from collections import Counter, defaultdict
from pathlib import Path

from tentips.imports import imported_names
from tentips.paths import SCRIPTS

LIBRARY = SCRIPTS / "tentips"
# A room may import from floors below its own, and from itself. Rooms on one floor are neighbours: none imports another.
FLOORS = (
    {"errors"},
    {"artifacts", "imports", "paths", "result_tables", "wording"},
    {"statistics"},
    {"study", "jobs"},
    {"data"},
    {"models", "explore", "quality", "inspection"},
    {"design", "controls", "evaluate", "interpret", "probe", "privacy", "predict", "release"},
    {"results", "update"},
    {"checks"},
    {"reporting"},
    {"simulate"},
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}


def modules() -> dict[str, Path]:
    """Every module of the library by its dotted name below tentips."""
    return {
        ".".join(file.relative_to(LIBRARY).with_suffix("").parts).removesuffix(".__init__"): file
        for file in LIBRARY.rglob("*.py")
        if file.parent != LIBRARY or file.stem != "__init__"
    }


def room_of(module: str) -> str:
    return module.split(".")[0]


def arrows() -> dict[tuple[str, str], list[str]]:
    """Imports between rooms: (importing room, imported room) -> the importing modules."""
    known, found = modules(), defaultdict(list)
    for name, file in known.items():
        for imported in imported_names(file):
            target = imported.removeprefix("tentips.")
            if imported != target and target in known and room_of(target) != room_of(name):
                found[room_of(name), room_of(target)].append(name)
    return found


def test_every_room_has_a_floor():
    assert {room_of(name) for name in modules()} <= set(FLOOR)


def test_arrows_only_lead_down():
    upwards = {rooms: names for rooms, names in arrows().items() if FLOOR[rooms[0]] <= FLOOR[rooms[1]]}
    assert upwards == {}


def test_a_file_name_occurs_once():
    names = Counter(file.stem for file in LIBRARY.rglob("*.py") if not file.stem.startswith("__"))
    assert [name for name, count in names.items() if count > 1] == []


def test_an_init_holds_a_docstring_and_nothing_else():
    for file in LIBRARY.rglob("__init__.py"):
        body = ast.parse(file.read_text(encoding="utf-8")).body
        assert len(body) == 1 and ast.get_docstring(ast.Module(body, [])), file
