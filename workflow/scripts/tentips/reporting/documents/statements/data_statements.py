"""What the data are: sources, samples, label, features, what is missing, what was left out, and how they were divided."""

from collections import Counter

from tentips.checks.held_out_checks import effect_of_shared
from tentips.reporting.documents.references import declared
from tentips.results import Results, only
from tentips.study.config import group_names, split_strategy
from tentips.wording import sentence, series

TRANSFORMS = {"none": "the values as they are", "log1p": "log(1 + x)", "clr": "the centred log-ratio"}


def sources(results: Results) -> str:
    """Where the data came from, which version, under which licence."""
    keys = {reference.label: key for key, reference in declared(results).items()}
    counts: dict[tuple, list[str]] = {}
    for each in results.provenance["sources"]:
        version, licence = each["version"] or "version not declared", each["licence"] or "licence not declared"
        cited = f" [@{keys[each['citation']]}]" if each["citation"] else ""
        counts.setdefault((version, licence, cited), []).append(f"{each['id']} ({each['source']})")
    parts = [f"{series(names)}: {version}, {licence}{cited}" for (version, licence, cited), names in counts.items()]
    return f"The data were {'; '.join(parts)}."


def checksums(results: Results) -> str:
    """What identifies the files that were read."""
    return " ".join(
        f"{each['id']} has the SHA-256 {each['sha256']}." for each in results.provenance["sources"] if each["sha256"]
    )


def obtained(results: Results) -> str:
    """When the sources were obtained, and what the author says of the collection's period."""
    period = results.config["study"]["datasheet"]["period"]
    dates = " ".join(
        f"{each['id']} was obtained on {each['obtained'][:10]}."
        for each in results.provenance["sources"]
        if each["obtained"]
    )
    return f"{f'Collected: {sentence(period)} ' if period else ''}{dates}".strip()


def size(results: Results) -> str:
    """How many samples, groups and features there are."""
    statement, config = results.provenance, results.config
    group = group_names(config)
    named = series(group)
    units = f" in {statement['groups']:,} independent groups ({named})" if named else ", taken as independent"
    unit = config["study"]["unit"]
    each = f" (one sample is one {unit})" if unit != "sample" else ""
    return f"{statement['samples']:,} samples{each}{units}, with {statement['inputs']}, were used."


def label(results: Results) -> str:
    """What is predicted, with its distribution over all samples."""
    data, values = results.config["data"], results.samples["label"]
    if data["task"] == "classification":
        counts = values.value_counts()
        statement = series(f"{name} {count:,} ({count / len(values):.0%})" for name, count in counts.items())
        return f"The label was {data['label']}, with {len(counts)} classes: {statement}."
    return (
        f"The label was {data['label']}, a number: mean {values.mean():.4g}, standard deviation {values.std():.4g}, "
        f"nine tenths of them between {values.quantile(0.05):.4g} and {values.quantile(0.95):.4g}, over {len(values):,} samples."
    )


def exclusions(results: Results) -> str:
    """What was left out, and why."""
    parts = [
        f"{each['left_out']:,} of {each['before']:,} {each['what']} were left out ({each['reason']})"
        for each in results.provenance["exclusions"]
    ]
    return f"{'; '.join(parts)}." if parts else "No sample and no feature was left out."


def missing(results: Results) -> str:
    """How much is missing, and whether that tells the label."""
    table = results.exploration["missingness"]
    lacking = table[table["missing"] > 0]
    if not len(lacking):
        return (
            f"No value was missing in any feature of the {int(table['n'].iloc[0]):,} samples of the development part."
        )
    worst, overall = lacking.loc[lacking["share"].idxmax()], table["missing"].sum() / table["n"].sum()
    text = (
        f"In the development part {overall:.1%} of all values were missing, in {len(lacking)} of {len(table)} features; "
        f"{worst['feature']} lacked most, {worst['share']:.1%}."
    )
    patterns = results.quality["missing_patterns"]
    tried = patterns[patterns["role"] == "label"] if len(patterns) else patterns
    if not len(tried):
        return text
    row = tried.iloc[0]
    return f"{text} Which values were missing predicted the label with a ROC AUC of {row['value']:.2f} ({row['low']:.2f} to {row['high']:.2f})."


def twins(results: Results) -> str:
    """What was looked for among copies of samples, in the development part and across the split."""
    row, shared = results.quality["duplicates"].iloc[0], results.shared
    if not row["compared"]:
        return f"Copies of samples were not looked for: {row['note']}."
    measured = next((kind for kind in ("sequences", "images") if kind in results.provenance), "features")
    here = int(row["identical"] + row["near_identical"])
    across = int((shared["identical"] + shared["near_identical"]).max())
    tested, left = int(shared["test_samples"].iloc[0]), int(shared["left_out"].max())
    out = "" if not left else " It was left out of the test." if left == 1 else " These were left out of the test."
    return (
        f"Copies were looked for by comparing {measured}: {here} of {int(row['samples']):,} development samples "
        f"were identical to another one or {row['near']}, and {across} of {tested:,} test samples had such a one in the development part.{out}{effect_of_shared(results)}"
    )


def division(results: Results) -> str:
    """How samples were held out and how many stood where."""
    config, split = results.config, results.config["split"]
    first = only(results.split, repeat=1)["role"].value_counts()
    how = {
        "random": "at random, stratified by the label",
        "group": f"by whole groups ({series(group_names(config))}), stratified by the label",
        "site": f"by whole sites ({split['column'] or config['data']['site']})",
        "time": f"by time, the latest samples being held out ({split['column'] or config['data']['time']})",
        "given": f"as given in the column {split['column']}",
        "homology": _by_homology(results),
    }[split_strategy(config)]
    kept = ""
    if config["data"]["group"] and split_strategy(config) in ("random", "site", "time"):
        kept = f", groups ({series(group_names(config))}) being kept whole"
    text = (
        f"Before anything was fitted, the samples were divided {how}{kept} (seed {split['seed']}), into {first['train']:,} for "
        f"development and {first['test']:,} for testing; the development part was divided into {split['folds']} folds {_folds(split_strategy(config), group_names(config))}."
    )
    if split["repeats"] == 1:
        return text
    return f"{text} This was repeated {split['repeats']} times with other test parts, each with a search of its own, which is a nested evaluation [@vabalas2019]."


def _folds(strategy: str, groups: list[str]) -> str:
    """How the development part was divided into folds (`data.split.split_table`)."""
    if strategy == "time":
        return "of consecutive times"
    if strategy != "given":
        return "in the same way"
    kept = f", groups ({series(groups)}) being kept whole" if groups else ""
    return f"drawn at random, stratified by the label{kept}"


def _by_homology(results: Results) -> str:
    facts = results.provenance.get("sequences")
    if not facts:
        return ""
    short = ", short ones above what chance reaches [@rost1999]" if facts["alphabet"] == "protein" else ""
    declared = f" or {series(results.config['data']['group'])}" if results.config["data"]["group"] else ""
    how = (
        f"{facts['identity']:.0%} or more of a global alignment{short}, the shorter being at least {facts['coverage']:.0%} as long"
        if facts["alignment"] == "global"
        else f"{facts['identity']:.0%} or more of a local alignment by MMseqs2 [@steinegger2017]{short}, over at least "
        f"{facts['coverage']:.0%} of the shorter one and better than chance"
    )
    return f"by whole clusters of relatives, stratified by the label (linked, directly or through others, by an identity of {how}{declared})"


def parts_alike(results: Results) -> str:
    """How the label is distributed in both parts of the first repeat."""
    joined = only(results.split, repeat=1)[["sample", "role"]].merge(results.samples[["sample", "label"]], on="sample")
    parts = []
    for role, word in (("train", "development"), ("test", "test")):
        values = joined.loc[joined["role"] == role, "label"]
        if results.config["data"]["task"] == "classification":
            shares = values.value_counts(normalize=True).sort_index()
            parts.append(f"{word} {series(f'{name} {share:.0%}' for name, share in shares.items())}")
        else:
            parts.append(f"{word} mean {values.mean():.4g}, standard deviation {values.std():.4g}")
    return f"Label in the parts: {'; '.join(parts)}."


def preprocessing(results: Results) -> str:
    """What comes before every model."""
    options, batch = results.config["preprocess"], series(results.config["data"]["batch"])
    steps = []
    if options["impute"] != "none":
        none = (
            ""
            if (results.exploration["missingness"]["missing"] > 0).any()
            else " (there were none in the development part)"
        )
        steps.append(f"missing numbers{none} were replaced by the {options['impute']}")
    if options["transform"] == "tuned":
        steps.append(tuned_transform(results))
    elif options["transform"] != "none":
        steps.append(f"{TRANSFORMS[options['transform']]} was taken")
    if options["batch_correction"] == "combat":
        steps.append(f"batches ({batch}) were corrected for by ComBat without the label [@johnson2007]")
    steps += {
        "standard": ["features were scaled to mean 0 and standard deviation 1"],
        "robust": ["features were scaled to median 0 and interquartile range 1"],
    }.get(options["scale"], [])
    if options["select"] is not None:
        test = "ANOVA F" if results.config["data"]["task"] == "classification" else "correlation F"
        steps.append(f"the {options['select']} features with the highest {test} were kept")
    statement = series(steps) if steps else "features were taken as they are"
    seen = results.provenance["seen"]
    return (
        f"{seen[0].upper()}{seen[1:]}. In front of every model that takes features, {statement}; categories, where there are any, "
        "were one-hot encoded. All of this was fitted on the training rows of each fold alone."
    )


def tuned_transform(results: Results) -> str:
    """How the transform of numbers was chosen, and which one in the folds and in the final models; all models that take a table agree."""
    text = (
        f"{series(TRANSFORMS.values())} were compared by a penalised linear model in cross-validation within the training rows, and the simplest within one "
        "standard error of the best was taken"
    )
    found = [best["repeats"].values() for best in results.bests.values() if best["repeats"]["1"]["transforms"]]
    if not found:
        return f"{text}, by no model, because none takes numbers of a table"
    chosen = [each["transforms"] for each in found[0]]
    folds = Counter(name for each in chosen for name in each["folds"])
    final = Counter(each["final"] for each in chosen)
    return f"{text} ({_counted(folds, 'fold')}; {_counted(final, 'final fit')})"


def _counted(chosen: Counter, noun: str) -> str:
    """Which transform was chosen how often."""
    total = chosen.total()
    return series(
        f"{TRANSFORMS[name]} in {count} of {total} {noun}{'s' * (total > 1)}" for name, count in chosen.most_common()
    )


def stated(results: Results, *keys: str) -> str:
    """What the author states under study.datasheet.KEY; nothing where nothing is stated."""
    statement = results.config["study"]["datasheet"]
    return " ".join(sentence(statement[key]) for key in keys if statement[key])
