"""The ten tips (Lee et al. 2022, doi:10.1371/journal.pcbi.1009803): their words, a short name, and what this report answers."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Tip:
    """`title` is the paper's; `short` fits a menu; `asks` is the question that the tip's section answers."""

    title: str
    short: str
    asks: str


TIPS = {
    1: Tip(
        "Decide whether deep learning is appropriate for your problem",
        "Is deep learning appropriate?",
        "Are there enough independent samples for a network, and would more of them help?",
    ),
    2: Tip(
        "Use traditional methods to establish performance baselines",
        "Baselines",
        "Were simpler models given the same chance, and does the network beat them?",
    ),
    3: Tip(
        "Understand the complexities of training deep neural networks",
        "Training",
        "Would the same result come out with another seed, another run, a smaller network?",
    ),
    4: Tip(
        "Know your data and your question",
        "Know your data",
        "What is in the data besides the question: batches, twins, wrong labels, gaps?",
    ),
    5: Tip(
        "Choose an appropriate data representation and neural network architecture",
        "Representation and architecture",
        "How do the samples reach the models, and how large does a network need to be?",
    ),
    6: Tip(
        "Tune your hyperparameters extensively and systematically",
        "Hyperparameters",
        "Which hyperparameters decide, and was the search wide enough?",
    ),
    7: Tip(
        "Address deep neural networks' increased tendency to overfit the dataset",
        "Overfitting",
        "Do the figures hold for samples, batches and sites that the models have not seen?",
    ),
    8: Tip(
        "Your deep learning models can be more transparent",
        "Transparency",
        "Which features carry the prediction?",
    ),
    9: Tip(
        "Don't over-interpret predictions",
        "Over-interpretation",
        "Could something other than the features explain the prediction?",
    ),
    10: Tip(
        "Don't share models trained on sensitive data",
        "Sensitive data",
        "May data and models be shared?",
    ),
}
