"""The finished study as an RO-Crate: sources, parameters, every job with its software, and results by name and checksum.

It follows the Provenance Run Crate profile 0.5 (https://w3id.org/ro/wfrun/provenance/0.5), and with it the Workflow Run
Crate, Process Run Crate and Workflow RO-Crate profiles. Files with rows of the data are named, not copied.
"""

import json
import os
import shutil
from pathlib import Path

from tentips.artifacts import partial_of, sha256
from tentips.errors import StudyError
from tentips.jobs.record import lineage, record_path
from tentips.paths import ROOT, SCRIPTS, WORKFLOW
from tentips.release.crate_entities import Entities, single
from tentips.study.plan import planned

PAGES = ("results/report/report.html", "results/explore/explore.html")
# What the crate tells the history of: the pages, and what no page is made from yet.
TARGETS = (*PAGES, "results/interpret/importance.tsv", "results/probe/guards.json")
PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": "Process Run Crate",
    "https://w3id.org/ro/wfrun/workflow/0.5": "Workflow Run Crate",
    "https://w3id.org/ro/wfrun/provenance/0.5": "Provenance Run Crate",
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": "Workflow RO-Crate",
}
COMPLETED = "http://schema.org/CompletedActionStatus"
# What may travel whatever the data are: settings, plan, verdict, history.
ALWAYS = (
    "results/config.yaml",
    "results/plan.jsonl",
    "results/data/provenance.json",
    "results/report/scorecard.json",
    "results/report/datasheet.md",
)
# What travels only if the data are declared not to be sensitive: pages show each sample as a point, tables small counts.
UNLESS_SENSITIVE = (
    *PAGES,
    "results/budget.tsv",
    *(
        f"results/evaluation/{name}.tsv"
        for name in (
            "metrics",
            "comparisons",
            "combined_metrics",
            "combined_comparisons",
            "seeds",
            "calibration",
            "confusion",
        )
    ),
)


def write(results, folder: str | Path, engine: str) -> None:
    """Write the crate of a finished study into `folder`, which is replaced as a whole; `engine` is Snakemake's version."""
    folder = Path(folder)
    partial = partial_of(folder)
    try:
        build(results, engine).write(partial)
        shutil.rmtree(folder, ignore_errors=True)
        os.replace(partial, folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def build(results, engine: str):
    """Return the crate of a finished study (`tentips.results.Results`), not yet written."""
    return _Builder(results, engine).built()


class _Builder:
    """Describes a finished study: workflow, steps, jobs, run, and who started them."""

    def __init__(self, results, engine: str):
        self.config, self.provenance = results.config, results.provenance
        self.engine = engine
        self.jobs = lineage(results.folder, TARGETS)
        if not self.jobs:
            raise StudyError(
                "results/logs holds no record of the jobs that made the report; make it again: snakemake --forcerun report."
            )
        shareable = {*ALWAYS, *(UNLESS_SENSITIVE if self.config["study"]["sensitive"] is False else ())}
        self.entities = Entities(self.provenance["sources"], shareable)
        self.crate = self.entities.crate

    def built(self):
        self._describe()
        workflow = self._workflow()
        scripts = {rule: self._script(rule) for rule in dict.fromkeys(_rule(job) for job in self.jobs)}
        steps = {rule: self._step(position, rule, script) for position, (rule, script) in enumerate(scripts.items(), 1)}
        workflow["hasPart"], workflow["step"] = list(scripts.values()), list(steps.values())
        actions = [self._job(job, scripts[_rule(job)]) for job in self.jobs]
        run = self._run(workflow)
        controls = [
            self.entities.add(
                f"#control-{job['job']}",
                "ControlAction",
                name=f"Snakemake starts {job['job']}",
                instrument=steps[_rule(job)],
                object=action,
                startTime=job["started"],
                endTime=job["ended"],
                actionStatus=COMPLETED,
            )
            for job, action in zip(self.jobs, actions, strict=True)
        ]
        snakemake = self.entities.software("snakemake", self.engine)
        self.entities.add(
            "#organize",
            "OrganizeAction",
            name=f"Snakemake {self.engine} carries the workflow out",
            instrument=snakemake,
            object=controls,
            result=run,
            startTime=run["startTime"],
            endTime=run["endTime"],
        )
        self.crate.root_dataset["mentions"] = [run, *actions]
        return self.crate

    def _describe(self) -> None:
        """The root: title, question, licences, profiles, and what was left at home."""
        study, root = self.config["study"], self.crate.root_dataset
        left = {
            True: "The data are declared sensitive: pages and tables of results are named with their checksums, not copied.",
            None: "The study does not say whether its data are sensitive: pages and tables of results are named with their checksums, not copied.",
            False: "Files with rows of the data are named with their checksums, not copied.",
        }[study["sensitive"]]
        self.crate.name, self.crate.description = study["title"], f"{study['question']} {left}"
        self.crate.datePublished = max(job["ended"] for job in self.jobs)
        licences = list(dict.fromkeys(source["licence"] for source in self.provenance["sources"]))
        root["license"] = single([self.entities.licence(licence) for licence in licences])
        root["conformsTo"] = [
            self.entities.add(uri, "CreativeWork", name=name, version=uri.rsplit("/", 1)[1])
            for uri, name in PROFILES.items()
        ]

    def _workflow(self):
        """The Snakefile, the crate's main entity; the other rule files lie beside it."""
        code = {(job["code"]["commit"], job["code"]["changed_files"]) for job in self.jobs}
        commits = sorted({commit for commit, _ in code if commit})
        statement = f"commit {', '.join(commits)}" if commits else "not under version control"
        statement += ", with uncommitted changes" if any(changed for _, changed in code) else ""
        snakefile = ROOT / "Snakefile"
        workflow = self.crate.add_workflow(
            snakefile,
            "Snakefile",
            main=True,
            lang="snakemake",
            lang_version=self.engine,
            properties={
                "@type": ["File", "SoftwareSourceCode", "ComputationalWorkflow", "HowTo"],
                "name": "tentips",
                "description": "Carries out Ten Quick Tips for Deep Learning in Biology.",
                "version": statement,
                "sha256": sha256(snakefile),
            },
        )
        workflow["license"] = self.entities.licence("MIT")
        for path in sorted((WORKFLOW / "rules").glob("*.smk")):
            self.entities.code(path, "File")
        return workflow

    def _script(self, rule: str):
        """The script of a rule, with the packages that its jobs imported."""
        jobs = [job for job in self.jobs if _rule(job) == rule]
        needs = {("python", job["packages"]["python"]) for job in jobs}
        needs |= {(name, job["packages"][name]) for job in jobs for name in job["imported"] if name in job["packages"]}
        types = ["File", "SoftwareSourceCode", "SoftwareApplication"]
        script = self.entities.code(SCRIPTS / f"{rule}.py", types)
        script["version"] = jobs[0]["code"]["commit"] or f"SHA-256 {script['sha256'][:16]}"
        script["softwareRequirements"] = [self.entities.software(*each) for each in sorted(needs)]
        environment = ROOT / "envs" / f"{rule}.yaml"
        if environment.exists():
            self.entities.code(environment, "File")
        return script

    def _step(self, position: int, rule: str, script):
        return self.entities.add(f"#step-{rule}", "HowToStep", name=rule, position=position, workExample=script)

    def _job(self, job: dict, script):
        """One job: what it read and wrote, when, on what; its record holds every package of its environment."""
        hardware, code = job["hardware"], job["code"]
        record = record_path(Path("results", "logs", f"{job['job']}.log"))
        threads = "1 thread" if job["threads"] == 1 else f"{job['threads']} threads"
        return self.entities.add(
            f"#job-{job['job']}",
            "CreateAction",
            name=job["job"],
            description=(
                f"{threads} of {hardware['cores']} cores ({hardware['machine']}, {hardware['memory_gib']} "
                f"GiB), on the {hardware['device']}; {code['files']} files of code, SHA-256 {code['sha256']}."
            ),
            instrument=script,
            object=self.entities.named(job["inputs"]),
            result=self.entities.named(job["outputs"]),
            subjectOf=self.entities.file(record.as_posix(), copied=True),
            startTime=job["started"],
            endTime=job["ended"],
            actionStatus=COMPLETED,
        )

    def _run(self, workflow):
        """The run as a whole: from sources, configuration and plan to the report."""
        objects, inputs = [], []
        given = [*self.entities.sources, "results/config.yaml", "results/plan.jsonl"]
        for path in given:
            inputs.append(self.entities.parameter(path, "File", self.entities.file(path)))
            objects.append(self.entities.file(path))
        for key, value in planned(self.config).items():
            if value is None or value in ([], {}):
                continue
            held = self.entities.add(f"#value-{key}", "PropertyValue", name=key, value=_plain(value))
            inputs.append(self.entities.parameter(key, "PropertyValue", held))
            objects.append(held)
        result = [self.entities.file(path) for path in (*PAGES, "results/report/scorecard.json")]
        workflow["input"] = inputs
        workflow["output"] = [self.entities.parameter(file["name"], "File", file) for file in result]
        return self.entities.add(
            "#run",
            "CreateAction",
            name=f"Run of tentips: {self.config['study']['title']}",
            description=self.config["study"]["question"],
            instrument=workflow,
            object=objects,
            result=result,
            startTime=min(job["started"] for job in self.jobs),
            endTime=max(job["ended"] for job in self.jobs),
            actionStatus=COMPLETED,
        )


def _plain(value):
    """A setting as a property's value: numbers, text and truth values as they are, lists and mappings as JSON."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) else value


def _rule(job: dict) -> str:
    return job["job"].split("/")[0]
