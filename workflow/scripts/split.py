"""Hold the test part out, divide the rest into folds, and write each part to files of its own."""

from tentips.jobs.job import log_line, logged, outcome

with logged(snakemake.log[0], snakemake.threads, snakemake.input, snakemake.output):
    import pandas as pd

    from tentips import artifacts
    from tentips.data.modality import modality
    from tentips.data.split import COPY, assert_disjoint, split_table, without_copies
    from tentips.quality.duplicates import shared_samples
    from tentips.study.config import split_column, split_strategy

    config = {"data": snakemake.params.data, "split": snakemake.params.split}
    features, samples = (artifacts.read_parquet(file) for file in (snakemake.input.features, snakemake.input.samples))
    strategy = split_strategy(config)
    column, shared = split_column(config, strategy), config["split"]["across_labels"]
    parts = artifacts.read_parquet(snakemake.input.parts) if shared else None
    table = split_table(samples, config["split"], strategy, config["data"]["task"], column, parts)
    measured, ids = features.drop(columns="sample"), samples["sample"].to_numpy()
    comparison = modality(config["data"]["modality"], features.attrs).comparison(measured)
    summaries, pairs = [], []
    for position, (repeat, part) in enumerate(table.groupby("repeat")):
        test = (part["role"] == "test").to_numpy()
        summary, found = shared_samples(comparison, ids, test)
        copies = without_copies(samples["label"], test, ids, summary, found, config["data"]["task"])
        table.loc[part.index[copies], "role"] = COPY
        test = test & ~copies
        assert_disjoint(development=samples["sample"][~test], test=samples["sample"][test])
        for role, rows in (("development", ~test & ~copies), ("test", test), (COPY, copies)):
            artifacts.write_parquet(features[rows], snakemake.output[f"{role}_features"][position])
            artifacts.write_parquet(samples[rows], snakemake.output[f"{role}_samples"][position])
        summaries.append({"repeat": repeat, **summary, "left_out": int(copies.sum())})
        pairs.append(found.assign(repeat=repeat))
        left_out = f", {copies.sum()} left out of the test, which have a copy in the development part" * bool(
            copies.any()
        )
        log_line(f"repeat {repeat}: {(~test & ~copies).sum()} samples for development, {test.sum()} held out{left_out}")
    artifacts.write_table(pd.DataFrame(summaries), snakemake.output.shared)
    artifacts.write_parquet(pd.concat(pairs), snakemake.output.pairs)
    artifacts.write_parquet(table, snakemake.output.split)
    outcome(
        f"split: {(~test & ~copies).sum()} samples for development, {test.sum()} held out{left_out}"
        + (f", {len(summaries)} times" * (len(summaries) > 1))
    )
