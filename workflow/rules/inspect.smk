# Look at your own tables and propose a configuration. Comes before everything else, because it needs no configuration.
#
#   snakemake inspect                                              the sources in config/datasets.tsv
#   snakemake inspect --config table=FILE [sheet=SAMPLE_SHEET]     these files
#
# requires: the tables
# provides: config/proposed.yaml (or the next free name), rows in config/datasets.tsv; lines on the terminal

import sys
from pathlib import Path

sys.path.insert(0, str(Path(workflow.basedir) / "workflow" / "scripts"))


rule inspect:
    localrule: True


# Answered while the workflow is read: there may be no configuration yet, or one that is not right.
if "inspect" in sys.argv[1:]:
    from tentips.inspection import command

    sys.exit(command.main(config.get("table"), config.get("sheet")))
