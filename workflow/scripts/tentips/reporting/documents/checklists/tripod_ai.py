"""TRIPOD+AI: reporting of clinical prediction models by regression or machine learning (Collins et al. 2024)."""

from tentips.reporting.documents.checklists import answers
from tentips.reporting.documents.checklists.form import Checklist, Item
from tentips.reporting.documents.statements import (
    data_statements,
    evaluation_statements,
    modelling_statements,
    practice_statements,
)

NONE_MADE = "that no updating was done, or which."

TRIPOD_AI = Checklist(
    name="TRIPOD+AI",
    slug="tripod-ai",
    citation="Collins et al. (2024), BMJ 385:e078378, doi:10.1136/bmj-2023-078378",
    note=(
        "Items in our words, for a study that both develops and evaluates models; the numbers of all 52 (27 with "
        "their parts) were checked against a copy of table 2 of the paper. The checklist for abstracts (item 2) is not included."
    ),
    shown={
        "Title and abstract": "verdict",
        "Introduction": "verdict",
        "Methods: data and participants": "data-sheet",
        "Methods: outcome and predictors": "tip-4",
        "Methods: sample size and missing data": "tip-1",
        "Methods: analysis": "methods",
        "Open science": "software-versions",
        "Results": "models",
        "Discussion": "limitations",
    },
    sections={
        "Title and abstract": (
            Item(
                "1",
                "Title: development or evaluation, target population, outcome",
                (answers.title,),
                "a title that names population and outcome and says that models are developed and evaluated.",
            ),
            Item("2", "Abstract: see TRIPOD+AI for Abstracts", (), "the abstract."),
        ),
        "Introduction": (
            Item(
                "3a",
                "Healthcare context, diagnostic or prognostic, rationale, existing models",
                (answers.prior_uses,),
                "context, rationale and existing models.",
            ),
            Item(
                "3b",
                "Target population, purpose in the care pathway, intended users",
                (answers.population,),
                "purpose in the care pathway and intended users.",
            ),
            Item("3c", "Known health inequalities between sociodemographic groups", (), "known inequalities."),
            Item("4", "Objectives: development, validation or both", (answers.title, answers.claim)),
        ),
        "Methods: data and participants": (
            Item(
                "5a",
                "Sources of development and evaluation data, rationale, representativeness",
                (data_statements.sources, answers.design, answers.purpose, answers.population),
                "representativeness.",
            ),
            Item(
                "5b",
                "Dates of data collection, accrual and follow-up",
                (answers.period,),
                "start and end of accrual and, if it applies, of follow-up.",
            ),
            Item("6a", "Setting, number and location of centres", (answers.covariates,), "setting and centres."),
            Item(
                "6b",
                "Eligibility of participants",
                (data_statements.exclusions,),
                "eligibility criteria of the data set itself.",
            ),
            Item(
                "6c",
                "Treatments received and how they were handled",
                (),
                "treatments, or that they do not matter here.",
            ),
            Item(
                "7",
                "Preprocessing and quality checks, alike across sociodemographic groups?",
                (answers.cleaning, data_statements.preprocessing, data_statements.twins),
                "whether these were alike across sociodemographic groups.",
            ),
        ),
        "Methods: outcome and predictors": (
            Item(
                "8a",
                "Outcome: definition, time horizon, assessment, consistency across groups",
                (data_statements.label,),
                "definition, time horizon and assessment of the outcome.",
            ),
            Item(
                "8b",
                "Assessors of a subjective outcome: qualifications, demographics",
                (),
                "assessors, or that the outcome is not subjective.",
            ),
            Item("8c", "Blinding of the outcome's assessment", (), "blinding."),
            Item(
                "9a",
                "Choice of initial predictors and any preselection",
                (answers.feature_selection,),
                "how the measured predictors were chosen.",
            ),
            Item(
                "9b",
                "Predictors: definition, how and when measured, blinding",
                (answers.acquisition,),
                "definitions and times of measurement.",
            ),
            Item("9c", "Assessors of subjective predictors", (), "assessors, or that no predictor is subjective."),
        ),
        "Methods: sample size and missing data": (
            Item("10", "Sample size, for development and evaluation, and its justification", (answers.sample_size,)),
            Item(
                "11",
                "Missing data: handling, reasons for omissions",
                (data_statements.missing, answers.missing_at_prediction, data_statements.exclusions),
            ),
        ),
        "Methods: analysis": (
            Item("12a", "Use of the data, partition", (data_statements.division,)),
            Item("12b", "Handling of predictors: form, scaling, transformation", (data_statements.preprocessing,)),
            Item(
                "12c",
                "Type of model, rationale, building steps, tuning, internal validation",
                (
                    modelling_statements.models,
                    modelling_statements.spaces,
                    modelling_statements.tuning,
                    modelling_statements.stopping,
                    modelling_statements.seeds,
                ),
            ),
            Item(
                "12d",
                "Heterogeneity across clusters (hospitals, countries)",
                (answers.heterogeneity,),
                "heterogeneity of parameters across clusters; and of performance, where no batch or site is declared.",
            ),
            Item(
                "12e",
                "Measures and plots of performance, comparison of models",
                (evaluation_statements.measures, evaluation_statements.intervals, evaluation_statements.tests),
                "clinical utility (for example decision curves), which the workflow does not compute.",
            ),
            Item("12f", "Model updating (recalibration)", (), NONE_MADE),
            Item(
                "12g",
                "How predictions were calculated in the evaluation",
                (practice_statements.models_saved, answers.evaluation_files),
            ),
            Item("13", "Class imbalance: methods, why, and recalibration afterwards", (answers.balance,)),
            Item(
                "14",
                "Fairness: approaches and rationale",
                (answers.subgroups,),
                "approaches to fairness, or that none was taken.",
            ),
            Item("15", "Output of the model, thresholds and rationale", (answers.output,)),
            Item(
                "16",
                "Differences between development and evaluation data",
                (data_statements.parts_alike, answers.strategy, answers.external),
            ),
            Item(
                "17", "Ethical approval and consent", (answers.ethics,), "committee, number and consent, unless stated."
            ),
        ),
        "Open science": (
            Item(
                "18a",
                "Funding and role of funders",
                (answers.funding,),
                "funding of this study and the role of the funders.",
            ),
            Item("18b", "Conflicts of interest", (), "conflicts of interest of all authors."),
            Item(
                "18c",
                "Protocol: where, or that none was prepared",
                (answers.plan,),
                "a protocol beyond the registered plan, or that there is none.",
            ),
            Item(
                "18d",
                "Registration: register and number, or that it was not registered",
                (answers.plan,),
                "registration in a public register; the plan above is the study's own record.",
            ),
            Item("18e", "Availability of data", (practice_statements.data_availability,), "where the data can be had."),
            Item(
                "18f",
                "Availability of code",
                (practice_statements.software, practice_statements.configuration, practice_statements.reproduction),
                "a link or DOI of this version of the study's repository.",
            ),
            Item("19", "Patient and public involvement", (), "involvement, or that there was none."),
        ),
        "Results": (
            Item(
                "20a",
                "Flow of participants, with and without the outcome, follow-up",
                (answers.flow,),
                "follow-up time, if it applies.",
            ),
            Item(
                "20b",
                "Characteristics, by source, missing data, differences between groups",
                (data_statements.size, data_statements.label, data_statements.missing),
                "a table of characteristics, demographic groups included.",
            ),
            Item(
                "20c",
                "Development and evaluation data compared in important predictors",
                (data_statements.parts_alike,),
                "distributions of important predictors in both parts.",
            ),
            Item("21", "Numbers of participants and events in each analysis", (answers.numbers,)),
            Item(
                "22",
                "The full model, to allow predictions in new people, and restrictions",
                (modelling_statements.chosen, practice_statements.models_saved),
                "where the model can be had, and restrictions on its use.",
            ),
            Item(
                "23a",
                "Performance with intervals, also in key subgroups",
                (evaluation_statements.figures, evaluation_statements.verdict, answers.calibration, answers.subgroups),
                "performance in key subgroups.",
            ),
            Item("23b", "Heterogeneity of performance across clusters", (answers.heterogeneity,)),
            Item("24", "Results of model updating", (), NONE_MADE),
        ),
        "Discussion": (
            Item(
                "25",
                "Interpretation, fairness included, in view of objectives and earlier studies",
                (answers.verdict, answers.who),
                "the interpretation.",
            ),
            Item("26", "Limitations and their effects", (answers.all_limitations,)),
            Item(
                "27a",
                "Poor or unavailable input data in use",
                (answers.missing_at_prediction,),
                "how input of poor quality is recognised in practice.",
            ),
            Item("27b", "Interaction of users and the expertise they need", (), "what users must do and know."),
            Item("27c", "Next steps, applicability and generalisability", (answers.step,)),
        ),
    },
)
