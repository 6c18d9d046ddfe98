"""Read features and sample sheet, check and tidy them, and write down where they came from."""

from tentips.jobs.job import announce, logged, outcome

with logged(snakemake.log[0], snakemake.threads, snakemake.input, snakemake.output):
    from tentips import artifacts
    from tentips.data.datasets import Dataset
    from tentips.data.missing_words import looks_missing_in_words
    from tentips.data.modality import modality
    from tentips.data.provenance import check_checksums, describe_file, describe_source
    from tentips.data.reading import read_measurements, read_sheet
    from tentips.data.shared_parts import shared_parts
    from tentips.data.tidy import tidy
    from tentips.jobs import environment
    from tentips.study.config import role_columns

    data, split, preprocess = (snakemake.params[key] for key in ("data", "split", "preprocess"))
    sources = {table: Dataset(**fields) for table, fields in snakemake.params.sources.items()}
    networks, notes = [Dataset(**fields) for fields in snakemake.params.pretrained], {table: [] for table in sources}
    check_checksums([*sources.values(), *networks])
    sheet = read_sheet(snakemake.input.samples, data, split, notes["samples"].append)
    features = read_measurements(snakemake.input.features, data, split, notes["features"].append, sheet)
    for note in dict.fromkeys([*notes["features"], *notes["samples"]]):
        announce(note)
    tables = {table: source.shown_source for table, source in sources.items()}
    tidied = tidy(features, sheet, data, split, preprocess, role_columns({"data": data, "split": split}), tables)
    for each in tidied.looks_missing[:5]:
        announce(looks_missing_in_words(each))
    measured = tidied.features.drop(columns="sample")
    kind, read = modality(data["modality"], measured.attrs), {"features": features, "samples": sheet}
    summary = kind.summary(kind.inputs(measured))
    outcome(f"data: {len(tidied.samples)} samples, {summary['inputs']}")

    artifacts.write_parquet(tidied.features, snakemake.output.features)
    artifacts.write_parquet(tidied.samples, snakemake.output.samples)
    if split["across_labels"]:
        artifacts.write_parquet(shared_parts(features, sheet, data, split, preprocess, tables), snakemake.output.parts)
    artifacts.write_json(
        {
            "created": environment.now(),
            "sources": [
                {"role": role, **describe_source(source, read[role]), "notes": notes[role]}
                for role, source in sources.items()
            ],
            "pretrained": list(map(describe_file, networks)),
            "samples": len(tidied.samples),
            **summary,
            "groups": tidied.samples["group"].nunique(),
            "exclusions": tidied.exclusions,
            "roles": tidied.roles,
            "spellings": tidied.spellings,
            "missing": {
                "features": tidied.missing_features(),
                "samples": sheet.attrs["missing"],
                "look_alikes": tidied.looks_missing,
            },
            **environment.described(),
        },
        snakemake.output.provenance,
    )
