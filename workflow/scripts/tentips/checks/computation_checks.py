"""Checks of the computation: seeds, code (tip 3)."""

import numpy as np

from tentips.checks.registry import FAIL, PASS, SKIP, WARN, Check, check
from tentips.checks.words import in_words
from tentips.errors import listed
from tentips.models.names import in_sentence
from tentips.models.selection import best_model
from tentips.results import Results, only
from tentips.statistics.metric_names import NAMES
from tentips.study.config import metric_name


@check("seed-spread")
def seed_spread(results: Results) -> Check:
    """Hold the spread over seeds against the difference that is claimed."""
    metric, network = metric_name(results.config), best_model(list(results.bests.values()), "network")
    table = only(results.evaluated("seeds"), model=network, metric=metric)
    seeds = results.config["tuning"]["seeds"]
    if seeds < 2:
        return Check(SKIP, "One seed only (tuning.seeds); how much chance decides is not known.")
    spread, row = float(np.sqrt(table.groupby("repeat")["value"].var(ddof=1).mean())), results.planned_comparison
    finding = (
        f"Over {seeds} seeds the network's {NAMES[metric]} has a standard deviation of {spread:.4f}; it "
        f"differs from {in_sentence(row['b'], results.config['data']['task'])} by {row['difference']:+.4f}"
    )
    varies = (
        f"The {in_words(results)} of the network varies between training seeds with a standard deviation of "
        f"{spread:.4f}, as much as or more than its difference to the best simpler model "
        f"({abs(row['difference']):.4f})"
    )
    if row["low"] > 0 and spread >= abs(row["difference"]):
        return Check(
            FAIL,
            f"{finding}: another seed could turn the claim round.",
            spread,
            abs(row["difference"]),
            "seeds",
            varies,
        )
    if spread >= abs(row["difference"]):
        return Check(
            WARN,
            f"{finding}: with a single seed either could have come first.",
            spread,
            abs(row["difference"]),
            "seeds",
            varies,
        )
    return Check(PASS, f"{finding}.", spread, abs(row["difference"]), "seeds")


@check("code-version")
def code_version(results: Results) -> Check:
    """Ask whether the code that ran is under version control, unchanged in every job."""
    codes = {job["job"]: job["code"] for job in results.jobs} or {"data": results.provenance["code"]}
    commits = list(dict.fromkeys(code["commit"] for code in codes.values()))
    if None in commits:
        return Check(
            WARN,
            "The study is not under version control: nobody can tell which code gave these results. Run git init and commit.",
            evidence="software",
            limitation="The code was not under version control when it ran, so that nobody can say exactly which code gave these results",
        )
    changed = {job: code["changed_files"] for job, code in codes.items() if code["changed_files"]}
    finding = f"{'commit' if len(commits) == 1 else 'commits'} {listed([commit[:10] for commit in commits])}"
    if changed:
        most = max(changed.values())
        when = (
            "in every job"
            if len(changed) == len(codes)
            else f"in {len(changed)} of {len(codes)} jobs ({listed(changed)})"
        )
        return Check(
            WARN,
            f"{most} {'file' if most == 1 else 'files'} differed from {finding} {when}; commit before the results that you keep.",
            most,
            0,
            "software",
            f"The code that ran differed from its commit in {most} {'file' if most == 1 else 'files'}",
        )
    return Check(PASS, f"All jobs ran the code of {finding}, without changes.", 0, 0, "software")


@check("start-small")
def start_small(results: Results) -> Check:
    """Ask whether a smaller network is within one standard error of the chosen one."""
    network = best_model(list(results.bests.values()), "network")
    repeat, trials = (
        results.bests[network]["repeats"]["1"],
        only(results.trials(network), repeat=1).reset_index(drop=True),
    )
    folds = np.array(repeat["fold_scores"]["tuned"], dtype=float)
    folds = folds[np.isfinite(folds)]
    if len(folds) < 2:
        return Check(SKIP, "Fewer than two folds have a score; there is no standard error to judge by.")
    error = float(folds.std(ddof=1) / np.sqrt(len(folds)))
    smaller = trials[(trials["score"] >= repeat["tuned"] - error) & (trials["parameters"] < repeat["parameters"])]
    if len(smaller):
        least = smaller.loc[smaller["parameters"].idxmin()]
        return Check(
            WARN,
            (
                f"A network of {int(least['parameters']):,} parameters scores {least['score']:.3f}, within one "
                f"standard error ({error:.3f}) of the chosen one with {int(repeat['parameters']):,}. Prefer "
                "the smaller."
            ),
            float(least["parameters"]),
            float(repeat["parameters"]),
            "figure-sizes",
            f"A network of {int(least['parameters']):,} parameters did as well in cross-validation, within one standard error, as the chosen one with {int(repeat['parameters']):,}",
        )
    return Check(
        PASS,
        f"No smaller network comes within one standard error of the chosen one ({int(repeat['parameters']):,} parameters).",
        float(repeat["parameters"]),
        None,
        "figure-sizes",
    )
