"""Ask how good tentips' models are beside those of AutoGluon, FLAML and scikit-learn, at equal wall time on the same test rows.

    python -m venv PEERS && PEERS/bin/pip install -r benchmarks/peers.txt
    python benchmarks/peers.py DATA PEERS/bin/python KEEP [--minutes 5] [--repeats 2] [--tables NAME ...]

DATA is a folder with one folder per data set, each with features.parquet and metadata.tsv. In each repeat tentips runs a study,
from the data to the evaluation, without controls; groups are never divided, and the split is drawn by another seed each time.
Then the peers get the same development rows and folds, and as much wall time as that study took. Scores, ROC AUC or R2, of the
test rows are kept in KEEP/scores.tsv, which a later call goes on from; at the end mean ranks and differences are printed.
"""

import argparse
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import real_data
from real_data import STUDIES
from scipy import stats
from whole_studies import ROOT, run

sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from tentips.checks.recommended import judged
from tentips.results import Results
from tentips.simulate import simulation, writing
from tentips.statistics.scores import score

SIMULATED = {
    "linear": {"samples": 300, "features": 50},
    "interaction": {"samples": 600, "features": 10, "signal": 0.8, "interaction": 1.2},
    "values": {"samples": 400, "features": 30, "task": "regression"},
}
MEASURED = [name for name in STUDIES if " " not in name]
PEERS = ("AutoGluon", "FLAML", "histogram boosting")
# Controls, privacy and interpretation choose no model; peers have none.
WITHOUT = {
    "controls": {
        "label_shuffles": 0,
        "planted_signal": False,
        "representation": False,
        "random_folds": False,
        "learning_curve": False,
    },
    "privacy": {"enabled": False},
    "interpretation": {"enabled": False},
}


def set_up(name: str, data: Path, folder: Path, minutes: float, seed: int) -> None:
    """Write the study of a table into `folder`; `seed` draws its split, and a simulated table."""
    own = {**WITHOUT, "compute": {"minutes": minutes}, "tuning": {"seed": seed}}
    if name in SIMULATED:
        made = simulation.study(seed=seed, **SIMULATED[name])
        folder.mkdir(parents=True)
        writing.write(made, folder, {**own, "split": {"seed": seed}})
        return
    study = STUDIES[name]
    # A published or a site's split is one split; repeats need others. Its column has no role then.
    split = {key: value for key, value in study.get("split", {}).items() if key == "folds"}
    roles = {**study["data"], "ignored": "*"}
    real_data.write({**study, **own, "data": roles, "split": {**split, "seed": seed}}, data / name, folder)


def of_tentips(results: Results, metric: str) -> dict[str, float]:
    """Return the test scores of the recommended model, of the best simpler model and network by cross-validation, and of both stacked."""
    table = results.evaluated("combined_metrics")
    scores = table[table["metric"] == metric].set_index("model")["value"]
    planned = results.planned_comparison
    networks = results.config["models"]["networks"]

    def used(model):
        return scores[f"{model}_ensemble" if model in networks else model]

    return {
        "recommended": used(judged(results)),
        "best simpler model": used(planned["b"]),
        "best network": used(planned["a"]),
        "stacked": scores["stacked"],
    }


def write_rows(results: Results, folder: Path) -> np.ndarray:
    """Write development.parquet, with label and fold, and test.parquet for the peers; return the truth of the test rows."""
    features = pd.read_parquet(results.folder / "data/features.parquet").set_index("sample")
    own = results.split.query("repeat == 1 and role in ['train', 'test']").set_index("sample")
    labels = results.samples.set_index("sample")["label"].loc[own.index]
    if results.classes:
        labels = pd.Series(pd.Categorical(labels.astype(str), categories=results.classes).codes, own.index)
    table = features.loc[own.index].reset_index(drop=True)
    table.columns = [f"f{number}" for number in range(table.shape[1])]
    table["label"] = labels.astype(int if results.classes else float).to_numpy()
    train = (own["role"] == "train").to_numpy()
    development = table[train].assign(fold=own["fold"][train].astype(int).to_numpy())
    development.reset_index(drop=True).to_parquet(folder / "development.parquet")
    table[~train].drop(columns="label").reset_index(drop=True).to_parquet(folder / "test.parquet")
    return table["label"][~train].to_numpy()


def compare(name: str, data: Path, python: Path, folder: Path, minutes: float, seed: int) -> list[dict]:
    """Run tentips and the peers on one split of a table, and return their scores and seconds."""
    study = folder / "study"
    if not (study / "config").exists():
        set_up(name, data, study, minutes, seed)
    seconds = run(study, 2, "results/evaluation/combined_comparisons.tsv", "results/config.yaml")
    results = Results(study / "results")
    metric = "roc_auc" if results.classes else "r2"
    found = [
        {"contender": contender, "score": value, "seconds": seconds}
        for contender, value in of_tentips(results, metric).items()
    ]
    truth = write_rows(results, folder)
    for peer in PEERS:
        command = [python, ROOT / "benchmarks/peer_models.py", peer, folder, str(round(seconds)), str(seed)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            print(f"{name}, {peer} failed: {done.stderr.strip().splitlines()[-1]}", file=sys.stderr, flush=True)
            found.append({"contender": peer, "score": float("nan"), "seconds": float("nan")})
            continue
        predicted = pd.read_parquet(folder / "predicted.parquet").to_numpy()
        predicted = predicted if results.classes else predicted[:, 0]
        taken = float(done.stdout.split()[-1])
        found.append({"contender": peer, "score": score(metric, truth, predicted), "seconds": taken})
    return [{"table": name, "seed": seed, "minutes": minutes, "metric": metric, **each} for each in found]


def summary(scores: pd.DataFrame) -> str:
    """Return mean score by table, mean rank over tables, and each contender against the recommended model."""
    by_table = scores.pivot_table(index="table", columns="contender", values="score", sort=False)
    ranks = by_table.rank(axis=1, ascending=False).mean().sort_values()
    lines = [by_table.round(3).to_string(), "", "mean rank over tables", ranks.round(2).to_string(), ""]
    for name in by_table.columns.drop("recommended"):
        own = by_table["recommended"] - by_table[name]
        reach = own.sem() * stats.t.ppf(0.975, len(own) - 1)
        lines.append(
            f"recommended minus {name}: {own.mean():+.3f} ({own.mean() - reach:+.3f} to {own.mean() + reach:+.3f}), "
            f"higher in {int((own > 0).sum())} of {len(own)}, lower in {int((own < 0).sum())}"
        )
    return "\n".join(lines)


def main() -> None:
    """Go on with what has not been compared yet, and print the summary."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("python", type=Path, help="that of the peers' environment")
    parser.add_argument("keep", type=Path)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--repeats", type=int, default=2)
    parser.add_argument("--tables", nargs="*", default=[*MEASURED, *SIMULATED])
    options = parser.parse_args()
    kept = options.keep / "scores.tsv"
    scores = pd.read_csv(kept, sep="\t") if kept.exists() else pd.DataFrame(columns=["table", "seed"])
    for seed in range(1, options.repeats + 1):
        for name in options.tables:
            if ((scores["table"] == name) & (scores["seed"] == seed)).any():
                continue
            folder = options.keep.resolve() / f"{name}_{seed}"
            found = pd.DataFrame(compare(name, options.data.resolve(), options.python, folder, options.minutes, seed))
            scores = pd.concat([scores, found], ignore_index=True)
            scores.to_csv(kept, sep="\t", index=False)
            print(found.to_string(index=False, header=False), flush=True)
    print(f"\n{summary(scores)}")


if __name__ == "__main__":
    main()
