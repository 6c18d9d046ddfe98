"""A model card (Mitchell et al. 2019) for the model that the verdict recommends, in the format of the Hugging Face Hub.

The metadata are those of https://github.com/huggingface/hub-docs/blob/main/modelcard.md; evaluation results are in
`model-index`.
"""

import html
import math

import yaml

from tentips.models.names import in_sentence, model_title
from tentips.reporting.documents import limitations
from tentips.reporting.documents.next_step import next_step
from tentips.reporting.documents.plain_text import plain
from tentips.reporting.documents.references import bibtex, keys_in, library, spelled_out
from tentips.reporting.documents.statements import (
    data_statements,
    evaluation_statements,
    modelling_statements,
    practice_statements,
)
from tentips.reporting.pages import energy_section
from tentips.results import Results, only
from tentips.statistics.metric_names import METRICS, NAMES
from tentips.wording import sentence

STORES_SAMPLES = "A model of this kind stores training samples as they are: whoever has it has them."
MITCHELL = "Mitchell et al. (2019), doi:10.1145/3287560.3287596"


def metadata(results: Results) -> dict:
    """Return the card's metadata; `license` is unknown, because no study declares one for its models."""
    config, model = results.config, evaluation_statements.recommended(results)
    task = config["data"]["task"]
    kind = f"tabular-{task}"
    table = only(results.evaluated("combined_metrics"), model=model)
    measured = [row for row in table.itertuples() if math.isfinite(row.value)]
    network = model in config["models"]["networks"]
    return {
        "license": "unknown",
        "library_name": "keras" if network else "sklearn",
        "pipeline_tag": kind,
        "tags": ["tentips", "biology", kind, "keras" if network else "sklearn"],
        "metrics": [row.metric for row in measured],
        "model-index": [
            {
                "name": f"{config['study']['title']} ({model_title(model, task)})",
                "results": [
                    {
                        "task": {"type": kind, "name": f"{task.capitalize()} of {config['data']['label']}"},
                        "dataset": {
                            "type": config["data"]["features"],
                            "name": f"{config['data']['features']}, {evaluation_statements.tested(results)}",
                            "split": "test",
                        },
                        "metrics": [
                            {"type": row.metric, "value": round(float(row.value), 4), "name": _named(results, row)}
                            for row in measured
                        ],
                    }
                ],
            }
        ],
    }


def _named(results: Results, row) -> str:
    if math.isnan(row.low):
        return f"{NAMES[row.metric]} (no interval)"
    return f"{NAMES[row.metric]} ({results.config['evaluation']['confidence']:.0%} interval {row.low:.3f} to {row.high:.3f})"


def parts(results: Results) -> dict[str, list[str]]:
    """Return the paragraphs of each section, citations spelled out."""
    known = library(results)
    statement = {
        "Model description": [_description(results), _files(results)],
        "Intended uses and limits": [
            _uses(results),
            limitations.scope(results),
            *_sentences(results),
            " ".join(limitations.not_examined(results)),
        ],
        "Training data": [
            f"{data_statements.sources(results)} {data_statements.size(results)} {data_statements.label(results)}",
            data_statements.exclusions(results),
            data_statements.missing(results),
        ],
        "Training procedure": [
            data_statements.division(results),
            data_statements.preprocessing(results),
            f"{modelling_statements.tuning(results)} {_training(results)}",
        ],
        "Evaluation": [
            evaluation_statements.held_out(results),
            evaluation_statements.intervals(results),
            evaluation_statements.verdict(results),
        ],
        "Environmental impact": [energy_section.sentence(results), energy_section.assumptions(results)],
    }
    return {name: [spelled_out(text, known) for text in texts if text] for name, texts in statement.items()}


def markdown(results: Results) -> str:
    """The card as Markdown with YAML front matter."""
    front = yaml.safe_dump(metadata(results), sort_keys=False, allow_unicode=True, width=1000)
    lines = [
        f"---\n{front}---",
        "",
        f"# {plain(results.config['study']['title'])} ({_title(results)})",
        "",
        f"> {plain(_warning(results))}",
        "",
    ]
    for name, texts in parts(results).items():
        lines += [f"## {name}", ""]
        lines += [each for text in texts for each in (plain(text), "")]
        if name == "Evaluation":
            lines += [_table(results), ""]
    lines += ["## Citation", "", "```bibtex", _bibtex(results).rstrip(), "```", ""]
    return "\n".join(lines)


def section(results: Results) -> str:
    """The card as a section of the report."""
    rows = "".join(
        f"<tr><th scope='row'>{html.escape(name)}</th><td>{''.join(f'<p>{html.escape(text)}</p>' for text in texts)}</td></tr>"
        for name, texts in parts(results).items()
    )
    statement = f"Model card of the {_title(results)} (after {MITCHELL}); results/report/model_card.md has it in the format of the Hugging Face Hub. {_warning(results)}"
    return f'<p>{html.escape(statement)}</p><table class="datasheet"><tbody>{rows}</tbody></table>'


def _title(results: Results) -> str:
    return in_sentence(evaluation_statements.recommended(results), results.config["data"]["task"])


def _warning(results: Results) -> str:
    if results.scorecard["verdict"]["status"] == "cannot_say":
        return f"Not for use. {results.scorecard['verdict']['text']} This card is of the model that came first on the development part."
    licence = "No licence is declared for this model, so that nobody else may use it until its owner says so."
    private = (
        ""
        if results.config["study"]["sensitive"] is False
        else f" {evaluation_statements.check(results, 'sensitivity')}"
    )
    return f"{licence}{private}"


def _description(results: Results) -> str:
    model, study = evaluation_statements.recommended(results), results.config["study"]
    network = model in results.config["models"]["networks"]
    what = f"{model_title(model, results.config['data']['task'])} that predicts {results.config['data']['label']} of one {study['unit']} from {results.provenance['inputs']}"
    seeds = f"; trained {results.config['tuning']['seeds']} times with different seeds" if network else ""
    where = ", in the first of the repeats" if results.config["split"]["repeats"] > 1 else ""
    return f"{what}{seeds}. Question of the study: {sentence(study['question'])} Settings{where}: {modelling_statements.settings(results, model)}."


def _files(results: Results) -> str:
    model, repeats = evaluation_statements.recommended(results), results.config["split"]["repeats"]
    number = "REPEAT" if repeats > 1 else "1"
    each = " (one for each repeat, trained on that repeat's development part)" if repeats > 1 else ""
    if model in results.config["models"]["networks"]:
        return f"Files: results/network/{model}/seeds/{number}_SEED.keras and the preparation that belongs before it, results/network/{model}/prepare_{number}.skops{each}."
    return f"File: results/baseline/{model}/model_{number}.skops, preparation included{each}; to be loaded with skops, which asks before it trusts a type."


def _uses(results: Results) -> str:
    unsuitable = data_statements.stated(results, "unsuitable_uses")
    step = next_step(results)
    stores = STORES_SAMPLES if evaluation_statements.recommended(results) in ("nearest_neighbours", "svm") else ""
    statement = f"Made to answer the question of the study, not for decisions about single cases. {unsuitable} {stores} What should come next: {step}"
    return " ".join(statement.split())


def _sentences(results: Results) -> list[str]:
    return [" ".join(statement) for statement in limitations.limitations(results).values()]


def _training(results: Results) -> str:
    network = evaluation_statements.recommended(results) in results.config["models"]["networks"]
    return (
        f"{modelling_statements.stopping(results)} {modelling_statements.seeds(results)}"
        if network
        else "The chosen configuration was refitted on the whole development part."
    )


def _table(results: Results) -> str:
    model, task = evaluation_statements.recommended(results), results.config["data"]["task"]
    table = only(results.evaluated("combined_metrics"), model=model).set_index("metric")
    confidence = f"{results.config['evaluation']['confidence']:.0%}"
    rows = [
        f"| {NAMES[name]} | {_number(table.loc[name, 'value'])} | {_number(table.loc[name, 'low'])} | {_number(table.loc[name, 'high'])} |"
        for name in METRICS[task]
    ]
    head = f"On {plain(evaluation_statements.tested(results))}; higher is better throughout.\n\n| metric | value | {confidence} interval from | to |\n| --- | --- | --- | --- |"
    return "\n".join([head, *rows])


def _number(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.3f}"


def _bibtex(results: Results) -> str:
    cited = keys_in(f"{data_statements.sources(results)} {practice_statements.software(results)}")
    return bibtex([key for key in cited if key.startswith("data") or key == "lee2022"], library(results))
