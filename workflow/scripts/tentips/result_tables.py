"""The files that each stage writes, named once: rules and `Results` read this list, and a test holds docs/results.md against it."""

# Under results/STAGE/. Those of samples stay with the study: no page shows them.
TABLES = {
    "explore": (
        "components.tsv",
        "outliers.tsv",
        "missingness.tsv",
        "balance.tsv",
        "association.tsv",
        "single_features.tsv",
        "batch.tsv",
        "variance.tsv",
        "mixing.tsv",
        "drift.tsv",
        "batch_features.tsv",
        "correction.tsv",
        "embedding.parquet",
        "batch_values.parquet",
    ),
    "quality": (
        "duplicates.tsv",
        "hidden_groups.tsv",
        "neighbourhoods.tsv",
        "noise.tsv",
        "missing_patterns.tsv",
        "missing_map.tsv",
        "skewed_features.tsv",
    ),
    "design": ("comparison_power.tsv", "design.json", "power.tsv"),
    "evaluation": (
        "metrics.tsv",
        "seeds.tsv",
        "comparisons.tsv",
        "combined_metrics.tsv",
        "combined_comparisons.tsv",
        "calibration.tsv",
        "confusion.tsv",
        "shared_rows.tsv",
        "opening.json",
    ),
    "interpret": (
        "groups.tsv",
        "importance.tsv",
        "agreement.tsv",
        "faithfulness.tsv",
        "attributions.tsv",
        "dose_response.tsv",
        "effects.tsv",
        "surrogate.tsv",
        "panel.tsv",
        "panel_features.tsv",
        "places.tsv",
        "words.tsv",
        "logos.tsv",
        "map_agreement.tsv",
    ),
    "probe": (
        "subgroups.tsv",
        "slices.tsv",
        "disagreements.tsv",
        "directions.tsv",
        "out_of_distribution.tsv",
        "conformal.tsv",
        "abstention.tsv",
        "guards.json",
    ),
    "privacy": ("membership.tsv", "attributes.tsv", "cells.tsv"),
}
OF_SAMPLES = {
    "interpret": ("saliency.parquet",),
    "quality": ("twins.tsv", "label_noise.tsv"),
    "evaluation": ("predictions.parquet",),
    "probe": ("hardest_samples.tsv",),
    "privacy": ("exposure.parquet",),
}
# Of the recommended simpler model and of the best network, under results/control/KIND/.
CONTROLS = (
    "label_shuffles.tsv",
    "planted_signal.tsv",
    "learning_curve.tsv",
    "power_law.tsv",
    "left_out.tsv",
    "random_folds.tsv",
    "representation.tsv",
    "determinism.json",
)


def files(stage: str) -> list[str]:
    """Return the paths of what a stage writes, but for tables of samples."""
    return [f"results/{stage}/{name}" for name in TABLES[stage]]


def names(stage: str, ending: str = ".tsv") -> tuple[str, ...]:
    """Return the names of a stage's files with that ending, without it."""
    return tuple(name.removesuffix(ending) for name in TABLES[stage] if name.endswith(ending))


def outputs(stage: str) -> dict[str, str]:
    """Return everything that a stage writes by name, as a rule's output: {"groups": "results/interpret/groups.tsv", ...}."""
    everything = (*TABLES[stage], *OF_SAMPLES.get(stage, ()))
    return {name.rpartition(".")[0]: f"results/{stage}/{name}" for name in everything}
