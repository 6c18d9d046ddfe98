import pandas as pd
import pytest

from tentips.reporting.pages import page

NAMES = ["a {b} c", "{}", "<script>x</script>", "$\\nosuch$", "50% {0!r}"]


@pytest.mark.parametrize("folds", [True, False])
def test_names_from_data_are_shown_as_they_are_and_never_formatted_again(folds):
    made = page.table(pd.DataFrame({"feature {x}": NAMES, "value": 1.0}), "Of {y}. More of {z}.", folds=folds)
    for shown in ("feature {x}", "a {b} c", "<td>{}</td>", "$\\nosuch$", "50% {0!r}", "{y}", "{z}"):
        assert shown.casefold() in made.casefold(), shown
    assert "<script>" not in made and "&lt;script&gt;" in made
