"""What was trained: models, search spaces, tuning, early stopping, seeds, the chosen settings and their size."""

from tentips.checks.recommended import judged
from tentips.data.other_labels import OtherLabels
from tentips.models.baselines import BASELINES, MOST_KERNEL_ROWS, MOST_SCREENED, TREES
from tentips.models.names import in_sentence, model_title
from tentips.models.networks.architecture import architecture
from tentips.models.networks.transfer import samples_of
from tentips.models.recipe import Recipe
from tentips.models.selection import best_model, best_overall, tuned_score
from tentips.results import Results, only
from tentips.statistics.metric_names import NAMES, metric_in_sentence
from tentips.study.config import TRANSFER, group_names, metric_name, reading
from tentips.wording import either, number_of, series

PROPOSALS = {
    "random": "at random [@bergstra2012]",
    "bayesian": "by Bayesian optimisation [@snoek2012]",
    "hyperband": "by Hyperband [@li2018]",
}
OVERLAP = {
    "none": "No sample of this study and no relative of one was among those that it was trained on, as declared.",
    "some": "Samples of this study, or relatives of them, were among those that it was trained on.",
    "unknown": "Whether samples of this study were among those that it was trained on is not known.",
}


def models(results: Results) -> str:
    """Which models competed."""
    task = results.config["data"]["task"]
    simpler = [in_sentence(name, task) for name in results.config["models"]["baselines"] if name != "dummy"]
    networks = [architecture(name).words for name in results.config["models"]["networks"]]
    trivial = "the class frequencies" if task == "classification" else "the mean"
    was = "was" if len(networks) == 1 else "were"
    text = (
        f"{series(networks).capitalize()} {was} compared with {len(simpler)} simpler {'model' if len(simpler) == 1 else 'models'} "
        f"({series(simpler)}), with a trivial predictor ({trivial}), and with a stacked model of all of them, a weighted mean whose "
        "weights were learned from out-of-fold predictions [@vanderlaan2007]."
    )
    text += pretrained(results) + other_labels(results)
    weight = results.config["models"]["class_weight"]
    return f"{text} Rows were weighted inversely to the share of their class." if weight else text


def pretrained(results: Results) -> str:
    """Which network transfer began with, what it reads, and whether it may have seen samples of this study; "" without one."""
    if not results.provenance["pretrained"]:
        return ""
    [source], transfer = results.provenance["pretrained"], results.config["models"]["transfer"]
    about = series([source["version"] or "version not declared", source["licence"] or "licence not declared"])
    cited = " [@pretrained]" if source["citation"] else ""
    how = reading(transfer, results.config["data"]["alphabet"])
    return (
        f" The pretrained network is {source['id']} ({about}){cited}; it reads {samples_of(how).words(how)}. "
        f"{OVERLAP[transfer['overlap']]}"
    )


def other_labels(results: Results) -> str:
    """What is learned beside the label, and how; "" where nothing is."""
    names = results.config["data"]["other_labels"]
    if not names:
        return ""
    learned = OtherLabels(results.developed[names])
    what = [
        f"{name} ({'a number' if size == 1 else 'classes'})" for name, size in zip(names, learned.sizes, strict=True)
    ]
    gaps = int(results.developed[names].isna().to_numpy().sum())
    missing = f"; {gaps} of their values in the development part are missing and were left out of it" if gaps else ""
    return (
        f" The multi-task network learned {series(what)} beside {results.config['data']['label']}, with one body and a linear map for each "
        "label [@caruana1997]; the mean loss of the other labels (cross-entropy of classes, squared error of standardised numbers) was added "
        f"with a weight that was tuned{missing}. It was stopped, chosen and judged by {results.config['data']['label']} alone, and "
        "the other labels were shown to no model."
    )


def spaces(results: Results) -> str:
    """The search space of every tuned model."""
    task, parts = results.config["data"]["task"], []
    for name in results.config["models"]["baselines"]:
        space = BASELINES[name].space(task)
        if space:
            statement = ", ".join(f"{key} {_range(over)}" for key, over in space.items())
            parts.append(f"{in_sentence(name, task)}: {statement}")
    fixed = _fixed(results)
    text = f"Search spaces, by the names of scikit-learn{fixed}: {'; '.join(parts)}." if parts else ""
    return f"{text} {network_spaces(results)}".strip()


def _fixed(results: Results) -> str:
    """What is not searched in the simpler models, in brackets; "" where there is nothing to say."""
    baselines, fixed = results.config["models"]["baselines"], []
    if "random_forest" in baselines:
        fixed.append(f"forests had {TREES} trees")
    if "gradient_boosting" in baselines:
        fixed.append(
            f"gradient boosting took the {MOST_SCREENED} features with the highest F value in its training rows, where there were more"
        )
    if "svm" in baselines and (only(results.split, repeat=1)["role"] == "train").sum() > MOST_KERNEL_ROWS:
        fixed.append(
            f"support vector machines saw {MOST_KERNEL_ROWS:,} training samples, drawn at random, where there were more"
        )
    return f" ({series(fixed)})" if fixed else ""


def network_spaces(results: Results) -> str:
    """The search space of each network."""
    names, pretrained = results.config["models"]["networks"], next(iter(results.provenance["pretrained"]), None)
    recipe = Recipe.of(results.config, pretrained)
    networks = [architecture(name, recipe if name in TRANSFER else None) for name in names]
    return " ".join(f"The {each.words.split(' ', 1)[1]}: {each.search_space()}." for each in networks)


def tuning(results: Results) -> str:
    """How many configurations were tried for each model, how they were proposed and chosen."""
    options, metric = results.config["tuning"], metric_in_sentence(metric_name(results.config))
    tried = (
        only(results.budget, kind="baseline")["trials"].tolist()
        + only(results.budget, kind="network")["trials"].tolist()
    )
    asked, folds = options["trials"], results.config["split"]["folds"]
    several = f"{min(tried)} to {max(tried)} configurations"
    each = number_of(int(tried[0]), "configuration") if len(set(tried)) == 1 else several
    short = f" (of {asked} that were asked for)" if min(tried) < asked else ""
    limit = f" A search was limited to {options['minutes']:g} minutes." if options["minutes"] else ""
    minutes = results.config["compute"]["minutes"]
    if minutes and min(tried) < asked:
        limit += f" The number of configurations was settled before the search, by how long one of each model takes, so that the study fits into {minutes:g} minutes."
    return (
        f"Every model was tuned on the same {folds} folds with {each}{short}, the first of which was the library's "
        f"default; those of the simpler models were drawn at random [@bergstra2012], those of the network proposed {PROPOSALS[options['tuner']]} "
        f"(seed {options['seed']}). The configuration with the highest mean {metric} over the folds was chosen.{limit}"
    )


def stopping(results: Results) -> str:
    """How training of networks ended."""
    options = results.config["tuning"]
    whole = ", whole groups" if group_names(results.config) else ""
    return (
        f"Networks were trained for at most {options['epochs']} epochs and stopped after {options['patience']} epochs without "
        f"improvement on {options['stopping_fraction']:.0%} of the training rows{whole}, which were neither fitted nor used "
        "to choose among configurations."
    )


def seeds(results: Results) -> str:
    """What was refitted after the search, and how often."""
    count = results.config["tuning"]["seeds"]
    return (
        f"Each simpler model was refitted with its best configuration on the whole development part, and the network "
        f"{f'with {count} seeds (1 to {count})' if count > 1 else 'with one seed'}; its scores are means over seeds"
        f"{', and the average of their predictions is reported as the ensemble' if count > 1 else ''}."
    )


def chosen(results: Results) -> str:
    """The settings of the compared models and of the recommended one in the first repeat."""
    task, parts = results.config["data"]["task"], []
    for name in _spoken_of(results):
        parts.append(f"{model_title(name, task)}: {settings(results, name)}")
    where = " in the first of the repeats" if results.config["split"]["repeats"] > 1 else ""
    return f"Chosen{where}: {'; '.join(parts)}."


def settings(results: Results, model: str) -> str:
    """The chosen hyperparameters of a model in the first repeat, as name value."""
    found = results.bests[model]["repeats"]["1"]["settings"]
    statement = [f"{key} {value:.3g}" if isinstance(value, float) else f"{key} {value}" for key, value in found.items()]
    return ", ".join(statement) or "the library's defaults"


def parameters(results: Results) -> str:
    """How many parameters the chosen network has, and how many hyperparameters were searched."""
    network = best_model(list(results.bests.values()), "network")
    found = results.bests[network]["repeats"]["1"]
    return (
        f"The chosen {in_sentence(network, results.config['data']['task'])} has {int(found['parameters']):,} trainable parameters, against "
        f"{found['samples']:,} development samples; {len(found['settings'])} hyperparameters were searched."
    )


def fitting(results: Results) -> str:
    """Training against test score of the models that are compared or recommended, with what guards against over- and underfitting."""
    metric, task = metric_name(results.config), results.config["data"]["task"]
    table, parts = results.evaluated("combined_metrics"), []
    for name in _spoken_of(results):
        repeats = results.bests[name]["repeats"].values()
        train = sum(repeat["train_score"] for repeat in repeats) / len(repeats)
        test = only(table, model=name, metric=metric)["value"].iloc[0]
        parts.append(
            f"{in_sentence(name, task)} {train:.3f} in training, {tuned_score(results.bests[name]):.3f} in cross-validation, {test:.3f} on test rows"
        )
    return (
        f"{NAMES[metric]}: {'; '.join(parts)}. A trivial predictor and label shuffles show what no signal would score."
    )


def regularisation(results: Results) -> str:
    """What keeps the models from overfitting."""
    return (
        f"{stopping(results)} Dropout, an L2 penalty and batch normalisation were part of the network's search space; the simpler "
        "models have penalties, depths or leaf sizes in theirs."
    )


def choice(results: Results) -> str:
    """Which model came first on the development part, where it was chosen."""
    best = best_overall(list(results.bests.values()))
    name = in_sentence(best["model"], results.config["data"]["task"])
    return f"Which models are compared was decided on the development part alone; there the {name} came first ({NAMES[metric_name(results.config)]} {tuned_score(best):.3f} in cross-validation)."


def _spoken_of(results: Results) -> list[str]:
    """The compared network, the simpler model that it is compared with, and the recommended model."""
    both = [best_model(list(results.bests.values()), kind) for kind in ("network", "baseline")]
    return list(dict.fromkeys([*both, judged(results)]))


def _range(over) -> str:
    if not hasattr(over, "support"):
        return either("none" if value is None else value for value in over)
    low, high = over.support()
    kind = {"loguniform": " (logarithmic)", "reciprocal": " (logarithmic)", "randint": " (whole)"}.get(
        over.dist.name, ""
    )
    return f"{low:g} to {high:g}{kind}"
