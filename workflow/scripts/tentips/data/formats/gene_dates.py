"""Names of genes that a spreadsheet program has turned into dates: SEPT1 into 1-Sep, MARCH2 into 2-Mar."""

import re
from collections.abc import Iterable

MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec"
# Genes that were called so (Ziemann et al. 2016, doi:10.1186/s13059-016-1044-7): SEPT, MARCH, DEC, OCT, and in other species more.
DATE = re.compile(
    rf"\d{{1,2}}[-. ](?:{MONTHS})\.?(?:[-. ]\d{{2,4}})?|(?:{MONTHS})[-. ]\d{{1,4}}"
    r"|(?:19|20)\d\d-\d\d-\d\d(?:[T ]00:00:00)?|\d{1,2}/\d{1,2}/(?:19|20)?\d\d|\d{1,2}\.\d{1,2}\.(?:19|20)\d\d",
    re.IGNORECASE,
)
FEW = 0.2  # where more of the names are dates, the features are days rather than genes


def dates_among(names: Iterable[str]) -> list[str]:
    """Return the names that are dates, where most of the others are none."""
    names = [str(name) for name in names]
    dates = [name for name in names if DATE.fullmatch(name.strip())]
    return dates if len(dates) <= FEW * len(names) or _spoiled(dates, names) else []


def _spoiled(dates: list[str], names: list[str]) -> bool:
    """Whether the dates are days of the four months that genes are called by, and there are other names beside them."""
    genes = re.compile(r"(?i)\d{1,2}-(Sep|Mar|Dec|Oct|Apr|Feb|Nov)|(Sep|Mar|Dec)-\d{1,2}")
    return len(dates) < len(names) and all(genes.fullmatch(name.strip()) for name in dates)
