"""Principal components, UMAP and outliers of the development rows."""

from tentips.jobs.job import log_line, logged, outcome

with logged(snakemake.log[0], snakemake.threads, snakemake.input, snakemake.output):
    import numpy as np
    import pandas as pd

    from tentips import artifacts
    from tentips.data.row_options import RowOptions
    from tentips.data.rows import development_rows
    from tentips.explore.components import principal_components
    from tentips.explore.embedding import umap_coordinates
    from tentips.explore.outliers import outliers

    out, params = snakemake.output, snakemake.params
    roles, seed = params.roles, params.seed
    rows = development_rows(snakemake.input, RowOptions(**params.rows))
    samples = artifacts.read_parquet(snakemake.input.samples)
    prepare = rows.preparation(params.preprocess)
    matrix = np.asarray(prepare.fit_transform(rows.inputs, rows.truth), dtype=float)
    coordinates, shares, left = principal_components(matrix, seed)
    log_line(f"{len(shares)} principal components of {matrix.shape[1]} prepared features done")
    neighbours = umap_coordinates(coordinates, seed)
    log_line(f"UMAP of {np.isfinite(neighbours[:, 0]).sum()} samples done")
    wanted = ("batch", "site", "time", "covariates", "group")
    shown = dict.fromkeys(["sample", "label", *(column for role in wanted for column in roles[role])])
    embedding = samples[[column for column in shown if column in samples]].assign(
        pc1=coordinates[:, 0],
        pc2=coordinates[:, 1] if coordinates.shape[1] > 1 else 0.0,
        umap1=neighbours[:, 0],
        umap2=neighbours[:, 1],
    )
    unusual = outliers(coordinates, shares, left, params.fence)
    unusual.insert(0, "sample", rows.ids)
    artifacts.write_parquet(embedding, out.embedding)
    artifacts.write_table(pd.DataFrame({"component": np.arange(1, len(shares) + 1), "share": shares}), out.components)
    artifacts.write_table(unusual, out.outliers)
    outcome(f"embedding: {len(shares)} principal components, UMAP, {unusual['outlier'].sum()} outliers")
