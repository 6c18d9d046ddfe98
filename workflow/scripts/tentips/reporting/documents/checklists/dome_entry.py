"""An entry for the DOME registry (schema 2.0.0, doi:10.1038/s41592-021-01205-4), filled in from the run.

Names and types of the fields are those of the schema (BioComputingUP/dome-schema, CC BY 4.0), "confidance" included. What
the run does not know stays empty (null or ""), so that the author sees what is left; a test holds every field against its type.
"""

import math

from tentips.models.names import model_title
from tentips.reporting.documents.checklists import answers
from tentips.reporting.documents.references import library, spelled_out
from tentips.reporting.documents.statements import (
    data_statements,
    evaluation_statements,
    modelling_statements,
    practice_statements,
)
from tentips.results import Results, only
from tentips.statistics.metric_names import NAMES
from tentips.study.config import split_strategy

# Simpler models that can be read as they are: a line of weights, a table of frequencies.
TRANSPARENT = ("logistic", "naive_bayes", "dummy")


def entry(results: Results) -> dict:
    """Return the entry: publication, data, optimization, model and evaluation, each a dictionary of typed fields."""
    sections = {
        "publication": _publication(results),
        "data": _data(results),
        "optimization": _optimization(results),
        "model": _model(results),
        "evaluation": _evaluation(results),
    }
    return {"public": False, "isAiGenerated": True, **_cited(sections, library(results))}


def _cited(value, known: dict):
    """The same value, citation keys in its texts spelled out."""
    if isinstance(value, dict):
        return {name: _cited(each, known) for name, each in value.items()}
    return spelled_out(value, known) if isinstance(value, str) else value


def _publication(results: Results) -> dict:
    """What is known before anything is published: the title."""
    return {"title": results.config["study"]["title"], "authors": "", "journal": "", "year": "", "doi": ""}


def _data(results: Results) -> dict:
    parts = only(results.split, repeat=1)["role"].value_counts()
    licences = sorted({each["licence"] for each in results.provenance["sources"] if each["licence"]})
    used_before = answers.prior_uses(results)
    return {
        "availability": {
            "isPub": None,
            "licence": ", ".join(licences),
            "enfMeth": practice_statements.data_availability(results),
        },
        "provenance": {
            "source": data_statements.sources(results),
            "numDP": results.provenance["samples"],
            "prevUse": True if used_before else None,
        },
        "redundancy": {
            "splitMeth": split_strategy(results.config),
            "isIndep": _independent(results),
            "enfMeth": answers.independence(results),
            "distCmp": data_statements.parts_alike(results),
        },
        "splits": {
            "numSplits": len(parts),
            "dpPerSplit": [int(parts[role]) for role in ("train", "test") if role in parts],
            "otherSplits": f"{results.config['split']['folds']} folds inside the development part",
            "splitDist": data_statements.division(results),
        },
    }


def _independent(results: Results) -> bool | None:
    """Whether the parts are independent: as the checks of leaks and of undeclared replicates say, None where they only warn."""
    found = {check["id"]: check["status"] for check in results.scorecard["checks"]}
    states = {found["leakage"], found["hidden-groups"]}
    return False if "fail" in states else True if states == {"pass"} else None


def _optimization(results: Results) -> dict:
    recommended, selected = (
        evaluation_statements.recommended(results),
        results.config["preprocess"]["select"] is not None,
    )
    mixed = recommended not in results.bests
    found = {} if mixed else results.bests[recommended]["repeats"]["1"]
    parameters = int(found["parameters"]) if found.get("parameters") else None  # counted for networks alone
    return {
        "algorithm": {"algName": modelling_statements.models(results), "isNewAlg": None, "unpubRsn": ""},
        "config": {"cfgAvail": None, "lic": ""},
        "encoding": {"encMeth": data_statements.preprocessing(results)},
        "features": {
            "numF": results.provenance["features"],
            "featSel": selected,
            "trnOnlySel": True if selected else None,
        },
        "fit": {
            "pGtN": None if parameters is None else parameters > found["samples"],
            "noOverFit": modelling_statements.fitting(results),
            "noUnderFit": "",
        },
        "meta": {
            "isMeta": mixed,
            "metaMeths": [model_title(recommended, results.config["data"]["task"])] if mixed else [],
            "metaIndep": True if mixed else None,
        },
        "parameters": {"numP": parameters, "pSelMeth": modelling_statements.tuning(results)},
        "regularisation": {"hasReg": True, "regTechs": [modelling_statements.regularisation(results)]},
    }


def _model(results: Results) -> dict:
    recommended = evaluation_statements.recommended(results)
    return {
        "availability": {"srcAvail": None, "exeAvail": None, "lic": ""},
        "duration": {"runTime": answers.duration(results)},
        "interpretability": {
            "interpType": "transparent" if recommended in TRANSPARENT else "black box",
            "transpEx": answers.interpretability(results),
        },
        "output": {"outType": answers.output(results)},
    }


def _evaluation(results: Results) -> dict:
    row, verdict = results.planned_comparison, results.scorecard["verdict"]["status"]
    task = results.config["data"]["task"]
    simpler = [model_title(name, task) for name in results.config["models"]["baselines"] if name != "dummy"]
    return {
        "method": {"evalMeth": f"{data_statements.division(results)} {evaluation_statements.held_out(results)}"},
        "availability": {"rawAvail": None, "lic": ""},
        "comparison": {"cmpPub": bool(results.config["study"]["published"]), "cmpBase": bool(simpler)},
        "confidance": {"hasCI": not math.isnan(row["low"]), "isStatSig": verdict == "better"},
        "measure": {
            "metrics": [NAMES[name] for name in results.evaluated("combined_metrics")["metric"].unique()],
            "isRep": None,
        },
    }
