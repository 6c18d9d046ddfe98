"""The texts that the report writes, on a finished study: nothing is cited that is not listed, nothing answered from nowhere."""

import json
import re

import jsonschema
import pytest
import yaml

from tentips.reporting.documents import limitations, methods, model_card, next_step, references
from tentips.reporting.documents.statements import evaluation_statements
from tentips.reporting.pages import energy_section
from tentips.results import Results, only


@pytest.fixture(scope="module")
def results(study):
    return Results(study / "results")


@pytest.fixture(scope="module")
def written(study):
    return study / "results" / "report"


def test_methods_cite_exactly_what_the_bibliography_holds(written):
    text, bib = ((written / name).read_text(encoding="utf-8") for name in ("methods.md", "references.bib"))
    cited = references.keys_in(text)
    assert cited == re.findall(r"^@\w+\{(\w+),$", bib, re.MULTILINE)
    assert {"data1", "pedregosa2011", "abadi2016", "efron1981", "molder2021"} <= set(cited)


def test_methods_tell_the_numbers_of_this_run(results, written):
    text = (written / "methods.md").read_text(encoding="utf-8")
    counts = only(results.split, repeat=1)["role"].value_counts()
    for told in (
        f"into {counts['train']:,} for development and {counts['test']:,} for testing",
        "on the same 3 folds with 3 configurations",
        "at most 15 epochs and stopped after 5 epochs",
        "with 2 seeds (1 to 2)",
        "a jackknife of whole groups",
        "on 4 shuffles of the labels",
        f"scikit-learn {results.jobs[-1]['packages']['scikit-learn']} [@pedregosa2011]",
        "11 of 344 samples were left out",
    ):
        assert told in text, told


def test_model_card_has_the_metadata_of_the_hub_and_the_recommended_models_figures(results, written):
    text = (written / "model_card.md").read_text(encoding="utf-8")
    _, front, body = text.split("---\n", 2)
    told = yaml.safe_load(front)
    assert told["license"] == "unknown" and told["pipeline_tag"] == "tabular-classification"
    assert told["library_name"] in ("sklearn", "keras")
    (found,) = told["model-index"][0]["results"]
    assert found["task"]["type"] and found["dataset"]["type"] and found["dataset"]["name"]
    table = only(results.evaluated("combined_metrics"), model=evaluation_statements.recommended(results)).set_index(
        "metric"
    )
    assert {each["type"]: each["value"] for each in found["metrics"]} == pytest.approx(
        table["value"].dropna().round(4).to_dict(), abs=1e-9
    )
    headings = re.findall(r"^## (.*)$", body, re.MULTILINE)
    assert headings == [*model_card.parts(results), "Citation"]
    roc = table.loc["roc_auc"]
    assert f"| ROC AUC | {roc['value']:.3f} | {roc['low']:.3f} | {roc['high']:.3f} |" in body


@pytest.mark.parametrize(("name", "items"), [("dome", 21), ("reforms", 32)])
def test_checklists_leave_no_item_empty_and_no_citation_key(written, name, items):
    text = (written / "checklists" / f"{name}.md").read_text(encoding="utf-8")
    parts = re.split(r"^\*\*\d+[.a-g]\d? ", text, flags=re.MULTILINE)[1:]
    assert len(parts) == items
    assert all(len(part.split("\n\n", 1)[1].strip()) > 10 for part in parts)
    assert "[@" not in text and "nan" not in text.split()
    assert not (written / "checklists" / "tripod-ai.md").exists()


# The fields of the DOME registry's schema 2.0.0 (BioComputingUP/dome-schema, CC BY 4.0): T text, N number, B boolean, L list.
DOME_FIELDS = {
    "data": {
        "availability": {"isPub": "B", "licence": "T", "enfMeth": "T"},
        "provenance": {"source": "T", "numDP": "N", "prevUse": "B"},
        "redundancy": {"splitMeth": "T", "isIndep": "B", "enfMeth": "T", "distCmp": "T"},
        "splits": {"numSplits": "N", "dpPerSplit": "L", "otherSplits": "T", "splitDist": "T"},
    },
    "optimization": {
        "algorithm": {"algName": "T", "isNewAlg": "B", "unpubRsn": "T"},
        "config": {"cfgAvail": "B", "lic": "T"},
        "encoding": {"encMeth": "T"},
        "features": {"numF": "N", "featSel": "B", "trnOnlySel": "B"},
        "fit": {"pGtN": "B", "noOverFit": "T", "noUnderFit": "T"},
        "meta": {"isMeta": "B", "metaMeths": "L", "metaIndep": "B"},
        "parameters": {"numP": "N", "pSelMeth": "T"},
        "regularisation": {"hasReg": "B", "regTechs": "L"},
    },
    "model": {
        "availability": {"srcAvail": "B", "exeAvail": "B", "lic": "T"},
        "duration": {"runTime": "T"},
        "interpretability": {"interpType": "T", "transpEx": "T"},
        "output": {"outType": "T"},
    },
    "evaluation": {
        "method": {"evalMeth": "T"},
        "availability": {"rawAvail": "B", "lic": "T"},
        "comparison": {"cmpPub": "B", "cmpBase": "B"},
        "confidance": {"hasCI": "B", "isStatSig": "B"},
        "measure": {"metrics": "L", "isRep": "B"},
    },
}
DOME_TYPES = {
    "T": {"type": "string"},
    "N": {"type": ["number", "null"]},
    "B": {"type": ["boolean", "null"]},
    "L": {"type": "array", "items": {"type": ["string", "number"]}},
}


def _strict(fields: dict) -> dict:
    return {
        "type": "object",
        "properties": {
            name: DOME_TYPES[each] if isinstance(each, str) else _strict(each) for name, each in fields.items()
        },
        "required": list(fields),
        "additionalProperties": False,
    }


def test_the_entry_for_the_dome_registry_validates_and_holds_this_studys_numbers(results, written):
    entry = json.loads((written / "checklists" / "dome.json").read_text(encoding="utf-8"))
    assert entry["publication"]["title"] == results.config["study"]["title"]
    sections = {name: entry[name] for name in DOME_FIELDS}
    jsonschema.validate(sections, _strict(DOME_FIELDS))
    assert sections["data"]["provenance"]["numDP"] == 333 and sections["data"]["splits"]["dpPerSplit"] == [250, 83]
    assert sections["optimization"]["features"] == {"numF": 6, "featSel": False, "trnOnlySel": None}
    assert sections["evaluation"]["confidance"] == {"hasCI": True, "isStatSig": False}
    assert "ROC AUC" in sections["evaluation"]["measure"]["metrics"] and "[@" not in json.dumps(entry)


def test_limitations_name_every_check_that_did_not_pass(results):
    found = [text for told in limitations.limitations(results).values() for text in told]
    assert len(found) == sum(check["status"] in ("warn", "fail") for check in results.scorecard["checks"])
    assert not any("data.group" in text or "split." in text for text in found)


def test_energy_is_the_sum_of_the_jobs(results):
    jobs = energy_section.jobs(results)
    assert {job["job"] for job in results.jobs} == set(jobs["job"]) and jobs["kwh"].notna().all()
    told = energy_section.section(results)
    assert energy_section.energy_told(jobs["kwh"].sum()) in told and f"The {len(jobs)} jobs" in told


def test_no_text_holds_a_path_of_this_machine_or_a_sample(results, study, written):
    texts = "".join(
        path.read_text(encoding="utf-8") for path in [*written.glob("*.md"), *written.glob("checklists/*.md")]
    )
    assert str(study) not in texts
    assert not set(results.samples["sample"]) & set(re.findall(r"\w+", texts))


def test_report_holds_every_text(results, written):
    page = (written / "report.html").read_text(encoding="utf-8")
    for anchor in ("limitations", "methods", "checklists", "model-card", "energy", "next-step"):
        assert page.count(f'id="{anchor}"') == 1, anchor
    assert next_step.next_step(results).split(":")[0] in page
    assert len(methods.paragraphs(results)) == 8


def test_status_tells_that_everything_has_run_and_makes_nothing(study):
    from conftest import snakemake

    before = sorted(study.rglob("*"))
    done = snakemake(study, "status")
    assert done.returncode == 0
    assert "27 jobs: 27 done" in done.stdout and "done     network/mlp" in done.stdout
    assert sorted(path for path in study.rglob("*") if ".snakemake" not in path.parts) == [
        path for path in before if ".snakemake" not in path.parts
    ]
