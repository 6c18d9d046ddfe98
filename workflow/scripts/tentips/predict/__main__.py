"""Predict new samples by a bundle alone: python -m tentips.predict BUNDLE NEW PREDICTIONS."""

import sys

from tentips.errors import StudyError
from tentips.predict import bundle_files, new_files, predictions_table


def main(bundle: str, new: str, out: str) -> int:
    """Check the bundle, predict the samples of `new` and write them to `out`; return the exit code."""
    try:
        sheet, model = bundle_files.open_bundle(bundle)
        samples = new_files.check(new, sheet)
        for notice in samples.notices:
            print(notice)
        counts = predictions_table.write(
            samples, model, out, lambda done: print(f"{done:,} of {samples.rows:,} samples predicted", flush=True)
        )
    except StudyError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    for sentence in predictions_table.summary(counts):
        print(sentence)
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit("usage: python -m tentips.predict BUNDLE NEW PREDICTIONS")
    sys.exit(main(*sys.argv[1:]))
