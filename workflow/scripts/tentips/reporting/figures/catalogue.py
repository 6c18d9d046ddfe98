"""Every figure of the report, each said once: where it is shown, what it asks, what draws it.

The Snakefile reads this list too, so that it imports nothing else. A new figure is an entry here, the function that draws
it, and its caption for Snakemake's own report, workflow/report/figures/NAME.rst.
"""

from dataclasses import dataclass

from tentips.reporting.tips import TIPS
from tentips.study.config import has_transfer_curve, metric_name

MODELS = "models"
SUFFIXES = ("svg", "png", "tsv")  # what is written of each figure


@dataclass(frozen=True)
class Entry:
    """One figure.

    `section` is a tip's number or `MODELS`; `title` the question that it answers; `reading` what to look for; `draw` the
    function of the results, as MODULE.FUNCTION of this package; `check` the check whose finding reads it; `of` the studies for
    which it is drawn (`_facts`), all where it is not given.
    """

    name: str
    section: int | str
    title: str
    reading: str
    draw: str
    check: str | None = None
    of: str | None = None

    @property
    def category(self) -> str:
        """Where Snakemake's own report puts it."""
        if self.section == MODELS:
            return "Models compared"
        return f"Tip {self.section:02d}: {TIPS[self.section].short}"


CATALOGUE = (
    Entry(
        "models",
        MODELS,
        "How well does each model do on samples it has not seen?",
        "Models whose intervals overlap widely cannot be told apart by this study.",
        "model_figures.models",
    ),
    Entry(
        "published",
        MODELS,
        "How do the models compare with what was published?",
        "A figure far from the published one, either way, asks for an explanation: other data, another split, a mistake.",
        "model_figures.published",
        "published",
        "published by another metric",
    ),
    Entry(
        "tuning",
        MODELS,
        "What did tuning buy each model?",
        "A long line is a model that its default settings undersell.",
        "model_figures.tuning",
        "tuning-gain",
    ),
    Entry(
        "differences",
        MODELS,
        "Which differences between models are certain?",
        "An interval that crosses zero leaves open which of the two is better.",
        "model_figures.differences",
        "worth-it",
    ),
    Entry(
        "curve",
        1,
        "Would more samples help?",
        "A curve that still rises at its right end asks for more samples; one that is flat asks for better measurements.",
        "control_figures.curve",
        "learning-curve",
        "learning curve",
    ),
    Entry(
        "seeds",
        3,
        "Does the result depend on the seed?",
        "Where the dots of the seeds spread over the line of the simpler model, one lucky seed could have made the claim.",
        "model_figures.seeds",
        "seed-spread",
    ),
    Entry(
        "histories",
        3,
        "Did training converge?",
        "The loss on rows that the network does not learn from should fall and level off; where it rises again, the network had begun to memorise.",
        "trial_figures.histories",
    ),
    Entry(
        "embedding",
        4,
        "Do the classes lie apart?",
        "Samples of one colour side by side mean that the label is written large in the features. Mixed colours do not mean that it cannot be predicted.",
        "sample_figures.by_label",
    ),
    Entry(
        "batches",
        4,
        "Do the batches lie apart?",
        "Batches that form clusters of their own are a technical difference that a model can mistake for biology.",
        "sample_figures.by_batch",
        "batch-separable",
        "batches",
    ),
    Entry(
        "power",
        4,
        "Which effect would this study have found?",
        "An effect to the left of the upright line would often be missed by a study of this size.",
        "design_figures.power",
        "planted-signal",
    ),
    Entry(
        "missing_map",
        4,
        "Where are values missing?",
        "Blocks that stand out against their neighbours are values that are missing together, in one class or batch.",
        "quality_figures.missing_map",
        "missingness",
    ),
    Entry(
        "hidden_groups",
        4,
        "Are some samples relatives that nobody declared?",
        "Dots beyond the faint line are samples that resemble each other as replicates do; they should be in one group.",
        "quality_figures.hidden_groups",
        "hidden-groups",
    ),
    Entry(
        "label_noise",
        4,
        "How many labels may be wrong?",
        "Wrong labels put a ceiling on what any model can reach.",
        "quality_figures.label_noise",
        "label-noise",
    ),
    Entry(
        "sizes",
        5,
        "How large does the network need to be?",
        "Where small networks score as high as large ones, the smaller is to be preferred.",
        "trial_figures.sizes",
        "start-small",
    ),
    Entry(
        "transfer",
        5,
        "What do pretrained weights bring, and with how many samples?",
        "Where the curves meet, the samples teach as much as the pretrained weights knew.",
        "transfer_figure.transfer",
        "transfer-gain",
        "transfer",
    ),
    Entry(
        "search",
        6,
        "Was enough tried?",
        "A curve that still rises at its right end asks for more trials; one that is flat has found what this search can find.",
        "search_figures.search",
        "search-adequacy",
    ),
    Entry(
        "hyperparameters",
        6,
        "Which hyperparameters decide?",
        "A panel in which the dots rise or fall is a choice that matters; a shapeless cloud is one that does not.",
        "trial_figures.hyperparameters",
    ),
    Entry(
        "coordinates",
        6,
        "What do good configurations have in common?",
        "Each line is one configuration. Where bright lines run together, good networks agree; at the edge of an axis the range was too narrow.",
        "trial_figures.coordinates",
        "search-edge",
    ),
    Entry(
        "shuffles",
        7,
        "Do shuffled labels score like the real ones?",
        "They must not: a model that learns meaningless labels shows that the evaluation leaks.",
        "control_figures.shuffles",
        "label-shuffle",
        "label shuffles",
    ),
    Entry(
        "random_folds",
        7,
        "What would a division that ignores groups have claimed?",
        "A dot to the right of its ring is a score that samples of the same group on both sides would have bought.",
        "control_figures.random_folds",
        None,
        "groups",
    ),
    Entry(
        "left_out",
        7,
        "Does it work in a batch or site that it has never seen?",
        "A dot far to the left of its ring is a batch or site in which the model would disappoint.",
        "control_figures.left_out",
        "independent-holdout",
        "batches",
    ),
    Entry(
        "roc",
        7,
        "How many are found at which price in false alarms?",
        "The further the curve bends to the upper left, the better; the diagonal is guessing.",
        "prediction_figures.roc",
        None,
        "classification",
    ),
    Entry(
        "precision_recall",
        7,
        "How far can a positive prediction be trusted?",
        "Precision is the share of alarms that are right; guessing gives the share that the class has among all samples.",
        "prediction_figures.precision_recall",
        None,
        "classification",
    ),
    Entry(
        "confusion",
        7,
        "Who is taken for whom?",
        "The diagonal is right; everything beside it is a mistake that has a direction.",
        "prediction_figures.confusion",
        None,
        "classification",
    ),
    Entry(
        "calibration",
        7,
        "Do predictions mean what they say?",
        "On the diagonal they do: of samples that are given 70 %, 70 % are of the class, and a predicted value is met on average.",
        "prediction_figures.calibration",
        "calibration",
    ),
    Entry(
        "observed",
        7,
        "How close do predictions come?",
        "The nearer the dots are to the diagonal, the better; a flatter cloud means that extremes are underestimated.",
        "prediction_figures.observed",
        None,
        "regression",
    ),
    Entry(
        "residuals",
        7,
        "Are the errors the same everywhere?",
        "A bend or a funnel means that the model errs in one direction, or more, in part of the range.",
        "prediction_figures.residuals",
        None,
        "regression",
    ),
    Entry(
        "importance",
        8,
        "Which features carry the prediction?",
        "The further right, the more the score falls without them. What crosses zero may do nothing.",
        "interpretation_figures.importance",
        "importance-stable",
        "interpretation",
    ),
    Entry(
        "responses",
        8,
        "In which direction do they work?",
        "A rising line: the higher the value, the higher the prediction. A flat one: the model does not use this feature by itself.",
        "interpretation_figures.responses",
        None,
        "interpretation",
    ),
    Entry(
        "panel",
        8,
        "How many features are needed?",
        "Where the dots reach the line of all features, the rest adds nothing that can be seen.",
        "interpretation_figures.panel",
        "small-panel",
        "interpretation",
    ),
    Entry(
        "faithful",
        8,
        "Is the ranking true of the model?",
        "The orange line should fall faster than the grey ones on the left, and rise faster on the right.",
        "interpretation_figures.faithful",
        None,
        "interpretation",
    ),
    Entry(
        "logo",
        8,
        "Which letters carry the prediction?",
        "Tall letters are what a model reads: exchanged for others they change the prediction most.",
        "map_figures.logo",
        None,
        "sequence explained",
    ),
    Entry(
        "saliency",
        8,
        "Where in an image does the prediction come from?",
        "Orange should lie on what an expert would look at; on a margin, a label or a corner it shows that a model has found a shortcut.",
        "map_figures.saliency",
        None,
        "image explained",
    ),
    Entry(
        "confounders",
        9,
        "What is predicted without any feature?",
        "If covariates or batches alone come near the model, the features may only be a proxy for them.",
        "control_figures.confounders",
        "confounder-only",
        "columns beside the features",
    ),
    Entry(
        "misjudged",
        9,
        "Which images are misjudged, and which labels doubtful?",
        "What the images of a row have in common is what the model does not see, or what whoever labelled them saw otherwise.",
        "image_figures.misjudged",
        None,
        "images",
    ),
    Entry(
        "subgroups",
        9,
        "Does it work for everybody alike?",
        "A dot far to the left of its upright line is a subgroup in which the model does worse than elsewhere.",
        "probing_figures.subgroups",
        "subgroups",
        "subgroups",
    ),
    Entry(
        "distances",
        9,
        "Does it hold for samples unlike the training samples?",
        "A loss that rises to the right means that predictions for unusual samples are to be taken with care.",
        "probing_figures.distances",
        "out-of-distribution",
    ),
    Entry(
        "abstention",
        9,
        "How many samples could be decided safely?",
        "Read from the right: the fewer of the least sure samples are decided, the more of the decisions should be right.",
        "probing_figures.abstention",
        None,
        "classification",
    ),
    Entry(
        "private_training",
        10,
        "What does differential privacy cost, and what does it hide?",
        "A smaller epsilon hides more. Where the score hardly falls, a private network could be shared instead.",
        "privacy_figures.private_training",
        None,
        "private training",
    ),
)


def drawn_for(config: dict) -> list[Entry]:
    """Return the figures that a study with this resolved configuration has, in their order."""
    facts = _facts(config)
    return [entry for entry in CATALOGUE if entry.of is None or entry.of in facts]


def _facts(config: dict) -> set[str]:
    """What is true of a study, of all that figures are drawn for."""
    data, published = config["data"], config["study"]["published"]
    batches = bool(data["batch"] or data["site"])
    true = {
        "batches": batches,
        "groups": config["controls"]["random_folds"]
        and (bool(data["group"]) or config["split"]["strategy"] == "homology"),
        "columns beside the features": batches or bool(data["covariates"] or data["time"]),
        "subgroups": batches or bool(data["covariates"]),
        "interpretation": config["interpretation"]["enabled"],
        "learning curve": bool(config["controls"]["learning_curve"]),
        "label shuffles": config["controls"]["label_shuffles"] > 0,
        "transfer": has_transfer_curve(config),
        "images": data["modality"] == "image",
        "private training": bool(config["privacy"]["epsilon"]),
        "published by another metric": bool(published) and published["metric"] != metric_name(config),
    }
    explained = {f"{data['modality']} explained"} if config["interpretation"]["enabled"] else set()
    return {data["task"], *explained, *(fact for fact, holds in true.items() if holds)}
