"""REFORMS: consensus-based recommendations for machine-learning-based science (Kapoor et al. 2024)."""

from tentips.reporting.documents.checklists import answers
from tentips.reporting.documents.checklists.form import Checklist, Item
from tentips.reporting.documents.statements import (
    data_statements,
    evaluation_statements,
    modelling_statements,
    practice_statements,
)

REFORMS = Checklist(
    name="REFORMS",
    slug="reforms",
    citation="Kapoor et al. (2024), Science Advances, doi:10.1126/sciadv.adk3452",
    note=(
        "Items in our words. Items 1a to 3d were checked against table 1 of the paper; the later ones against a "
        "summary of all 32 by a third party, whose counts by module (3, 5, 7, 3, 6, 3, 3, 2) are the paper's."
    ),
    shown={
        "1 Study goals": "verdict",
        "2 Computational reproducibility": "software-versions",
        "3 Data quality": "data-sheet",
        "4 Data preprocessing": "tip-5",
        "5 Modelling": "tip-6",
        "6 Data leakage": "tip-7",
        "7 Metrics and uncertainty": "models",
        "8 Generalisability and limitations": "limitations",
    },
    sections={
        "1 Study goals": (
            Item(
                "1a",
                "About which population or distribution is the claim?",
                (answers.claim, answers.population),
                "the population that the claim is about, if it is another one.",
            ),
            Item("1b", "Why this population or distribution?", (), "why this population matters for the question."),
            Item("1c", "Why machine learning?", (answers.title, answers.why_learning)),
        ),
        "2 Computational reproducibility": (
            Item(
                "2a",
                "Which data exactly, and where (link or DOI)?",
                (data_statements.sources, data_statements.checksums),
                "a persistent link, where the sources above are files of yours.",
            ),
            Item(
                "2b",
                "Which code exactly, and where (link or DOI)?",
                (practice_statements.software, practice_statements.configuration),
                "a link or DOI of this version of the study's repository.",
            ),
            Item("2c", "On which computing infrastructure?", (practice_statements.hardware,)),
            Item("2d", "Is there a README that says how to make the results?", (practice_statements.reproduction,)),
            Item("2e", "Is there a script that makes all results?", (practice_statements.reproduction,)),
        ),
        "3 Data quality": (
            Item(
                "3a",
                "Where and when were the data collected, and how was the truth established?",
                (data_statements.sources, data_statements.obtained, answers.acquisition),
                "how the label was determined, by whom, and how reliable that is.",
            ),
            Item("3b", "From which set were the samples drawn (sampling frame)?", (answers.design, answers.population)),
            Item(
                "3c",
                "Why are the data useful for this task?",
                (answers.purpose,),
                "why these measurements should predict the label.",
            ),
            Item(
                "3d",
                "What is the outcome, and how is it distributed?",
                (data_statements.label,),
                "the outcome's definition.",
            ),
            Item(
                "3e",
                "How large is the sample, and how frequent the outcome?",
                (answers.sample_size, data_statements.label),
            ),
            Item("3f", "How much is missing?", (data_statements.missing,)),
            Item(
                "3g",
                "Does the sample represent the population of the claim?",
                (answers.population, answers.design),
                "an argument that it does, or how it differs.",
            ),
        ),
        "4 Data preprocessing": (
            Item("4a", "Which samples were excluded, and why?", (data_statements.exclusions,)),
            Item(
                "4b",
                "How were impossible or corrupt samples dealt with?",
                (answers.cleaning, data_statements.twins),
                "whether impossible values were looked for before the study; the workflow takes numbers as they are.",
            ),
            Item(
                "4c",
                "Which transformations lead from raw data to the model?",
                (answers.cleaning, data_statements.preprocessing),
            ),
        ),
        "5 Modelling": (
            Item(
                "5a",
                "Which models were trained?",
                (modelling_statements.models, modelling_statements.spaces, modelling_statements.stopping),
            ),
            Item(
                "5b",
                "Why these kinds of models?",
                (),
                "why these models suit the question; the workflow's baselines are a standard set.",
            ),
            Item(
                "5c",
                "How were models evaluated (split, folds)?",
                (data_statements.division, evaluation_statements.held_out),
            ),
            Item(
                "5d",
                "How were the reported models selected?",
                (modelling_statements.choice, modelling_statements.seeds),
            ),
            Item("5e", "How were hyperparameters tuned?", (modelling_statements.tuning, modelling_statements.chosen)),
            Item(
                "5f",
                "Are comparisons made against appropriate baselines?",
                (modelling_statements.models, evaluation_statements.figures),
            ),
        ),
        "6 Data leakage": (
            Item("6a", "Did every step use the training part alone?", (answers.fitted_on_training,)),
            Item(
                "6b",
                "How were dependencies and duplicates between the parts handled?",
                (answers.independence, answers.hidden_groups),
            ),
            Item(
                "6c",
                "Is every feature legitimate for the task?",
                (answers.features_legitimate,),
                "that each feature is known before the label and not made from it.",
            ),
        ),
        "7 Metrics and uncertainty": (
            Item(
                "7a",
                "Which metrics, and why the one that decides?",
                (evaluation_statements.measures,),
                "why the deciding metric suits the question.",
            ),
            Item(
                "7b",
                "Which uncertainty estimates, and how computed?",
                (evaluation_statements.intervals, evaluation_statements.figures),
            ),
            Item("7c", "Why these statistical tests, and do their assumptions hold?", (answers.tests_justified,)),
        ),
        "8 Generalisability and limitations": (
            Item("8a", "What evidence is there of external validity?", (answers.external,)),
            Item(
                "8b",
                "Where do the authors not expect the findings to hold?",
                (answers.contexts,),
                "the contexts for which you make no claim.",
            ),
        ),
    },
)
