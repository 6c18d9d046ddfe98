"""A text file while it is read: it may not unpack to more than the memory holds, and no NUL byte is passed over in silence.

Needs the standard library alone. Pandas takes a NUL for the end of an entry: s\\0a and s\\0b would both become s.
"""

import io
from typing import BinaryIO

from tentips.data.formats.memory_limits import memory, too_large
from tentips.errors import StudyError

WIDE = (b"\xff\xfe", b"\xfe\xff")  # UTF-16 and UTF-32 are full of NUL bytes
PART = 2**18  # bytes that are read at a time


class _Watched(io.RawIOBase):
    """The bytes of `file`, which is called `name`; with `bounded` no more of them than the memory holds."""

    def __init__(self, file: BinaryIO, name: str, bounded: bool):
        self.file, self.name = file, name
        self.left = memory() if bounded else float("inf")
        self.lines, self.wide = 0, None

    def readable(self) -> bool:
        """Reading is all that it can."""
        return True

    def readinto(self, buffer) -> int:
        """Read the next bytes into `buffer` and return how many they are. Raises StudyError for too many, and for a NUL."""
        content = self.file.read(len(buffer))
        buffer[: len(content)] = content
        self.left -= len(content)
        if self.left < 0:
            raise too_large(self.name, "unpack to more than all")
        if self.wide is None:
            self.wide = content.startswith(WIDE)
        if not self.wide and b"\0" in content:
            line = self.lines + content[: content.index(b"\0")].count(b"\n") + 1
            raise StudyError(
                f"{self.name}: line {line} holds a NUL byte, which no text has (a damaged file, or UTF-16 without its mark?); get it again, or save it as UTF-8."
            )
        self.lines += content.count(b"\n")
        return len(content)

    def close(self) -> None:
        """Close the file, too."""
        self.file.close()
        super().close()


def watched(file: BinaryIO, name: str, bounded: bool = True) -> BinaryIO:
    """Return `file`, called `name`, as one that raises StudyError for what no table may hold."""
    return io.BufferedReader(_Watched(file, name, bounded), PART)
