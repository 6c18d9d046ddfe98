# A study of several labels: one study for each, carried out by Snakemake in the folder of its own, and a page that puts them together.
#
# requires: the study of each label, labels/LABEL; what else was asked for than the whole study (predict, release, a dry run) is done there alone
# provides: labels/LABEL/, a whole study each; results/labels/labels.tsv, labels.html

from snakemake.cli import get_argument_parser

from tentips.jobs import label_runs
from tentips.study import several_labels

# Carried out while the workflow is read, by the process that a person started: each study has a graph and a lock of its own.
try:
    LABELS = {label: several_labels.folder_of(label) for label in several_labels.labels_of(config)}
    if workflow.is_main_process:
        asked = get_argument_parser().parse_known_args(sys.argv[1:])[0]
        whole = label_runs.asks_for_all(asked.targets)
        several_labels.write(config, LABELS)
except StudyError as error:
    raise WorkflowError(str(error)) from None

if workflow.is_main_process:
    commands = {
        label: label_runs.command(sys.argv[1:], folder, workflow.main_snakefile) for label, folder in LABELS.items()
    }
    failed = label_runs.run(commands, workflow.workdir_init, asked.keep_going, logger.info)
    if failed:
        raise WorkflowError(f"The study of {', '.join(failed)} was not finished; why is said above.")
    made = all(Path(folder, terminal.REPORT).exists() for folder in LABELS.values())
    if not whole or workflow.output_settings.dryrun or not made:
        sys.exit(0)


shown.title = config["study"]["title"]


def answer():
    """The lines that end a run: where the page is."""
    return ["", "All labels together: results/labels/labels.html"]


onsuccess:
    logger.info("\n".join(answer()))


rule labels:
    input:
        scorecards=[f"{folder}/results/report/scorecard.json" for folder in LABELS.values()],
        comparisons=[f"{folder}/results/evaluation/combined_comparisons.tsv" for folder in LABELS.values()],
        metrics=[f"{folder}/results/evaluation/combined_metrics.tsv" for folder in LABELS.values()],
        splits=[f"{folder}/results/split/split.parquet" for folder in LABELS.values()],
        notebook=os.path.relpath(NOTEBOOKS / "labels.ipynb"),
        lib=lib("labels"),
    output:
        table="results/labels/labels.tsv",
        html="results/labels/labels.html",
    log:
        "results/logs/labels/labels.log",
    benchmark:
        "results/benchmarks/labels/labels.tsv"
    conda:
        "../../envs/labels.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(15),
    params:
        title=as_is(config["study"]["title"]),
        folders=LABELS,
    script:
        "../scripts/labels.py"
