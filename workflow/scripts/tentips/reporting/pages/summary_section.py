"""The first minute: is the network better, can that be believed, what should be done next?"""

import html
import math

from tentips.checks.order import BY_ID, CAPS, INVALIDATES, QUALIFIES, with_effect
from tentips.checks.verdict import test_groups
from tentips.models.names import in_sentence, model_title
from tentips.reporting.documents.next_step import next_step
from tentips.reporting.pages import page, scorecard_section
from tentips.results import Results
from tentips.statistics.metric_names import NAMES, metric_in_sentence
from tentips.statistics.smallest_difference import CANNOT_SAY
from tentips.study.config import split_strategy

FEW_GROUPS = 100  # independent groups in one test part below which several test parts are advised


def verdict(results: Results) -> str:
    """The two answers in a paragraph each, a picture of the difference, and one line of what limits the answer."""
    card = results.scorecard
    judged = card["verdict"]
    statement = "".join(_answer(part) for part in judged["parts"] or [judged["text"]])
    limit = (
        f'<p class="limit"><b>What limits the answer:</b> {page.text(judged["limit"])}</p>' if judged["limit"] else ""
    )
    return f'<div class="verdict {judged["status"]}" id="verdict">{statement}{_gauge(results)}{limit}</div>'


def _answer(text: str) -> str:
    first, _, rest = text.partition(". ")
    return f"<p><strong>{page.text(first)}.</strong> {page.text(rest)}</p>" if rest else f"<p>{page.text(text)}</p>"


def answers(results: Results) -> str:
    """Two short answers beside the verdict: whether it can be believed, and what to do next."""
    steps = "".join(f"<li>{step}</li>" for step in next_steps(results))
    return (
        f'<div class="answers"><section><h2>Can it be believed?</h2>{_believed(results)}</section>'
        f'<section id="next-step"><h2>What to do next</h2><ol>{steps}</ol></section></div>'
    )


def next_steps(results: Results) -> list[str]:
    """Return what this study asks for, the most urgent first, as HTML."""
    steps = [page.text(next_step(results))]
    if results.scorecard["recommended"]:
        steps.append(page.text(results.scorecard["why"]))
    small = advice(results)
    if small:
        steps.append(small)
    wanting = [
        check for status in ("fail", "warn") for check in results.scorecard["checks"] if check["status"] == status
    ]
    if wanting:
        steps.append(f"Look into what the checks find wanting: {scorecard_section.links(wanting)}.")
    return steps


def advice(results: Results) -> str:
    """What the size of the test part asks for, where it is small; else nothing."""
    repeats, groups = results.config["split"]["repeats"], test_groups(results)
    if repeats > 1 or groups >= FEW_GROUPS or split_strategy(results.config) in ("given", "time"):
        return ""
    return (
        f"Test on more than one part: {groups} independent groups are few, and another division could have given another answer. "
        f"Set <code>split.repeats</code> to 5 or more (nested evaluation: Vabalas et al. 2019, doi:10.1371/journal.pone.0224365)."
    )


def _believed(results: Results) -> str:
    checks = results.scorecard["checks"]
    made = [check for check in checks if check["status"] != "skip"]
    failed = [check for check in made if check["status"] == "fail"]
    warned = [check for check in made if check["status"] == "warn"]
    invalid, capped, qualified = (with_effect(made, effect) for effect in (INVALIDATES, CAPS, QUALIFIES))
    if invalid:
        answer = (
            f"<strong>No.</strong> {scorecard_section.links(invalid)} must hold before any figure here means anything."
        )
    elif capped:
        answer = f"<strong>The comparison cannot.</strong> {scorecard_section.links(capped)} must hold before it decides anything."
    elif results.scorecard["verdict"]["status"] == CANNOT_SAY:
        # No check failed, but the test part has too few groups or sites, or the claim would need more than there is.
        answer = "<strong>The comparison cannot.</strong> What it lacks is said above."
    elif qualified:
        answer = f"<strong>With reservations.</strong> {_number(len(qualified), 'finding limits', 'findings limit')} the claim: {scorecard_section.links(qualified)}."
    else:
        answer = "<strong>As far as it was checked, yes.</strong> No finding speaks against it."
    rests = [check for check in made if BY_ID[check["id"]].fails in (INVALIDATES, CAPS)]
    counted = f"Of {len(made)} checks that were made, {len(made) - len(failed) - len(warned)} pass, {_number(len(warned), 'warns', 'warn')} and {_number(len(failed), 'fails', 'fail')}"
    skipped = len(checks) - len(made)
    left = f"; {skipped} were not made" if skipped else ""
    return f'<p>{answer}</p><p>The answer rests on these checks: {scorecard_section.links(rests)}.</p><p>{counted}{left}: <a href="#scorecard">the scorecard</a>.</p>'


def _number(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _gauge(results: Results) -> str:
    """The planned difference with its interval against zero, where the study can say something."""
    row, status = results.planned_comparison, results.scorecard["verdict"]["status"]
    low, value, high = (float(row[name]) for name in ("low", "difference", "high"))
    if status == CANNOT_SAY or math.isnan(low):
        return ""
    task, confidence = results.config["data"]["task"], results.config["evaluation"]["confidence"]
    least = results.scorecard["smallest_difference"]
    reach = 1.25 * max(abs(low), abs(high), least)

    def place(end: float) -> str:
        return f"{50 + 50 * end / reach:.1f}%"

    what = f"{NAMES[row['metric']]}, {model_title(row['a'], task)} minus {in_sentence(row['b'], task)}"
    alt = f"{what}: {value:+.3f}, {confidence:.0%} interval {low:+.3f} to {high:+.3f}; smallest difference that matters {least:g}"
    ticks = "".join(
        f'<span style="left:{place(end)}">{f"{end:+g}".replace("-", "−") if end else "0"}</span>'
        for end in (-least, 0, least)
    )
    return (
        f'<div class="gauge"><div class="line" role="img" aria-label="{html.escape(alt, quote=True)}">'
        f'<i class="same" style="left:{place(-least)};width:{50 * 2 * least / reach:.1f}%"></i><i class="zero"></i>'
        f'<i class="bar" style="left:{place(low)};width:{50 * (high - low) / reach:.1f}%"></i><i class="dot" style="left:{place(value)}"></i></div>'
        f'<div class="ticks">{ticks}</div>'
        f'<p class="ends"><span>simpler model better</span><span>difference in {metric_in_sentence(row["metric"])}; shaded: too small to matter</span><span>network better</span></p></div>'
    )
