"""Give the study a git history of its own whose first commit is the template and nothing else."""

import shutil
import subprocess
import tempfile
from pathlib import Path

AUTHOR = {{ cookiecutter.author|tojson }} or "tentips"
EMAIL = {{ cookiecutter.email|tojson }} or "tentips@localhost"


def is_compared() -> bool:
    """Whether cruft generates the study anew in a temporary folder, to see what has changed; a history would count as change."""
    scratch = Path.cwd().parent
    return scratch.name.startswith("tmp") and scratch.parent == Path(tempfile.gettempdir()).resolve()


def begin_history() -> None:
    """Commit the template as it is; the answers stand in where git does not know who its user is."""
    known = subprocess.run(["git", "config", "user.email"], capture_output=True, text=True).stdout.strip()
    identity = [] if known else ["-c", f"user.name={AUTHOR}", "-c", f"user.email={EMAIL}"]
    for command in (
        ["init", "--quiet"],
        ["add", "--all"],
        [*identity, "commit", "--quiet", "--no-verify", "-m", "Begin from the tentips template"],
    ):
        subprocess.run(["git", *command], check=True)


for leftover in Path.cwd().rglob("__pycache__"):
    shutil.rmtree(leftover)
if shutil.which("git") is None:
    print("git was not found: the study has no history yet. Install it, then: git init && git add . && git commit -m Begin")
elif not is_compared():
    begin_history()
