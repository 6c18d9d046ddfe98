"""TRIPOD+AI: reporting of clinical prediction models by regression or machine learning (Collins et al. 2024)."""

from tentips.reporting.documents.checklists import answers
from tentips.reporting.documents.checklists.form import Checklist, Item
from tentips.reporting.documents.checklists.tripod_ai_items import TEXTS
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
        "Items in the words of table 2 of the statement (CC BY 4.0), all 52 (27 with their parts), without its footnotes, for a study that "
        "both develops and evaluates models; the wording was taken from copies that agree. The checklist for abstracts (item 2) is not included."
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
                TEXTS["1"],
                (answers.title,),
                "a title that names population and outcome and says that models are developed and evaluated.",
            ),
            Item("2", TEXTS["2"], (), "the abstract."),
        ),
        "Introduction": (
            Item(
                "3a",
                TEXTS["3a"],
                (answers.prior_uses,),
                "context, rationale and existing models.",
            ),
            Item(
                "3b",
                TEXTS["3b"],
                (answers.population,),
                "purpose in the care pathway and intended users.",
            ),
            Item("3c", TEXTS["3c"], (), "known inequalities."),
            Item("4", TEXTS["4"], (answers.title, answers.claim)),
        ),
        "Methods: data and participants": (
            Item(
                "5a",
                TEXTS["5a"],
                (data_statements.sources, answers.design, answers.purpose, answers.population),
                "representativeness.",
            ),
            Item(
                "5b",
                TEXTS["5b"],
                (answers.period,),
                "start and end of accrual and, if it applies, of follow-up.",
            ),
            Item("6a", TEXTS["6a"], (answers.covariates,), "setting and centres."),
            Item(
                "6b",
                TEXTS["6b"],
                (data_statements.exclusions,),
                "eligibility criteria of the data set itself.",
            ),
            Item(
                "6c",
                TEXTS["6c"],
                (),
                "treatments, or that they do not matter here.",
            ),
            Item(
                "7",
                TEXTS["7"],
                (answers.cleaning, data_statements.preprocessing, data_statements.twins),
                "whether these were alike across sociodemographic groups.",
            ),
        ),
        "Methods: outcome and predictors": (
            Item(
                "8a",
                TEXTS["8a"],
                (data_statements.label,),
                "definition, time horizon and assessment of the outcome.",
            ),
            Item(
                "8b",
                TEXTS["8b"],
                (),
                "assessors, or that the outcome is not subjective.",
            ),
            Item("8c", TEXTS["8c"], (), "blinding."),
            Item(
                "9a",
                TEXTS["9a"],
                (answers.feature_selection,),
                "how the measured predictors were chosen.",
            ),
            Item(
                "9b",
                TEXTS["9b"],
                (answers.acquisition,),
                "definitions and times of measurement.",
            ),
            Item("9c", TEXTS["9c"], (), "assessors, or that no predictor is subjective."),
        ),
        "Methods: sample size and missing data": (
            Item("10", TEXTS["10"], (answers.sample_size,)),
            Item(
                "11",
                TEXTS["11"],
                (data_statements.missing, answers.missing_at_prediction, data_statements.exclusions),
            ),
        ),
        "Methods: analysis": (
            Item("12a", TEXTS["12a"], (data_statements.division,)),
            Item("12b", TEXTS["12b"], (data_statements.preprocessing,)),
            Item(
                "12c",
                TEXTS["12c"],
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
                TEXTS["12d"],
                (answers.heterogeneity,),
                "heterogeneity of parameters across clusters; and of performance, where no batch or site is declared.",
            ),
            Item(
                "12e",
                TEXTS["12e"],
                (evaluation_statements.measures, evaluation_statements.intervals, evaluation_statements.tests),
                "clinical utility (for example decision curves), which the workflow does not compute.",
            ),
            Item("12f", TEXTS["12f"], (), NONE_MADE),
            Item(
                "12g",
                TEXTS["12g"],
                (practice_statements.models_saved, answers.evaluation_files),
            ),
            Item("13", TEXTS["13"], (answers.balance,)),
            Item(
                "14",
                TEXTS["14"],
                (answers.subgroups,),
                "approaches to fairness, or that none was taken.",
            ),
            Item("15", TEXTS["15"], (answers.output,)),
            Item(
                "16",
                TEXTS["16"],
                (data_statements.parts_alike, answers.strategy, answers.external),
            ),
            Item("17", TEXTS["17"], (answers.ethics,), "committee, number and consent, unless stated."),
        ),
        "Open science": (
            Item(
                "18a",
                TEXTS["18a"],
                (answers.funding,),
                "funding of this study and the role of the funders.",
            ),
            Item("18b", TEXTS["18b"], (), "conflicts of interest of all authors."),
            Item(
                "18c",
                TEXTS["18c"],
                (answers.plan,),
                "a protocol beyond the registered plan, or that there is none.",
            ),
            Item(
                "18d",
                TEXTS["18d"],
                (answers.plan,),
                "registration in a public register; the plan above is the study's own record.",
            ),
            Item("18e", TEXTS["18e"], (practice_statements.data_availability,), "where the data can be had."),
            Item(
                "18f",
                TEXTS["18f"],
                (practice_statements.software, practice_statements.configuration, practice_statements.reproduction),
                "a link or DOI of this version of the study's repository.",
            ),
            Item("19", TEXTS["19"], (), "involvement, or that there was none."),
        ),
        "Results": (
            Item(
                "20a",
                TEXTS["20a"],
                (answers.flow,),
                "follow-up time, if it applies.",
            ),
            Item(
                "20b",
                TEXTS["20b"],
                (data_statements.size, data_statements.label, data_statements.missing),
                "a table of characteristics, demographic groups included.",
            ),
            Item(
                "20c",
                TEXTS["20c"],
                (data_statements.parts_alike,),
                "distributions of important predictors in both parts.",
            ),
            Item("21", TEXTS["21"], (answers.numbers,)),
            Item(
                "22",
                TEXTS["22"],
                (modelling_statements.chosen, practice_statements.models_saved),
                "where the model can be had, and restrictions on its use.",
            ),
            Item(
                "23a",
                TEXTS["23a"],
                (evaluation_statements.figures, evaluation_statements.verdict, answers.calibration, answers.subgroups),
                "performance in key subgroups.",
            ),
            Item("23b", TEXTS["23b"], (answers.heterogeneity,)),
            Item("24", TEXTS["24"], (), NONE_MADE),
        ),
        "Discussion": (
            Item(
                "25",
                TEXTS["25"],
                (answers.verdict, answers.who),
                "the interpretation.",
            ),
            Item("26", TEXTS["26"], (answers.all_limitations,)),
            Item(
                "27a",
                TEXTS["27a"],
                (answers.missing_at_prediction,),
                "how input of poor quality is recognised in practice.",
            ),
            Item("27b", TEXTS["27b"], (), "what users must do and know."),
            Item("27c", TEXTS["27c"], (answers.step,)),
        ),
    },
)
