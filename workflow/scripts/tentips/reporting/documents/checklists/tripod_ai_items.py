"""The items of TRIPOD+AI in its authors' words (Collins et al. 2024, BMJ 385:e078378, table 2; CC BY 4.0), without its footnotes."""

TEXTS = {
    "1": "Identify the study as developing or evaluating the performance of a multivariable prediction model, the target population, and the outcome to be predicted",
    "2": "See TRIPOD+AI for Abstracts checklist",
    "3a": "Explain the healthcare context (including whether diagnostic or prognostic) and rationale for developing or evaluating the prediction model, including references to existing models",
    "3b": (
        "Describe the target population and the intended purpose of the prediction model in the context of the care "
        "pathway, including its intended users (eg, healthcare professionals, patients, public)"
    ),
    "3c": "Describe any known health inequalities between sociodemographic groups",
    "4": "Specify the study objectives, including whether the study describes the development or validation of a prediction model (or both)",
    "5a": (
        "Describe the sources of data separately for the development and evaluation datasets (eg, randomised trial, "
        "cohort, routine care or registry data), the rationale for using these data, and representativeness of the data"
    ),
    "5b": "Specify the dates of the collected participant data, including start and end of participant accrual; and, if applicable, end of follow-up",
    "6a": "Specify key elements of the study setting (eg, primary care, secondary care, general population) including the number and location of centres",
    "6b": "Describe the eligibility criteria for study participants",
    "6c": "Give details of any treatments received, and how they were handled during model development or evaluation, if relevant",
    "7": "Describe any data pre-processing and quality checking, including whether this was similar across relevant sociodemographic groups",
    "8a": (
        "Clearly define the outcome that is being predicted and the time horizon, including how and when assessed, the "
        "rationale for choosing this outcome, and whether the method of outcome assessment is consistent across "
        "sociodemographic groups"
    ),
    "8b": "If outcome assessment requires subjective interpretation, describe the qualifications and demographic characteristics of the outcome assessors",
    "8c": "Report any actions to blind assessment of the outcome to be predicted",
    "9a": "Describe the choice of initial predictors (eg, literature, previous models, all available predictors) and any pre-selection of predictors before model building",
    "9b": "Clearly define all predictors, including how and when they were measured (and any actions to blind assessment of predictors for the outcome and other predictors)",
    "9c": "If predictor measurement requires subjective interpretation, describe the qualifications and demographic characteristics of the predictor assessors",
    "10": (
        "Explain how the study size was arrived at (separately for development and evaluation), and justify that the "
        "study size was sufficient to answer the research question. Include details of any sample size calculation"
    ),
    "11": "Describe how missing data were handled. Provide reasons for omitting any data",
    "12a": (
        "Describe how the data were used (eg, for development and evaluation of model performance) in the analysis, "
        "including whether the data were partitioned, considering any sample size requirements"
    ),
    "12b": "Depending on the type of model, describe how predictors were handled in the analyses (functional form, rescaling, transformation, or any standardisation)",
    "12c": "Specify the type of model, rationale, all model building steps, including any hyperparameter tuning, and method for internal validation",
    "12d": (
        "Describe if and how any heterogeneity in estimates of model parameter values and model performance was handled "
        "and quantified across clusters (eg, hospitals, countries). See TRIPOD-Cluster for additional considerations"
    ),
    "12e": (
        "Specify all measures and plots used (and their rationale) to evaluate model performance (eg, discrimination, "
        "calibration, clinical utility) and, if relevant, to compare multiple models"
    ),
    "12f": "Describe any model updating (eg, recalibration) arising from the model evaluation, either overall or for particular sociodemographic groups or settings",
    "12g": "For model evaluation, describe how the model predictions were calculated (eg, formula, code, object, application programming interface)",
    "13": "If class imbalance methods were used, state why and how this was done, and any subsequent methods to recalibrate the model or the model predictions",
    "14": "Describe any approaches that were used to address model fairness and their rationale",
    "15": "Specify the output of the prediction model (eg, probabilities, classification). Provide details and rationale for any classification and how the thresholds were identified",
    "16": "Identify any differences between the development and evaluation data in healthcare setting, eligibility criteria, outcome, and predictors",
    "17": "Name the institutional research board or ethics committee that approved the study and describe the participant informed consent or the ethics committee waiver of informed consent",
    "18a": "Give the source of funding and the role of the funders for the present study",
    "18b": "Declare any conflicts of interest and financial disclosures for all authors",
    "18c": "Indicate where the study protocol can be accessed or state that a protocol was not prepared",
    "18d": "Provide registration information for the study, including register name and registration number, or state that the study was not registered",
    "18e": "Provide details of the availability of the study data",
    "18f": "Provide details of the availability of the analytical code",
    "19": "Provide details of any patient and public involvement during the design, conduct, reporting, interpretation, or dissemination of the study or state no involvement",
    "20a": (
        "Describe the flow of participants through the study, including the number of participants with and without the "
        "outcome and, if applicable, a summary of the follow-up time. A diagram may be helpful"
    ),
    "20b": (
        "Report the characteristics overall and, where applicable, for each data source or setting, including the key "
        "dates, key predictors (including demographics), treatments received, sample size, number of outcome events, "
        "follow-up time, and amount of missing data. A table may be helpful. Report any differences across key "
        "demographic groups"
    ),
    "20c": "For model evaluation, show a comparison with the development data of the distribution of important predictors (demographics, predictors, and outcome)",
    "21": "Specify the number of participants and outcome events in each analysis (eg, for model development, hyperparameter tuning, model evaluation)",
    "22": (
        "Provide details of the full prediction model (eg, formula, code, object, application programming interface) to "
        "allow predictions in new individuals and to enable third party evaluation and implementation, including any "
        "restrictions to access or reuse (eg, freely available, proprietary)"
    ),
    "23a": "Report model performance estimates with confidence intervals, including for any key subgroups (eg, sociodemographic). Consider plots to aid presentation",
    "23b": "If examined, report results of any heterogeneity in model performance across clusters. See TRIPOD-Cluster for additional details",
    "24": "Report the results from any model updating, including the updated model and subsequent performance",
    "25": "Give an overall interpretation of the main results, including issues of fairness in the context of the objectives and previous studies",
    "26": (
        "Discuss any limitations of the study (such as a non-representative sample, sample size, overfitting, missing "
        "data) and their effects on any biases, statistical uncertainty, and generalisability"
    ),
    "27a": "Describe how poor quality or unavailable input data (eg, predictor values) should be assessed and handled when implementing the prediction model",
    "27b": "Specify whether users will be required to interact in the handling of the input data or use of the model, and what level of expertise is required of users",
    "27c": "Discuss any next steps for future research, with a specific view to applicability and generalisability of the model",
}
