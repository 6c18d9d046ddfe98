"""Print the shape of the library: rooms, loose modules, arrows that run back, lines of code, and the longest of everything.

python benchmarks/structure.py
"""

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "workflow" / "scripts"), str(ROOT / "tests" / "architecture")]

from test_layers import FLOOR, LIBRARY, arrows, modules, room_of

LONG_LINE = 200


def functions(file: Path):
    """Yield name, line and number of arguments of every function in a file."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            given = node.args
            count = len(given.posonlyargs) + len(given.args) + len(given.kwonlyargs)
            yield node.name, node.lineno, count


def main() -> None:
    """Print the figures, one a line, then the five longest files and lines and the functions with most arguments."""
    known = modules()
    rooms = {room_of(name) for name in known if (LIBRARY / room_of(name)).is_dir()}
    between = arrows()
    back = {pair: names for pair, names in between.items() if FLOOR[pair[0]] <= FLOOR[pair[1]]}
    texts = {name: file.read_text(encoding="utf-8").splitlines() for name, file in known.items()}
    lines = [(len(line), name, number + 1) for name, text in texts.items() for number, line in enumerate(text)]
    tested = [line for file in (ROOT / "tests").rglob("*.py") for line in file.read_text(encoding="utf-8").splitlines()]
    figures = {
        "rooms": len(rooms),
        "loose modules": len([name for name in known if "." not in name and name not in rooms]),
        "modules in rooms": len([name for name in known if "." in name]),
        "arrows between rooms": sum(map(len, between.values())),
        "arrows that run back": sum(map(len, back.values())),
        "lines of the library": sum(map(len, texts.values())),
        "lines of tests": len(tested),
        f"lines over {LONG_LINE} characters": len([line for line in lines if line[0] > LONG_LINE]),
    }
    for name, value in figures.items():
        print(f"{name:<28}{value:>8,}")
    for pair, names in back.items():
        print(f"  back: {pair[0]} -> {pair[1]} in {', '.join(names)}")
    print("\nlongest files")
    for name, text in sorted(texts.items(), key=lambda each: -len(each[1]))[:5]:
        print(f"{len(text):>6}  {name}")
    print("\nlongest lines")
    for length, name, number in sorted(lines, reverse=True)[:5]:
        print(f"{length:>6}  {name}, line {number}")
    print("\nmost arguments")
    counted = [
        (count, f"{name}.{function}", line) for name, file in known.items() for function, line, count in functions(file)
    ]
    for count, name, line in sorted(counted, reverse=True)[:5]:
        print(f"{count:>6}  {name}, line {line}")


if __name__ == "__main__":
    main()
