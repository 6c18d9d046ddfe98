"""Components, UMAP, missing values, classes and batches of the development rows, and a notebook that shows them."""

from tentips.job import logged, say

with logged(snakemake.log[0], snakemake.threads, snakemake.input, snakemake.output):
    import numpy as np
    import pandas as pd

    from tentips import artifacts, exploration
    from tentips.config import role_columns
    from tentips.development import read_rows
    from tentips.notebook import render

    out, config = snakemake.output, dict(snakemake.params.items())
    roles, seed = role_columns(config), config["split"]["seed"]
    rows = read_rows(snakemake.input.features, snakemake.input.samples, snakemake.input.split, 1, "train", config)
    samples = artifacts.read_parquet(snakemake.input.samples)
    measured = artifacts.read_parquet(snakemake.input.features).drop(columns="sample")

    coordinates, shares = exploration.principal_components(exploration.prepared(rows, config["preprocess"]), seed)
    say("principal components done")
    neighbours = exploration.umap_coordinates(coordinates, seed)
    say("UMAP done")
    shown = ["sample", "label", *dict.fromkeys(roles["batch"] + roles["site"] + roles["time"] + roles["covariates"])]
    embedding = samples[[column for column in shown if column in samples]].assign(
        pc1=coordinates[:, 0],
        pc2=coordinates[:, 1] if coordinates.shape[1] > 1 else 0.0,
        umap1=neighbours[:, 0],
        umap2=neighbours[:, 1],
    )
    artifacts.write_parquet(embedding, out.embedding)
    artifacts.write_table(pd.DataFrame({"component": np.arange(1, len(shares) + 1), "share": shares}), out.components)
    artifacts.write_table(exploration.missing_values(measured), out.missingness)
    artifacts.write_table(exploration.balance(samples, rows.task), out.balance)
    artifacts.write_table(exploration.single_features(rows), out.single_features)
    artifacts.write_table(exploration.associations(samples, roles, rows.task), out.association)
    confidence = config["evaluation"]["confidence"]
    artifacts.write_table(
        exploration.batch_predictions(rows, samples, roles, config["preprocess"], confidence, seed), out.batch
    )
    say("batches done")
    render(snakemake.input.notebook, out.html, config["study"]["title"], label=config["data"]["label"])
