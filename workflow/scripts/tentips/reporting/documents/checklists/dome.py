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
    note="Items in our words; the four parts and the names and order of their 21 fields were checked against the DOME training material and registry, the numbers 1.1 to 4.5 are those used there.",
    sections={
        "1 Data": (
            Item(
                "1.1",
                "Provenance: where do the data come from, how many of each class, were they used before?",
                (data_statements.sources, data_statements.checksums, data_statements.label, answers.prior_uses),
            ),
            Item(
                "1.2",
                "Splits: how many samples train, validate and test, and are the parts alike?",
                (data_statements.division, data_statements.parts_alike),
            ),
            Item(
                "1.3",
                "Redundancy: are the parts independent, and what ensures it?",
                (answers.independence, answers.hidden_groups),
            ),
            Item("1.4", "Availability of the data and of the split", (practice_statements.data_availability,), RELEASE),
        ),
        "2 Optimisation": (
            Item(
                "2.1",
                "Algorithm: which class of models, and why?",
                (modelling_statements.models, modelling_statements.choice),
                "why these models suit the question; the simpler ones are a standard set.",
            ),
            Item(
                "2.2",
                "Meta-predictions: are predictions of other models used, and are their training parts independent of the test part?",
                (answers.meta,),
            ),
            Item("2.3", "Encoding: how were the data prepared?", (data_statements.preprocessing,)),
            Item(
                "2.4",
                "Parameters: how many, and how were they chosen?",
                (modelling_statements.parameters, modelling_statements.tuning, modelling_statements.chosen),
            ),
            Item(
                "2.5",
                "Features: how many, were they selected, and on training rows alone?",
                (answers.feature_selection,),
            ),
            Item("2.6", "Fitting: how were over- and underfitting ruled out?", (modelling_statements.fitting,)),
            Item("2.7", "Regularisation: what kept models from overfitting?", (modelling_statements.regularisation,)),
            Item(
                "2.8",
                "Availability of configuration: are settings and optimisation schedule reported and available?",
                (practice_statements.configuration,),
                RELEASE,
            ),
        ),
        "3 Model": (
            Item(
                "3.1",
                "Interpretability: black box or transparent, with examples?",
                (answers.interpretability,),
                "whether the recommended model can be read, and what it has learned; this version of the workflow does not interpret models.",
            ),
            Item("3.2", "Output: classes, probabilities or numbers?", (answers.output,)),
            Item("3.3", "Execution time: how long does it take, on what?", (answers.duration,)),
            Item(
                "3.4",
                "Availability of software",
                (practice_statements.software, practice_statements.models_saved, practice_statements.reproduction),
                RELEASE,
            ),
        ),
        "4 Evaluation": (
            Item(
                "4.1",
                "Method: cross-validation, independent data, or new experiments?",
                (evaluation_statements.held_out, data_statements.division, answers.external),
            ),
            Item(
                "4.2",
                "Measures: which metrics, and are they those of the field?",
                (evaluation_statements.measures,),
                "whether these are the metrics of your field.",
            ),
            Item(
                "4.3",
                "Comparison: with public methods and with simpler models?",
                (modelling_statements.models, evaluation_statements.figures, answers.prior_uses),
                "comparison with public methods for the same question, where there are any.",
            ),
            Item(
                "4.4",
                "Confidence: are there intervals, and is a superiority significant?",
                (evaluation_statements.intervals, evaluation_statements.tests, evaluation_statements.verdict),
            ),
            Item(
                "4.5",
                "Availability of evaluation: are raw predictions available?",
                (answers.evaluation_files,),
                RELEASE,
            ),
        ),
    },
)
