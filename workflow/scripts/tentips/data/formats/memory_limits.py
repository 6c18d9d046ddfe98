"""What a table may grow to when it is read: no more than this machine holds. Needs the standard library alone.

A small file can unpack to terabytes, and a header can claim any number of rows: both would end in a job that is killed without a word.
"""

import os
from pathlib import Path

from tentips.errors import StudyError

# What a control group (a container, a job of a cluster) leaves of the machine's memory: version 2 and 1.
OF_GROUPS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
GB = 1e9


def memory() -> int:
    """Return the bytes of memory that this process may use: the machine's, or less where its control group has a limit."""
    found = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    for path in map(Path, OF_GROUPS):
        text = path.read_text().strip() if path.is_file() else ""
        found += [int(text)] if text.isdigit() and int(text) > 0 else []
    return min(found)


def check_bytes(name: str, wanted: float) -> None:
    """Raise StudyError where what `name` describes takes more bytes than there is memory."""
    if wanted > memory():
        raise too_large(name, f"take {wanted / GB:,.1f} GB")


def too_large(name: str, what: str) -> StudyError:
    """Return the error that says that `name` would do `what` (take so many GB), and how much memory there is."""
    return StudyError(
        f"{name} would {what} of memory, and this machine has {memory() / GB:,.1f} GB; is it the file that you mean? "
        "Take a part of it, or a machine with more memory."
    )
