# Tell what is done, failed, running and waiting. Makes nothing and trains nothing; works while a study runs, too.
#
# requires: nothing; reads results/logs/, the journals of searches, and whether Snakemake holds this folder
# provides: lines on the terminal

import datetime

from tentips.jobs import status

# Asked for by name, after a study: they are no part of it.
ON_REQUEST = ("predict", "release", "update")


rule status:
    localrule: True


# Answered while the workflow is read: as a job it would take the lock away from a study that runs, and register a plan.
if "status" in sys.argv[1:]:
    held = any(path.stat().st_size for path in Path(".snakemake/locks").glob("*"))
    asked = config["tuning"]["trials"] * len(REPEATS)
    known = [job for rule in workflow.rules if rule.name not in ON_REQUEST for job in jobs_of(rule)]
    found = status.states("results", known, asked, held, datetime.datetime.now(datetime.UTC))
    print(status.report(found))
    sys.exit(0)
