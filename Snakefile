from snakemake.utils import min_version

min_version("9.0")


include: "workflow/rules/inspect.smk"
include: "workflow/rules/common.smk"


# Of several labels each gets a study of its own.
if several_labels.is_several(config):

    include: "workflow/rules/labels.smk"

    rule all:
        default_target: True
        input:
            "results/labels/labels.html",

else:

    include: "workflow/rules/study.smk"
    include: "workflow/rules/data.smk"
    include: "workflow/rules/explore.smk"
    include: "workflow/rules/quality.smk"
    include: "workflow/rules/design.smk"
    include: "workflow/rules/pace.smk"
    include: "workflow/rules/baseline.smk"
    include: "workflow/rules/network.smk"
    include: "workflow/rules/transfer.smk"
    include: "workflow/rules/stack.smk"
    include: "workflow/rules/control.smk"
    include: "workflow/rules/evaluate.smk"
    include: "workflow/rules/interpret.smk"
    include: "workflow/rules/probe.smk"
    include: "workflow/rules/privacy.smk"
    include: "workflow/rules/report.smk"
    include: "workflow/rules/release.smk"
    include: "workflow/rules/update.smk"
    include: "workflow/rules/status.smk"

    report: "workflow/report/workflow.rst"

    # Written down before the first job, so that nobody can say later that the plan was always so. Not a rule: a file that
    # every search waited for would have to be rewritten without rerunning them.
    onstart:
        ask_the_cluster()
        try:
            check_the_ledger("resources/test-ledger.jsonl")
            plan.register("results/plan.jsonl", PLAN, environment.now())
        except (StudyError, OSError) as error:
            raise WorkflowError(str(error)) from None

    onsuccess:
        logger.info("\n".join(answer()))

    rule all:
        default_target: True
        input:
            "results/report/report.html",
            "results/explore/explore.html",
            "results/design/design.html",
            "results/interpret/importance.tsv",
            "results/probe/guards.json",
            "results/crate/ro-crate-metadata.json",
