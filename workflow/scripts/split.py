"""Hold the test part out, divide the rest into folds, and write each part to files of its own."""

from tentips.jobs.job import log_line, logged, outcome

with logged(snakemake.log[0], snakemake.threads, snakemake.input, snakemake.output):
    import pandas as pd

    from tentips import artifacts
    from tentips.data.modality import modality
    from tentips.data.split import assert_disjoint, split_table
    from tentips.quality.duplicates import shared_samples
    from tentips.study.config import split_column, split_strategy

    config = {"data": snakemake.params.data, "split": snakemake.params.split}
    features, samples = (artifacts.read_parquet(file) for file in (snakemake.input.features, snakemake.input.samples))
    strategy = split_strategy(config)
    table = split_table(samples, config["split"], strategy, config["data"]["task"], split_column(config, strategy))
    measured, ids = features.drop(columns="sample"), samples["sample"].to_numpy()
    kind, summaries, pairs = modality(config["data"]["modality"], features.attrs), [], []
    for position, (repeat, part) in enumerate(table.groupby("repeat")):
        test = (part["role"] == "test").to_numpy()
        assert_disjoint(development=samples["sample"][~test], test=samples["sample"][test])
        for role, rows in (("development", ~test), ("test", test)):
            artifacts.write_parquet(features[rows], snakemake.output[f"{role}_features"][position])
            artifacts.write_parquet(samples[rows], snakemake.output[f"{role}_samples"][position])
        summary, found = shared_samples(kind, measured, ids, test)
        summaries.append({"repeat": repeat, **summary})
        pairs.append(found.assign(repeat=repeat))
        log_line(f"repeat {repeat}: {(~test).sum()} samples for development, {test.sum()} held out")
    artifacts.write_table(pd.DataFrame(summaries), snakemake.output.shared)
    artifacts.write_parquet(pd.concat(pairs), snakemake.output.pairs)
    artifacts.write_parquet(table, snakemake.output.split)
    outcome(
        f"split: {(~test).sum()} samples for development, {test.sum()} held out"
        + (f", {len(summaries)} times" * (len(summaries) > 1))
    )
