"""With what and on what the study was computed, and where its parts can be had."""

from tentips.reporting.pages import energy_section
from tentips.results import Results
from tentips.wording import number_of, sentence, series

CITED = {
    "snakemake": ("Snakemake", "molder2021"),
    "scikit-learn": ("scikit-learn", "pedregosa2011"),
    "keras": ("Keras", "chollet2015"),
    "tensorflow": ("TensorFlow", "abadi2016"),
    "jax": ("JAX", "bradbury2018"),
    "keras-tuner": ("Keras Tuner", "omalley2019"),
    "numpy": ("NumPy", "harris2020"),
    "scipy": ("SciPy", "virtanen2020"),
}


def versions(results: Results, package: str) -> list[str]:
    """The versions of a package in the jobs that imported it; more than one where jobs differ."""
    key = package.lower()
    imported = [job for job in results.jobs if key in job.get("imported", ()) or key == "python"]
    # Snakemake itself is not imported by its jobs' scripts in every environment.
    jobs = imported or [job for job in results.jobs if key in job.get("packages", {})]
    return list(dict.fromkeys(job["packages"][key] for job in jobs if key in job.get("packages", {})))


def software(results: Results) -> str:
    """The software with versions and citations, and the code's commit."""
    parts = []
    for package, (name, key) in CITED.items():
        backend = {"tensorflow", "jax"} & {package}
        if backend and package != results.config["compute"]["backend"]:
            continue
        found = versions(results, package)
        if found:
            parts.append(f"{name} {' and '.join(found)} [@{key}]")
    python = " and ".join(versions(results, "python"))
    used = f", in Python {python} with {series(parts)}" if parts and python else ""
    return f"The study was carried out with tentips, which follows the ten quick tips for deep learning in biology [@lee2022]{used}. {code(results)}"


def code(results: Results) -> str:
    """Which code ran."""
    found = [job["code"] for job in results.jobs] or [results.provenance["code"]]
    commits = list(dict.fromkeys(each["commit"] for each in found))
    if None in commits:
        return "The code was not under version control when it ran."
    changed = max(each["changed_files"] or 0 for each in found)
    name = f"commit {commits[0][:10]}" if len(commits) == 1 else f"commits {series(each[:10] for each in commits)}"
    return f"Its code is that of {name}" + (
        f", with uncommitted changes in {number_of(changed, 'file')}." if changed else "."
    )


def hardware(results: Results) -> str:
    """The machines and devices, and what was consumed."""
    found = [job["hardware"] for job in results.jobs if "hardware" in job] or [results.provenance["hardware"]]
    machines = dict.fromkeys(
        f"{each['cores']} cores ({each['system']}, {each['machine']}) and {each['memory_gib']:.0f} GiB of memory"
        for each in found
    )
    gpu = any(each.get("device") == "gpu" for each in found)
    device = "networks were trained on a GPU" if gpu else "no GPU was used"
    return f"It ran on {' and on '.join(machines)}; {device}. {energy_section.sentence(results)} The energy is an estimate [@lannelongue2021]."


def data_availability(results: Results) -> str:
    """Where the data and the exact division can be had, as far as the run knows."""
    where = "; ".join(
        f"{each['id']}: {each['source']}, {each['licence'] or 'licence not declared'}"
        for each in results.provenance["sources"]
    )
    return f"{where}. The division of samples is in results/split/split.parquet. {_declared(results, 'distribution')}".strip()


def configuration(results: Results) -> str:
    """Where all settings are."""
    return (
        "results/config.yaml holds every setting with its default, results/plan.jsonl what was planned before the first search, and "
        "trials.tsv of each model every configuration that was tried, with its scores and seed."
    )


def models_saved(results: Results) -> str:
    """Where the models lie, in which formats."""
    return "Simpler models are saved with skops (results/baseline/MODEL/), networks as .keras files (results/network/MODEL/seeds/) beside their fitted preparation."


def reproduction(results: Results) -> str:
    """How the results are made again."""
    sources = results.provenance["sources"]
    checked = sum(bool(each["sha256_declared"]) for each in sources)
    statement = (
        ", whose checksums are verified"
        if checked == len(sources)
        else f"; of {len(sources)} sources {checked or 'none'} {'has' if checked < 2 else 'have'} a checksum that is verified"
    )
    return (
        "README.md says how to set up the locked environment and to run the study; one command, `snakemake --cores all`, makes every "
        f"result again from the sources{statement}. results/crate/ describes the run as an RO-Crate."
    )


def _declared(results: Results, key: str) -> str:
    statement = results.config["study"]["datasheet"][key]
    return sentence(statement) if statement else ""
