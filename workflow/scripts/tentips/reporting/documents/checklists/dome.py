"""DOME: recommendations for supervised machine learning validation in biology (Walsh et al. 2021)."""

from tentips.reporting.documents.checklists import answers
from tentips.reporting.documents.checklists.form import Checklist, Item
from tentips.reporting.documents.statements import (
    data_statements,
    evaluation_statements,
    modelling_statements,
    practice_statements,
)

RELEASE = "where it is released for others (URL or DOI), and under which licence."

DOME = Checklist(
    name="DOME",
    slug="dome",
    citation="Walsh et al. (2021), Nature Methods, doi:10.1038/s41592-021-01205-4",
    note="Items are those of the summary table of DOME 1.0 (CC BY 4.0, lightly joined); the numbers 1.1 to 4.5 are those of its registry.",
    shown={
        "1.1": "tip-4",
        "1.2": "tip-7",
        "1.3": "tip-7",
        "1.4": "data-sheet",
        "2.1": "models",
        "2.2": "models",
        "2.3": "tip-5",
        "2.4": "tip-6",
        "2.5": "tip-5",
        "2.6": "tip-3",
        "2.7": "methods",
        "2.8": "tip-6",
        "3.1": "tip-8",
        "3.2": "methods",
        "3.3": "energy",
        "3.4": "software-versions",
        "4 Evaluation": "models",
    },
    sections={
        "1 Data": (
            Item(
                "1.1",
                "Source of data? Number of data points? Data used in previous papers and/or by community?",
                (data_statements.sources, data_statements.checksums, data_statements.label, answers.prior_uses),
            ),
            Item(
                "1.2",
                (
                    "How many data splits? How many data points in each split? If number data splits > 2, what were "
                    "sets 3, ... N for (e.g. cross validation, validation set or independent test)? What is the "
                    "distribution of data points in each data split?"
                ),
                (data_statements.division, data_statements.parts_alike),
            ),
            Item(
                "1.3",
                (
                    "How were the sets split? Are the training and test sets independent? How was this enforced "
                    "(e.g. redundancy reduction to less than X% pairwise identity)? How does the distribution "
                    "compare to previously published ML datasets in the biological field?"
                ),
                (answers.independence, answers.hidden_groups),
            ),
            Item(
                "1.4",
                "Is the data, including the data splits used, released in a public forum?",
                (practice_statements.data_availability,),
                RELEASE,
            ),
        ),
        "2 Optimisation": (
            Item(
                "2.1",
                (
                    "What is the ML algorithm class used? Is the ML algorithm new? If it is a new ML algorithm, why "
                    "was it not published in a ML journal, and why was it chosen over better known alternatives?"
                ),
                (modelling_statements.models, modelling_statements.choice),
                "why these models suit the question; the simpler ones are a standard set.",
            ),
            Item(
                "2.2",
                (
                    "Does the model use data from other ML algorithms as input (i.e. it is a meta-predictor)? If it "
                    "is a meta-predictor, which ML methods constitute the whole, and is it completely clear that "
                    "training data of initial predictors and meta-predictor is independent of test data for the "
                    "meta-predictor?"
                ),
                (answers.meta,),
            ),
            Item(
                "2.3",
                "How was the data encoded and pre-processed for the ML algorithm?",
                (data_statements.preprocessing,),
            ),
            Item(
                "2.4",
                "How many parameters (p) are used in the model? How was p selected?",
                (modelling_statements.parameters, modelling_statements.tuning, modelling_statements.chosen),
            ),
            Item(
                "2.5",
                (
                    "How many features (f) are used as input? Was feature selection performed? If feature selection "
                    "performed, was it done using the training set only?"
                ),
                (answers.feature_selection,),
            ),
            Item(
                "2.6",
                (
                    "Is the number of parameters (p) much larger than the number of training points and/or is the "
                    "number of features (f) large? If yes, how was over-fitting ruled out? Conversely, if the number "
                    "of training points seem very much larger than p and/or f is small, how was under-fitting ruled "
                    "out?"
                ),
                (modelling_statements.fitting,),
            ),
            Item(
                "2.7",
                (
                    "Were any over-fitting prevention techniques performed (e.g. early stopping using a validation "
                    "set)? If yes, which ones?"
                ),
                (modelling_statements.regularisation,),
            ),
            Item(
                "2.8",
                (
                    "Are the hyper-parameter configurations, optimization schedule, model files and optimization "
                    "parameters reported available? If yes, where (e.g. URL) and how (license)?"
                ),
                (practice_statements.configuration,),
                RELEASE,
            ),
        ),
        "3 Model": (
            Item(
                "3.1",
                (
                    "Is the model blackbox or transparent? If the model is transparent, can you give clear examples "
                    "for this?"
                ),
                (answers.interpretability,),
                "whether the recommended model can be read without these explanations, and whether they make sense to an expert.",
            ),
            Item("3.2", "Is the model classification or regression?", (answers.output,)),
            Item(
                "3.3",
                (
                    "How much real-time does a single representative prediction require on a standard machine (e.g. "
                    "seconds on a desktop PC or high-performance computing cluster)?"
                ),
                (answers.duration,),
            ),
            Item(
                "3.4",
                (
                    "Is the source code released? Is a method to run the algorithm such as executable, web server, "
                    "virtual machine or container instance released? If yes to public release, where (e.g. URL) and "
                    "how (license)?"
                ),
                (practice_statements.software, practice_statements.models_saved, practice_statements.reproduction),
                RELEASE,
            ),
        ),
        "4 Evaluation": (
            Item(
                "4.1",
                "How was the method evaluated (e.g. cross-validation, independent dataset, novel experiments)?",
                (evaluation_statements.held_out, data_statements.division, answers.external),
            ),
            Item(
                "4.2",
                (
                    "Which performance metrics are reported? Is this set of metrics representative (e.g. compared to "
                    "the literature)?"
                ),
                (evaluation_statements.measures,),
                "whether these are the metrics of your field.",
            ),
            Item(
                "4.3",
                (
                    "Was a comparison to publicly available methods performed on benchmark datasets? Was a "
                    "comparison to simpler baselines performed?"
                ),
                (modelling_statements.models, evaluation_statements.figures, answers.prior_uses),
                "comparison with public methods for the same question, where there are any.",
            ),
            Item(
                "4.4",
                (
                    "Do the performance metrics have confidence intervals? Are the results statistically significant "
                    "to claim that the method is superior to others and baselines?"
                ),
                (evaluation_statements.intervals, evaluation_statements.tests, evaluation_statements.verdict),
            ),
            Item(
                "4.5",
                (
                    "Are the raw evaluation files (e.g. assignments for comparison and baselines, statistical code, "
                    "confusion matrices) available? If public released, where (e.g. URL) and how (license)?"
                ),
                (answers.evaluation_files,),
                RELEASE,
            ),
        ),
    },
)
