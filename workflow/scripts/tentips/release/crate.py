"""The finished study as an RO-Crate: sources, parameters, every job with its software, and results by name and checksum.

It follows the Provenance Run Crate profile 0.5 (https://w3id.org/ro/wfrun/provenance/0.5), and with it the Workflow Run
Crate, Process Run Crate and Workflow RO-Crate profiles. Files with rows of the data are named, not copied.
"""

import base64
import json
import os
import re
import shutil
from pathlib import Path
from urllib.parse import quote

from tentips.artifacts import sha256
from tentips.errors import StudyError
from tentips.jobs.record import lineage, record_path
from tentips.paths import ROOT, SCRIPTS, WORKFLOW
from tentips.study.plan import planned

PAGES = ("results/report/report.html", "results/explore/explore.html")
PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": "Process Run Crate",
    "https://w3id.org/ro/wfrun/workflow/0.5": "Workflow Run Crate",
    "https://w3id.org/ro/wfrun/provenance/0.5": "Provenance Run Crate",
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": "Workflow RO-Crate",
}
# The one term that is not RO-Crate's own. Said here, so that reading the crate takes no second context.
TERMS = {"sha256": "https://w3id.org/ro/terms/workflow-run#sha256"}
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
FORMATS = {
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".txt": "text/plain",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".yaml": "application/yaml",
    ".md": "text/markdown",
    ".html": "text/html",
    ".svg": "image/svg+xml",
    ".gz": "application/gzip",
    ".parquet": "application/vnd.apache.parquet",
    ".h5ad": "application/x-hdf5",
    ".py": "text/x-python",
    ".keras": "application/zip",
    ".skops": "application/zip",
}


def write(results, folder: str | Path, engine: str) -> None:
    """Write the crate of a finished study into `folder`, which is replaced as a whole; `engine` is Snakemake's version."""
    folder = Path(folder)
    partial = folder.with_name(f".{os.getpid()}.partial.{folder.name}")
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
    """Adds entities to one crate; a file is one entity, however many jobs read it."""

    def __init__(self, results, engine: str):
        from rocrate.rocrate import ROCrate

        self.config, self.told = results.config, results.provenance
        self.engine = engine
        self.jobs = lineage(results.folder, PAGES)
        if not self.jobs:
            raise StudyError(
                "results/logs holds no record of the jobs that made the report; make it again: snakemake --forcerun report."
            )
        self.sources = {source["file"]: source for source in self.told["sources"]}
        self.shareable = {*ALWAYS, *(UNLESS_SENSITIVE if self.config["study"]["sensitive"] is False else ())}
        self.crate, self.files = ROCrate(version="1.1"), {}
        self.crate.metadata.extra_terms = dict(TERMS)

    def built(self):
        self._describe()
        workflow = self._workflow()
        scripts = {rule: self._script(rule) for rule in dict.fromkeys(_rule(job) for job in self.jobs)}
        steps = {rule: self._step(position, rule, script) for position, (rule, script) in enumerate(scripts.items(), 1)}
        workflow["hasPart"], workflow["step"] = list(scripts.values()), list(steps.values())
        actions = [self._job(job, scripts[_rule(job)]) for job in self.jobs]
        run = self._run(workflow)
        controls = [
            self._add(
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
        snakemake = self._software("snakemake", self.engine)
        self._add(
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
        licences = list(dict.fromkeys(source["licence"] for source in self.told["sources"]))
        root["license"] = _single([self._licence(licence) for licence in licences])
        root["conformsTo"] = [
            self._add(uri, "CreativeWork", name=name, version=uri.rsplit("/", 1)[1]) for uri, name in PROFILES.items()
        ]

    def _workflow(self):
        """The Snakefile, the crate's main entity; the other rule files lie beside it."""
        code = {(job["code"]["commit"], job["code"]["changed_files"]) for job in self.jobs}
        commits = sorted({commit for commit, _ in code if commit})
        told = f"commit {', '.join(commits)}" if commits else "not under version control"
        told += ", with uncommitted changes" if any(changed for _, changed in code) else ""
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
                "version": told,
                "sha256": sha256(snakefile),
            },
        )
        workflow["license"] = self._licence("MIT")
        for path in sorted((WORKFLOW / "rules").glob("*.smk")):
            self._code(path, "File")
        return workflow

    def _script(self, rule: str):
        """The script of a rule, with the packages that its jobs imported."""
        jobs = [job for job in self.jobs if _rule(job) == rule]
        needs = {("python", job["packages"]["python"]) for job in jobs}
        needs |= {(name, job["packages"][name]) for job in jobs for name in job["imported"] if name in job["packages"]}
        types = ["File", "SoftwareSourceCode", "SoftwareApplication"]
        script = self._code(SCRIPTS / f"{rule}.py", types)
        script["version"] = jobs[0]["code"]["commit"] or f"SHA-256 {script['sha256'][:16]}"
        script["softwareRequirements"] = [self._software(*each) for each in sorted(needs)]
        environment = ROOT / "envs" / f"{rule}.yaml"
        if environment.exists():
            self._code(environment, "File")
        return script

    def _step(self, position: int, rule: str, script):
        return self._add(f"#step-{rule}", "HowToStep", name=rule, position=position, workExample=script)

    def _job(self, job: dict, script):
        """One job: what it read and wrote, when, on what; its record holds every package of its environment."""
        hardware, code = job["hardware"], job["code"]
        record = record_path(Path("results", "logs", f"{job['job']}.log"))
        threads = "1 thread" if job["threads"] == 1 else f"{job['threads']} threads"
        return self._add(
            f"#job-{job['job']}",
            "CreateAction",
            name=job["job"],
            description=f"{threads} of {hardware['cores']} cores ({hardware['machine']}, {hardware['memory_gib']} GiB), on the {hardware['device']}; {code['files']} files of code, SHA-256 {code['sha256']}.",
            instrument=script,
            object=self._named(job["inputs"]),
            result=self._named(job["outputs"]),
            subjectOf=self._file(record.as_posix(), copied=True),
            startTime=job["started"],
            endTime=job["ended"],
            actionStatus=COMPLETED,
        )

    def _run(self, workflow):
        """The run as a whole: from sources, configuration and plan to the report."""
        objects, inputs = [], []
        given = [*self.sources, "results/config.yaml", "results/plan.jsonl"]
        for path in given:
            inputs.append(self._parameter(path, "File", self._file(path)))
            objects.append(self._file(path))
        for key, value in planned(self.config).items():
            if value is None or value in ([], {}):
                continue
            held = self._add(f"#value-{key}", "PropertyValue", name=key, value=_plain(value))
            inputs.append(self._parameter(key, "PropertyValue", held))
            objects.append(held)
        result = [self._file(path) for path in (*PAGES, "results/report/scorecard.json")]
        workflow["input"] = inputs
        workflow["output"] = [self._parameter(file["name"], "File", file) for file in result]
        return self._add(
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

    def _parameter(self, name: str, kind: str, example):
        parameter = self._add(
            f"#parameter-{name}", "FormalParameter", name=name, additionalType=kind, workExample=example
        )
        example["exampleOfWork"] = parameter
        return parameter

    def _named(self, paths: list[str]) -> list:
        files = [self._file(path) for path in paths]
        return [file for file in files if file]

    def _file(self, path: str, copied: bool = False):
        """A file of the study: in the crate if it may be shared, else by the hash of its content (RFC 6920)."""
        if path in self.files:
            return self.files[path]
        source = self.sources.get(path)
        if not source and not Path(path).exists():
            return None
        digest = source["sha256"] if source else sha256(path)
        size = source["bytes"] if source else Path(path).stat().st_size
        properties = {"name": path, "sha256": digest, "contentSize": str(size)}
        if form := FORMATS.get(Path(path).suffix):
            properties["encodingFormat"] = form
        if copied or path in self.shareable:
            file = self.crate.add_file(path, path, properties=properties)
        else:
            from rocrate.model.data_entity import DataEntity

            file = self.crate.add(DataEntity(self.crate, _by_hash(digest, path), {"@type": "File", **properties}))
        if source:
            self._describe_source(file, source)
        self.files[path] = file
        return file

    def _describe_source(self, file, source: dict) -> None:
        file["identifier"], file["license"] = source["id"], self._licence(source["licence"])
        file["description"] = (
            f"{source['rows']:,} rows and {source['columns']:,} columns; obtained {source['obtained']}."
        )
        if source["version"]:
            file["version"] = source["version"]
        if source["source"].startswith(("http://", "https://")):
            file["url"] = source["source"]
        if source["citation"]:
            doi = re.search(r"10\.\d{4,9}/\S*[^\s.,;)]", source["citation"])
            uri = f"https://doi.org/{doi[0]}" if doi else f"#citation-{source['id']}"
            file["citation"] = self._add(uri, "ScholarlyArticle", name=source["citation"])

    def _licence(self, licence: str | None):
        if not licence:
            return self._add(
                "#licence-not-declared", "CreativeWork", name="No licence is declared in config/datasets.tsv"
            )
        known = re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.+-]*", licence)
        uri = f"https://spdx.org/licenses/{licence}" if known else f"#licence-{re.sub('[^A-Za-z0-9]+', '-', licence)}"
        return self._add(uri, "CreativeWork", name=licence, identifier=licence)

    def _software(self, name: str, version: str):
        # A package URL (purl) is the absolute name of a package that the profile asks for.
        kind = "generic" if name == "python" else "pypi"
        uri = f"pkg:{kind}/{name}@{quote(version)}"
        return self._add(uri, "SoftwareApplication", name=name, softwareVersion=version)

    def _code(self, path: Path, types):
        relative = path.relative_to(ROOT).as_posix()
        properties = {"@type": types, "name": relative, "sha256": sha256(path)}
        properties["encodingFormat"] = FORMATS.get(path.suffix, "text/plain")
        return self.crate.add_file(path, relative, properties=properties)

    def _add(self, uri: str, kind: str, **properties):
        """A contextual entity; the one of that id if it is there already."""
        from rocrate.model.contextentity import ContextEntity

        if uri.startswith("#"):
            # Names of files and features may hold what no identifier may.
            uri = f"#{quote(uri[1:])}"
        found = self.crate.get(uri)
        if found:
            return found
        entity = self.crate.add(ContextEntity(self.crate, uri, {"@type": kind}))
        for key, value in properties.items():
            entity[key] = _single(value)
        return entity


def _plain(value):
    """A setting as a property's value: numbers, text and truth values as they are, lists and mappings as JSON."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) else value


def _single(value):
    """A list of one as its entry, as RO-Crate recommends."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _rule(job: dict) -> str:
    return job["job"].split("/")[0]


def _by_hash(digest: str, path: str) -> str:
    """Name a file by the hash of its content; the path tells files of equal content apart."""
    encoded = base64.urlsafe_b64encode(bytes.fromhex(digest)).decode().rstrip("=")
    return f"ni:///sha-256;{encoded}?name={quote(path)}"
