"""What every rule's script runs in: its log, its threads, and one clear line for a mistake that a user can mend."""

import contextlib
import errno
import os
import sys
import time
import traceback
from collections.abc import Iterable, Iterator

THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


@contextlib.contextmanager
def logged(log: str, threads: int = 1, inputs: Iterable[str] = (), outputs: Iterable[str] = ()) -> Iterator[None]:
    """Send everything that the block prints to the file `log` and keep numerical libraries to `threads` threads.

    Beside the log it leaves the job's record (`tentips.record`), which names the files `inputs` and `outputs`.

    File descriptors are redirected, not `sys.stderr`: TensorFlow writes from C++. Import heavy libraries inside the
    block, because they read the thread limits when they are imported. A StudyError, or a full disk, ends the process
    with one line in the log and exit code 1; any other error with its traceback there.
    """
    for variable in THREAD_VARIABLES:
        os.environ[variable] = str(threads)
    # joblib guesses physical cores by calling tools that a container may lack.
    os.environ.setdefault("LOKY_MAX_CPU_COUNT", str(threads))
    os.makedirs(os.path.dirname(log) or ".", exist_ok=True)
    sys.stdout.flush()
    sys.stderr.flush()
    kept = os.dup(1), os.dup(2)
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    os.dup2(file, 1)
    os.dup2(file, 2)
    try:
        from tentips import record

        begun = record.begin(log, threads, inputs, outputs)
        yield
        record.finish(log, begun)
    except Exception as error:
        line = _one_line(error)
        if line is None:
            traceback.print_exc()
        else:
            print(f"error: {line}", file=sys.stderr)
        sys.stdout.flush()
        sys.stderr.flush()
        # The error itself would print a second traceback around the one line.
        raise SystemExit(1) from None
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for descriptor, copy in zip((1, 2), kept, strict=True):
            os.dup2(copy, descriptor)
            os.close(copy)
        os.close(file)


def say(text: str) -> None:
    """Write a line of progress, with the time of day, to the log."""
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


def _one_line(error: Exception) -> str | None:
    from tentips.errors import StudyError

    if isinstance(error, StudyError):
        return str(error)
    # A full disk reaches us as OSError, or through pyarrow and HDF5 in words of their own.
    full = getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) or any(
        words in str(error) for words in ("No space left on device", "File too large", "Disk quota exceeded")
    )
    if full:
        return f"the disk is full ({error}); nothing was half-written. Free some space and run the same command again."
    return None
