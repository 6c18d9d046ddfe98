"""Put the scorecard through every planted pitfall and its clean twin, and count false alarms over clean studies.

    python tests/gauntlet/run.py [--core] [--only CHECK ...] [--clean 20] [--json FILE] [--table docs/gauntlet.md]

Prints a table, and keeps each row in the document's table as soon as it is there; the exit code is 1 where a pitfall is missed or a clean twin is flagged.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "workflow" / "scripts")]

from pitfalls import PITFALLS, SOUNDNESS, clean_studies  # noqa: E402

FLAGS = ("warn", "fail")


HEAD = """# The gauntlet

Studies in which one thing is wrong, each beside a twin in which it is not. A check must warn of the first or fail it, and pass the
second. Written by `python tests/gauntlet/run.py --table docs/gauntlet.md`, which replaces the rows that it ran; a pitfall that is not
here was not run for this table. `make gauntlet` runs all of them, and twenty clean studies.

| check | what is wrong | found | in the clean twin |
| --- | --- | --- | --- |
"""


TAIL = "\n## Clean studies\n\n"


def document(path: Path, rows: list[dict], alarms: str = "") -> str:
    """Return the document with the rows of this run in place of older ones, in the order of the pitfalls.

    `alarms` says what was counted over clean studies; where it is empty, what was said before stays.
    """
    kept, (table, _, before) = {}, (path.read_text(encoding="utf-8") if path.exists() else "").partition(TAIL)
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and len(cells) == 4 and cells[0] not in ("check", "---"):
            kept[cells[0], cells[1]] = line
    for row in rows:
        planted = row["planted"] if row["caught"] else f"{row['planted']} (missed)"
        clean = row["clean"] if row["quiet"] else f"{row['clean']} (false alarm)"
        kept[row["check"], row["what"]] = f"| {row['check']} | {row['what']} | {planted} | {clean} |"
    order = [(each.check, each.what) for each in PITFALLS]
    tail = f"{alarms}\n" if alarms else before
    return HEAD + "".join(f"{kept[key]}\n" for key in order if key in kept) + (TAIL + tail if tail else "")


def counts(clean: int, alarms: Counter, verdicts: Counter) -> str:
    """Return in a paragraph how often checks of soundness warned of or failed clean studies, and which verdicts those got."""
    checks = ", ".join(
        f"{check} {times}" for check, times in sorted(alarms.items(), key=lambda each: (-each[1], each[0]))
    )
    found = ", ".join(f"{verdict} {times}" for verdict, times in sorted(verdicts.items(), key=lambda each: -each[1]))
    return (
        f"False alarms: {sum(alarms.values())} of {clean * len(SOUNDNESS)} judgements ({len(SOUNDNESS)} checks of soundness) in "
        f"{clean} clean studies{f' ({checks})' if checks else ''}.\n"
        f"Verdicts on a network in these studies, in which a linear model is the truth: {found}."
    )


def main() -> int:
    """Run the gauntlet and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--clean", type=int, default=20, help="clean studies on which false alarms are counted")
    parser.add_argument("--core", action="store_true", help="only the pitfalls that the test suite plants")
    parser.add_argument("--only", nargs="+", default=None, metavar="CHECK", help="only the pitfalls of these checks")
    parser.add_argument("--json", type=Path, default=None, help="file for what was found")
    parser.add_argument("--table", type=Path, default=None, help="Markdown file whose table gets the rows of this run")
    options = parser.parse_args()
    chosen = [
        each
        for each in PITFALLS
        if (not options.only or each.check in options.only) and (each.core or not options.core)
    ]
    cards, began = {}, time.monotonic()

    def card(study):
        if study not in cards:
            with tempfile.TemporaryDirectory() as folder:
                cards[study] = study.carry_out(Path(folder) / "study")
        return cards[study]

    rows = []
    print("| check | planted | flagged | clean twin | what was said |\n| --- | --- | --- | --- | --- |", flush=True)
    for each in chosen:
        planted, clean = card(each.planted)[each.check], card(each.clean)[each.check]
        row = {"check": each.check, "what": each.what, "planted": planted["status"], "clean": clean["status"]}
        rows.append(row | {"caught": planted["status"] in FLAGS, "quiet": clean["status"] == "pass"})
        told = (clean if rows[-1]["caught"] and not rows[-1]["quiet"] else planted)["finding"]
        missed = "" if rows[-1]["caught"] else " (missed)"
        alarm = "" if rows[-1]["quiet"] else " (false alarm)"
        print(
            f"| {each.check} | {each.what} | {planted['status']}{missed} | {clean['status']}{alarm} | {told} |",
            flush=True,
        )
        if options.table:
            options.table.write_text(document(options.table, rows[-1:]), encoding="utf-8")
    alarms, verdicts = Counter(), Counter()
    for study in clean_studies(options.clean):
        found = card(study)
        alarms.update(check for check in SOUNDNESS if found[check]["status"] in FLAGS)
        verdicts[found["verdict"]["status"]] += 1
    caught, quiet = sum(row["caught"] for row in rows), sum(row["quiet"] for row in rows)
    print(f"\ncaught: {caught} of {len(rows)} planted pitfalls; quiet: {quiet} of {len(rows)} clean twins")
    if options.clean:
        counted = counts(options.clean, alarms, verdicts)
        print(counted)
        if options.table:
            options.table.write_text(document(options.table, [], counted), encoding="utf-8")
    print(f"{len(cards)} studies in {(time.monotonic() - began) / 60:.1f} minutes")
    if options.json:
        found = {"pitfalls": rows, "clean_studies": options.clean, "false_alarms": alarms, "verdicts": verdicts}
        options.json.write_text(json.dumps(found, indent=2))
    return 0 if caught == quiet == len(rows) else 1


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # a job that failed in a thread would keep the process waiting
