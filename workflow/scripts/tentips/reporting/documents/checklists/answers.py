"""Answers that only checklists need, beside the statements that they share with methods and model card."""

from tentips.checks.registry import ends
from tentips.errors import listed
from tentips.models.names import in_sentence
from tentips.reporting.documents import limitations
from tentips.reporting.documents.next_step import next_step
from tentips.reporting.documents.statements import data_statements, evaluation_statements, practice_statements
from tentips.results import Results
from tentips.statistics.metric_names import metric_in_sentence
from tentips.study.config import group_names, split_strategy
from tentips.wording import sentence, series


def title(results: Results) -> str:
    """Title and question of the study."""
    study = results.config["study"]
    return f"{sentence(study['title'])} {sentence(study['question'])}"


def claim(results: Results) -> str:
    """What would count as success, where it was written down."""
    statement = results.config["study"]["claim"]
    return f"Claim, as declared: {sentence(statement)}" if statement else ""


def design(results: Results) -> str:
    """The declared design."""
    statement = results.config["study"]["design"]
    return f"Design, as declared: {statement}." if statement else ""


def purpose(results: Results) -> str:
    """For what the data were collected, as stated."""
    return data_statements.stated(results, "purpose")


def population(results: Results) -> str:
    """What population the samples are meant to be of, as stated."""
    return data_statements.stated(results, "population")


def acquisition(results: Results) -> str:
    """How the data were measured and by whom, as stated."""
    return data_statements.stated(results, "acquisition", "collectors", "creators")


def period(results: Results) -> str:
    """When the data were collected, as stated."""
    return data_statements.stated(results, "period")


def cleaning(results: Results) -> str:
    """What was done to the data before the study, as stated."""
    return data_statements.stated(results, "cleaning", "raw_data")


def prior_uses(results: Results) -> str:
    """What the data were used for before, as stated, and what is cited."""
    published = results.config["study"]["published"]
    statement = (
        f"A published figure is declared: {metric_in_sentence(published['metric'])} {published['value']:g} ({published['citation']})."
        if published
        else ""
    )
    return f"{data_statements.stated(results, 'prior_uses')} {statement}".strip()


def funding(results: Results) -> str:
    """Who paid for the data set, as stated."""
    return data_statements.stated(results, "funding")


def ethics(results: Results) -> str:
    """Ethical review and consent, as stated."""
    return data_statements.stated(results, "ethics", "consent")


def why_learning(results: Results) -> str:
    """What the comparison says of using networks at all."""
    return f"Whether a neural network is worth it is what the study asks: {results.scorecard['verdict']['text']}"


def independence(results: Results) -> str:
    """What makes the parts independent, and what was found by looking."""
    group = series(group_names(results.config))
    kept = (
        f"No {group} is in two parts or folds."
        if group
        else "No group is declared (data.group), so that samples were taken as independent."
    )
    return f"{kept} {data_statements.twins(results)}"


def hidden_groups(results: Results) -> str:
    """What the checks say of undeclared replicates and of leaks."""
    leak = next(check for check in results.scorecard["checks"] if check["id"] == "leakage")
    return evaluation_statements.check(results, "hidden-groups", *(["leakage"] if leak["status"] != "pass" else []))


def meta(results: Results) -> str:
    """Whether models use the predictions of other models."""
    return (
        "Yes, one of the competitors: the stacked model is a weighted mean of all other models. Its weights were learned from out-of-fold predictions "
        "of the development part alone, on the same folds; test rows were in no model's training part."
    )


def feature_selection(results: Results) -> str:
    """How many features there are, and whether they were selected."""
    selected = results.config["preprocess"]["select"]
    how = (
        f"{selected} of them were selected on the training rows of each fold"
        if selected is not None
        else "none was selected by the workflow"
    )
    return f"{results.provenance['features']:,} features; {how}."


def interpretability(results: Results) -> str:
    """What the run says of interpretation, and where the report shows it."""
    statement = evaluation_statements.check(results, "importance-stable", "small-panel")
    shown = "Importance, direction and a few rules that imitate the model are in the report's section of tip 8."
    return f"{statement} {shown if results.config['interpretation']['enabled'] else ''}".strip()


def output(results: Results) -> str:
    """What a model returns."""
    if results.config["data"]["task"] == "regression":
        return f"A number, {results.config['data']['label']}, in its own unit."
    return f"A probability for each of the classes {series(results.classes)}; where a decision is scored, it is the class with the highest one. No other threshold was chosen."


def sample_size(results: Results) -> str:
    """How large the study is and what it would find."""
    return f"{data_statements.size(results)} {evaluation_statements.check(results, 'sample-size')} {evaluation_statements.power(results)}"


def features_legitimate(results: Results) -> str:
    """What was looked for among features that may know the label."""
    top = results.exploration["single_features"].iloc[0]
    return f"Each feature was tried alone: the most telling one, {top['feature']}, reaches {top['measure']} {top['value']:.3f}. {evaluation_statements.check(results, 'confounder-only')}"


def fitted_on_training(results: Results) -> str:
    """Why no step has seen test rows."""
    return (
        "Preparation and model are one pipeline, fitted anew on the training rows of each fold; no preprocessed table exists before the split. "
        "Test rows are read by the rule that evaluates, after every search has ended; before that only features are compared across the split, to find "
        f"twins. {evaluation_statements.held_out(results)}"
    )


def external(results: Results) -> str:
    """What is known of samples from elsewhere."""
    return f"{limitations.scope(results)} {evaluation_statements.check(results, 'independent-holdout')}"


def contexts(results: Results) -> str:
    """Where the findings should not be expected to hold, as the failed and warned checks say."""
    found = limitations.limitations(results)
    statement = [text for name in ("Confounding", "Generality", "Data") for text in found.get(name, [])]
    return f"{data_statements.stated(results, 'unsuitable_uses')} {' '.join(statement)}".strip()


def all_limitations(results: Results) -> str:
    """All limitations that the run knows."""
    statement = [text for members in limitations.limitations(results).values() for text in members]
    return " ".join([limitations.scope(results), *statement, *limitations.not_examined(results)])


def heterogeneity(results: Results) -> str:
    """How the model does where a batch or site was left out."""
    return evaluation_statements.check(results, "independent-holdout")


def balance(results: Results) -> str:
    """How unequal classes are and what was done about it."""
    weight = results.config["models"]["class_weight"]
    if results.config["data"]["task"] == "regression":
        return "Does not apply: the label is a number."
    used = (
        "Rows were weighted inversely to the share of their class."
        if weight
        else "No method against imbalance was used."
    )
    return f"{used} {evaluation_statements.check(results, 'imbalance')}"


def calibration(results: Results) -> str:
    """How far predicted probabilities are off."""
    return evaluation_statements.check(results, "calibration")


def subgroups(results: Results) -> str:
    """What was examined of subgroups: nothing more than the checks say."""
    return (
        evaluation_statements.check(results, "subgroups")
        or "Performance in subgroups was not examined: no subgroup could be judged."
    )


def plan(results: Results) -> str:
    """That a plan was registered before the first search, and whether it changed."""
    opening = results.opening["plan"]
    if opening["registered"] is None:
        return "No analysis plan is known that was registered before the test part was opened: results/plan.jsonl is younger."
    changes = len(opening["changes_before_opening"])
    changed = (
        f"{changes} keys of it were changed before the test part was opened"
        if changes
        else "it was not changed before the test part was opened"
    )
    keys = list(dict.fromkeys(each["key"] for each in results.changes_of_judging))
    later = f" Checks or controls were changed after the test part had been opened ({series(keys)})." if keys else ""
    return f"The analysis plan is in results/plan.jsonl; it was registered by the workflow at {opening['registered']}, before the first search, and {changed}.{later}"


def flow(results: Results) -> str:
    """From the sources to the parts, with the label in each."""
    return f"{data_statements.exclusions(results)} {data_statements.division(results)} {data_statements.parts_alike(results)}"


def numbers(results: Results) -> str:
    """How many samples each analysis used."""
    samples = int(results.budget["samples"].min())
    return (
        f"Tuning used {samples:,} development samples in {results.config['split']['folds']} folds, final "
        f"models all of them, the evaluation {evaluation_statements.tested(results)}. "
        f"{data_statements.parts_alike(results)}"
    )


def who(results: Results) -> str:
    """The recommended model and its performance."""
    model = evaluation_statements.recommended(results)
    return f"Recommended by the verdict: {in_sentence(model, results.config['data']['task'])}; {evaluation_statements.performance(results, model)} on {evaluation_statements.tested(results)}."


def verdict(results: Results) -> str:
    """The verdict."""
    return results.scorecard["verdict"]["text"]


def tests_justified(results: Results) -> str:
    """Why these tests, and what they assume."""
    row = results.planned_comparison
    found = f"{row['difference']:+.3f} ({ends(row['low'], row['high'], '+')})"
    independent = (
        "whole groups are left out in turn, so that samples need not be independent within a group"
        if group_names(results.config)
        else "samples are taken as independent, which no group being declared asserts"
    )
    return f"{evaluation_statements.tests(results)} The tests compare models on the same samples; {independent}. The planned difference is {found}."


def duration(results: Results) -> str:
    """How long the study took; a single prediction is not timed."""
    return f"{practice_statements.hardware(results)} That is the whole study; the time of a single prediction was not measured."


def strategy(results: Results) -> str:
    """The word for the split."""
    return f"Strategy of the split: {split_strategy(results.config)}."


def evaluation_files(results: Results) -> str:
    """Where the predictions are."""
    return (
        "Predictions of every model for every test sample are in results/evaluation/predictions.parquet, "
        "metrics and comparisons beside them; the ledger of openings in resources/test-ledger.jsonl."
    )


def missing_at_prediction(results: Results) -> str:
    """What the model does with a missing value in a new sample."""
    how = results.config["preprocess"]["impute"]
    if how == "none":
        return "Missing values are not replaced: a model that cannot take them refuses such a sample."
    return f"A missing number becomes the {how} of the development part, a missing category a category of its own, an unknown category none."


def covariates(results: Results) -> str:
    """Which columns were declared with which roles."""
    roles = [f"{row['column']} ({', '.join(row['roles'])})" for row in results.provenance["roles"]]
    return f"Columns of the sample sheet: {listed(roles, 30)}."


def step(results: Results) -> str:
    """What should be done next."""
    return next_step(results)
