# Tell what is done, failed, running and waiting. Makes nothing and trains nothing; works while a study runs, too.
#
# requires: nothing; reads results/logs/, the journals of searches, and whether Snakemake holds this folder
# provides: lines on the terminal

import datetime
import itertools
import re

from tentips import status
from tentips.record import job_name


def jobs_of(rule):
    """The names of the jobs of a rule, rule/job, from its log; none for a rule without one."""
    if not rule.log:
        return []
    of = {"baseline": BASELINES, "network": NETWORKS, "kind": ("baseline", "network")}
    wanted = [name for name in rule.wildcard_names if name in of]
    if set(rule.wildcard_names) - set(wanted):
        return []
    # Snakemake writes wildcard constraints into the pattern.
    pattern = re.sub(r"\{(\w+),[^}]*\}", r"{\1}", str(rule.log[0]))
    values = itertools.product(*(of[name] for name in wanted))
    return [job_name(pattern.format(**dict(zip(wanted, each)))) for each in values]


rule status:
    localrule: True
    # Speaks to the terminal, and hence has no log.
    handover: True
    run:
        JOBS = [job for rule in workflow.rules for job in jobs_of(rule)]
        held = any(path.stat().st_size for path in Path(".snakemake/locks").glob("*"))
        asked = config["tuning"]["trials"] * len(REPEATS)
        found = status.states("results", JOBS, asked, held, datetime.datetime.now(datetime.UTC))
        print(status.report(found))
