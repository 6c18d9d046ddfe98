"""What Snakemake itself costs: how long each job of a finished run took beside its script.

    python benchmarks/overhead.py STUDY [STUDY ...]

STUDY is a folder in which a study has run, on this machine or on a cluster. From Snakemake's last log there and the benchmark
files: seconds from the start (or submission) of a job until Snakemake knew of its end, less the seconds of its script. Run
with one core (`--cores 1`) for figures without competition. The log's times are whole seconds.
"""

import csv
import re
import sys
from datetime import datetime
from pathlib import Path
from statistics import mean, median

STAMP = r"\[(\w{3} \w{3} +\d+ [\d:]+ \d{4})\]\n"
BEGAN = re.compile(STAMP + r"(?:local)?rule \w+:\n((?: {4}.*\n)+)")
ENDED = re.compile(STAMP + r"Finished jobid: (\d+)")


def seconds_of_jobs(study: Path) -> list[tuple[float, float]]:
    """Return (seconds that the job took, seconds of its script) of each job of the last run that has a benchmark file."""
    log = max((study / ".snakemake/log").glob("*.log"), key=lambda path: path.stat().st_mtime).read_text(
        encoding="utf-8"
    )
    ended = {job: time(stamp) for stamp, job in ENDED.findall(log)}
    found = []
    for stamp, block in BEGAN.findall(log):
        told = dict(re.findall(r"^ +(\w+): (.*)$", block, re.MULTILINE))
        if "benchmark" in told and told["jobid"] in ended:
            with open(study / told["benchmark"], encoding="utf-8", newline="") as file:
                script = float(next(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))["s"])
            found.append(((ended[told["jobid"]] - time(stamp)).total_seconds(), script))
    return found


def time(stamp: str) -> datetime:
    """Return the time of a line of the log."""
    return datetime.strptime(stamp, "%a %b %d %H:%M:%S %Y")


if __name__ == "__main__":
    print("study\tjobs\tmedian overhead (s)\tmean overhead (s)\tshare of the jobs' time")
    for study in map(Path, sys.argv[1:]):
        jobs = seconds_of_jobs(study)
        if not jobs:
            sys.exit(f"{study}: the last log tells of no job; run the study anew, without --quiet")
        spent = [max(0.0, whole - script) for whole, script in jobs]
        share = sum(spent) / sum(whole for whole, _ in jobs)
        print(f"{study.name}\t{len(jobs)}\t{median(spent):.1f}\t{mean(spent):.1f}\t{share:.0%}")
