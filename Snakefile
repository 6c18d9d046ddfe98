from snakemake.utils import min_version

min_version("9.0")


# An overlay on the command line (--configfile) changes keys; a whole study given there replaces this one.
if "data" not in config:

    configfile: "config/config.yaml"


include: "workflow/rules/common.smk"
include: "workflow/rules/data.smk"
include: "workflow/rules/plan.smk"
include: "workflow/rules/explore.smk"
include: "workflow/rules/baseline.smk"
include: "workflow/rules/network.smk"
include: "workflow/rules/stack.smk"
include: "workflow/rules/control.smk"
include: "workflow/rules/evaluate.smk"
include: "workflow/rules/report.smk"


report: "workflow/report/workflow.rst"


rule all:
    default_target: True
    input:
        "results/report/report.html",
        "results/explore/explore.html",
