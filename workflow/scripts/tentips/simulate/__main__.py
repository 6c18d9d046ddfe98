"""Write a simulated study from the command line."""

import argparse
import sys
from dataclasses import fields
from pathlib import Path

if not __package__:  # run as a folder
    sys.path[0] = str(Path(__file__).resolve().parents[2])
from tentips.errors import StudyError
from tentips.simulate.simulation import study
from tentips.simulate.study_design import Design
from tentips.simulate.writing import write, write_tables


def main(arguments: list[str] | None = None) -> None:
    """Write a study, or with --tables-only its two tables; every argument of `Design` is an option."""
    parser = argparse.ArgumentParser(description="Simulate a study whose truth is known.")
    parser.add_argument("folder", type=Path, help="where the study is written")
    parser.add_argument("--tables-only", action="store_true", help="write only features.csv and samples.csv")
    for item in fields(Design):
        kind = {"type": float if item.default is None else type(item.default)}
        if item.type is bool:
            kind = {"action": "store_true"}
        shown = f" ({item.default})" if item.default else ""
        parser.add_argument(
            f"--{item.name.replace('_', '-')}", default=item.default, help=item.metadata["meaning"] + shown, **kind
        )
    chosen = vars(parser.parse_args(arguments))
    folder, tables_only = chosen.pop("folder"), chosen.pop("tables_only")
    try:
        simulated = study(**chosen)
    except StudyError as error:
        parser.error(str(error))
    (write_tables if tables_only else write)(simulated, folder)
    print(f"{len(simulated.samples)} samples, {simulated.features.shape[1] - 1} features in {folder}")


if __name__ == "__main__":
    main()
