"""The report's sections on where the data came from and what computed the results: each returns HTML."""

import datetime
import html

import pandas as pd

from tentips.errors import listed
from tentips.reporting.pages import page
from tentips.results import Results
from tentips.wording import number_of, sample_is, series

SHOWN_PACKAGES = (
    "snakemake",
    "scikit-learn",
    "tensorflow",
    "keras",
    "keras-tuner",
    "jax",
    "numpy",
    "scipy",
    "pandas",
    "pyarrow",
    "anndata",
    "umap-learn",
    "skops",
    "papermill",
)
WAYS = {"declared": "declared", "download": "download", "file": "the file's time"}


def sources(results: Results) -> str:
    """Where the data came from, which version, and what was left out on the way to the study."""
    provenance = results.provenance
    rows = pd.DataFrame(
        [
            {
                "Source": f"{source['role']}: {source['id']}\n{source['source']}",
                "Obtained": f"{source['obtained'][:10]}\n{WAYS[source['obtained_from']]}"
                if source["obtained"]
                else "not known",
                "Version": source["version"] or "not declared",
                "Licence": source["licence"] or "not declared",
                "Rows × columns": f"{source['rows']:,} × {source['columns']:,}\n{_size(source['bytes'])}",
                "SHA-256": f"{source['sha256'][:16]}…\n{'as declared' if source['sha256_declared'] else 'not declared'}",
            }
            for source in provenance["sources"]
        ]
    )
    citations = "".join(
        f"<li>{html.escape(text)}</li>"
        for text in dict.fromkeys(
            source["citation"] for source in [*provenance["sources"], *provenance["pretrained"]] if source["citation"]
        )
    )
    cited = f"<p>Cite:</p><ul>{citations}</ul>" if citations else "<p>No citation is declared.</p>"
    used = f"{provenance['samples']:,} samples with {provenance['inputs']} in {provenance['groups']:,} independent groups were used."
    return _anchored(
        "provenance", page.table(rows, f"Sources; {used}") + _notes(provenance) + _exclusions(provenance) + cited
    )


def _notes(provenance: dict) -> str:
    """What was noted when the tables were read: the form of a file, features called like dates."""
    notes = dict.fromkeys(note for source in provenance["sources"] for note in source.get("notes", []))
    items = "".join(f"<li>{html.escape(note)}</li>" for note in notes)
    return f"<p>Noted when the tables were read:</p><ul>{items}</ul>" if items else ""


def elsewhere(results: Results) -> str:
    """The two pages beside the report: of the data, and of what a study of this size could find."""
    return (
        '<p>The data batch by batch and feature by feature: <a href="../explore/explore.html">the exploration</a>. What this study could '
        'have found: <a href="../design/design.html">the design</a>.</p>'
    )


def roles(results: Results) -> str:
    """Every column of the sample sheet with its roles, as far as it is declared."""
    study = results.config["study"]
    design = f"Design: {study['design']}." if study["design"] else "The design is not declared (study.design)."
    rows = pd.DataFrame(
        [
            {
                "Column": row["column"],
                "Role": ", ".join(row["roles"]),
                "Different values": row["values"],
                "Missing": row["missing"],
            }
            for row in results.provenance["roles"]
        ]
    )
    return _anchored(
        "roles",
        _missing_words(results.provenance)
        + _spellings(results.provenance)
        + page.table(
            rows,
            f"Roles of the sample sheet's columns, over {results.provenance['samples']:,} samples. {sample_is(study['unit'])} {design} Columns listed as ignored are given to no model.",
        ),
    )


def _missing_words(provenance: dict) -> str:
    """Which words of the sample sheet were read as missing, and how often; empty cells are in the table below."""
    read = [
        f"'{word}' in {column} ({count:,})"
        for column, words in provenance["missing"]["samples"].items()
        for word, count in words.items()
        if word
    ]
    return page.paragraph(f"Read as missing in the sample sheet (data.missing): {series(read)}.") if read else ""


def _spellings(provenance: dict) -> str:
    """How many values were counted with a name that looks equal; no name is shown, for it may be a person's."""
    joined = [f"{each['values']:,} of {each['column']} ({each['table']})" for each in provenance["spellings"]]
    if not joined:
        return ""
    return page.paragraph(
        f"Values that are spelled otherwise than most but look equal were counted as the same (data.spellings is join): {series(joined)}."
    )


def software(results: Results) -> str:
    """When and with which code each rule ran up to the scorecard, and with which versions of which packages."""
    jobs = results.jobs
    if not jobs:
        return _anchored("software", page.paragraph("No record is left of the jobs (results/logs/RULE/JOB.json)."))
    rules: dict[str, list[dict]] = {}
    for job in jobs:
        rules.setdefault(job["job"].split("/")[0], []).append(job)
    rows = pd.DataFrame([_rule(rule, members) for rule, members in rules.items()])
    machines = dict.fromkeys(
        f"{each['cores']} cores ({each['system']}, {each['machine']}), {each['memory_gib']} GiB"
        for each in (job["hardware"] for job in jobs)
    )
    statement = f"What ran before this report: {len(jobs)} jobs of {len(rules)} rules, on {' and on '.join(machines)}; times are UTC."
    commits = list(dict.fromkeys(_commit(job["code"]) for job in jobs))
    if len(commits) == 1:
        rows, statement = rows.drop(columns="Commit"), f"{statement} Code of all jobs: {commits[0]}."
    return _anchored("software", page.table(rows, statement) + _versions(rules) + _lost(jobs))


def _rule(rule: str, jobs: list[dict]) -> dict:
    seconds = sum((_moment(job["ended"]) - _moment(job["started"])).total_seconds() for job in jobs)
    return {
        "Rule": rule,
        "Jobs": len(jobs),
        "Began": min(job["started"] for job in jobs)[:19].replace("T", " "),
        "Seconds, all jobs": int(seconds),
        "Threads": _several(job["threads"] for job in jobs),
        "Device": _several(job["hardware"]["device"] for job in jobs),
        "Python": _several(job["packages"]["python"] for job in jobs),
        "Commit": _several(_commit(job["code"]) for job in jobs),
        "Code, SHA-256": _several(job["code"]["sha256"][:10] for job in jobs),
    }


def _versions(rules: dict[str, list[dict]]) -> str:
    """One line for each package, more where its version differs between jobs."""
    users: dict[tuple, list[str]] = {}
    for rule, jobs in rules.items():
        for job in jobs:
            for name in job["imported"]:
                users.setdefault((name, job["packages"].get(name, "unknown")), []).append(rule)
    versions = pd.Series([name for name, _ in users]).value_counts()
    rows = pd.DataFrame(
        [
            {"Package": name, "Version": version, "Imported by": _rules(dict.fromkeys(users[name, version]), rules)}
            for name, version in sorted(users)
            if name in SHOWN_PACKAGES or versions[name] > 1
        ]
    )
    differ = listed(versions.index[versions > 1])
    statement = f"Versions differ between jobs: {differ}" if differ else "Every package has one version in all jobs"
    return page.table(
        rows,
        f"Packages that decide results, as the jobs imported them. {statement}; all packages of each job's environment are in results/logs/RULE/JOB.json.",
    )


def _rules(members, rules) -> str:
    return "all rules" if len(members) == len(rules) else ", ".join(members)


def _lost(jobs: list[dict]) -> str:
    made = {output for job in jobs for output in job["outputs"]}
    lost = sorted({path for job in jobs for path in job["inputs"] if path.startswith("results/") and path not in made})
    return page.paragraph(f"No record is left of the jobs that made {listed(lost)}.") if lost else ""


def _exclusions(provenance: dict) -> str:
    if not provenance["exclusions"]:
        return page.paragraph("No sample and no feature was left out.")
    rows = pd.DataFrame(
        [
            {
                "What": each["what"],
                "Before": each["before"],
                "Left out": each["left_out"],
                "After": each["after"],
                "Why": each["reason"],
            }
            for each in provenance["exclusions"]
        ]
    )
    untouched = [what for what in ("samples", "features") if what not in set(rows["What"])]
    provenance = f" No {' and no '.join(untouched)} were left out." if untouched else ""
    return page.table(rows, f"Exclusions, in the order in which they were made.{provenance}")


def _commit(code: dict) -> str:
    if not code["commit"]:
        return "not under version control"
    changed = f", {number_of(code['changed_files'], 'file')} changed" if code["changed_files"] else ""
    return f"commit {code['commit'][:10]}{changed}"


def _several(values) -> str:
    return ", ".join(str(value) for value in dict.fromkeys(values))


def _size(size: int) -> str:
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000 or unit == "GB":
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000


def _moment(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)


def _anchored(name: str, content: str) -> str:
    return f'<section id="{name}">{content}</section>'
