"""The pages in a real browser: they can be read on a desk, on a phone and on paper, in light and dark, without any network."""

import io
import json
import re
from pathlib import Path

import matplotlib.image
import numpy as np
import pandas as pd
import pytest
from chromium import Browser

pytestmark = pytest.mark.slow
PAGES = ("report/report.html", "explore/explore.html", "design/design.html")
DESK, PHONE = 1400, 390
AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
FIGURES = """[...document.querySelectorAll('figure')].map(figure => {
    const drawing = figure.querySelector('svg'), box = drawing.getBoundingClientRect();
    return {id: figure.id, width: box.width, height: box.height, left: box.left, right: box.right,
            role: drawing.getAttribute('role'), words: drawing.getAttribute('aria-label') || '',
            labels: drawing.querySelectorAll('text').length, caption: figure.querySelector('figcaption').textContent};
})"""
DEAD_LINKS = """[...document.querySelectorAll('a[href^="#"]')].map(link => link.getAttribute('href').slice(1))
    .filter(target => !document.getElementById(decodeURIComponent(target)))"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    started = Browser(tmp_path_factory.mktemp("profile"))
    yield started
    started.close()


@pytest.fixture(params=PAGES)
def page(study, request) -> Path:
    return study / "results" / request.param


@pytest.fixture
def report(study) -> Path:
    return study / "results/report/report.html"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [DESK, PHONE])
def test_a_page_works_in_its_window(browser, page, width, dark):
    browser.open(page, width, dark=dark)
    asked = [event["request"]["url"] for event in browser.of("Network.requestWillBeSent")]
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert [url for url in asked if url.startswith("file:")] == [page.as_uri()]
    assert browser.of("Runtime.exceptionThrown") == []
    assert [e["entry"]["text"] for e in browser.of("Log.entryAdded") if e["entry"]["level"] == "error"] == []
    assert browser.evaluate("document.documentElement.scrollWidth") <= width
    for figure in browser.evaluate(FIGURES):
        assert figure["width"] > 200 and figure["height"] > 50, figure["id"]
        assert figure["left"] >= 0 and figure["right"] <= width, figure["id"]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [DESK, PHONE])
def test_nobody_is_shut_out(browser, page, width, dark):
    """WCAG 2 A and AA as axe-core checks them: contrast, names, order of headings, what can be reached by keyboard."""
    assert AXE.exists(), "axe-core is not installed: npm ci --prefix tests/browser, as .ci/run does"
    browser.open(page, width, dark=dark)
    browser.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    browser.evaluate(AXE.read_text(encoding="utf-8") + ";0")
    # The brush of the interactive embedding is drawn by Vega, which gives it no name and no way to be given one.
    told = browser.evaluate(
        "axe.run({exclude: [['.marked_brush'], ['.marked_brush_bg']]}, {runOnly: ['wcag2a', 'wcag2aa']}).then(found => JSON.stringify({passed: found.passes.map(rule => rule.id), "
        "failed: found.violations.map(rule => [rule.id, rule.nodes.slice(0, 3).map(node => node.html.slice(0, 200))])}))"
    )
    found = json.loads(told)
    assert found["failed"] == []
    assert {"color-contrast", "html-has-lang", "document-title", "svg-img-alt"} <= set(found["passed"])


def test_every_link_inside_a_page_lands(browser, page):
    browser.open(page, DESK)
    assert browser.evaluate(DEAD_LINKS) == []
    names = browser.evaluate("[...document.querySelectorAll('[id]')].map(each => each.id)")
    assert len(names) == len(set(names)), "identifiers repeat"


def test_every_figure_has_a_drawing_with_words(browser, page):
    browser.open(page, DESK)
    figures = browser.evaluate(FIGURES)
    assert len(figures) >= (1 if page.name == "design.html" else 4)
    for number, figure in enumerate(figures, start=1):
        assert figure["role"] == "img" and len(figure["words"]) >= 20
        assert figure["labels"] >= 3, figure["id"]
        assert re.match(rf"Figure {number}\. .{{40,}}", figure["caption"])


def test_every_check_leads_to_its_evidence(browser, report):
    browser.open(report, DESK)
    links = browser.evaluate(
        "[...document.querySelectorAll('a.evidence')].map(each => each.getAttribute('href').slice(1))"
    )
    scorecard = json.loads((report.parent / "scorecard.json").read_text(encoding="utf-8"))
    made = [check for check in scorecard["checks"] if check["status"] != "skip"]
    assert len(links) >= len(made)
    wanted = {check["evidence"] for check in made if check["evidence"]}
    assert wanted <= set(links), "a check's own evidence is not on the page"
    # Statuses are told by shape and word, not by colour alone.
    drawn = browser.evaluate(
        "[...document.querySelectorAll('.scorecard li .status')].map(each => [each.className, each.textContent.trim(), each.querySelector('svg').innerHTML])"
    )
    shapes = {}
    for name, word, shape in drawn:
        shapes.setdefault((name, word), set()).add(shape)
    assert all(len(each) == 1 for each in shapes.values())
    assert len({next(iter(each)) for each in shapes.values()}) == len(shapes) >= 3


def test_evidence_that_is_folded_away_opens_when_it_is_asked_for(browser, report):
    browser.open(report, DESK)
    assert browser.evaluate("document.querySelector('#metrics details').open") is False
    shown = browser.evaluate(
        "location.hash = '#metrics', new Promise(done => setTimeout(() => done(document.querySelector('#metrics').getBoundingClientRect().top), 300))"
    )
    assert 0 <= shown < 600


def test_the_contents_stay_in_view(browser, report):
    for width, fixed in ((DESK, "fixed"), (PHONE, "sticky")):
        browser.open(report, width)
        assert browser.evaluate("getComputedStyle(document.querySelector('nav.contents')).position") == fixed
        browser.evaluate("window.scrollTo(0, 5000)")
        assert browser.evaluate("document.querySelector('nav.contents').getBoundingClientRect().top") == 0
    assert browser.evaluate("document.querySelectorAll('nav.contents li').length") >= 16


def test_everything_prints(browser, page):
    """On paper nothing stays folded, and no line is wider than the sheet."""
    browser.open(page, 700)
    browser.send("Emulation.setEmulatedMedia", media="print")
    browser.wait_until_drawn()
    hidden = browser.evaluate(
        "[...document.querySelectorAll('details table')].filter(each => !each.checkVisibility({contentVisibilityAuto: true}) || !each.getBoundingClientRect().height).length"
    )
    assert hidden == 0
    assert browser.evaluate("document.documentElement.scrollWidth") <= 700
    assert browser.pdf()[:5] == b"%PDF-"


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_a_page_is_not_empty_and_follows_the_readers_choice_of_dark(browser, page, width):
    pictures = []
    for dark in (False, True):
        browser.open(page, width, dark=dark)
        pictures.append(matplotlib.image.imread(io.BytesIO(browser.screenshot()))[:, :, :3])
    light, dark = pictures
    assert light[-2, -2].mean() > 0.95 and dark[-2, -2].mean() < 0.15
    for picture in pictures:
        ink = (np.abs(picture - picture[-2, -2]).max(axis=2) > 0.3).mean()
        assert 0.01 < ink < 0.5


def test_the_first_part_prints_to_two_pages(browser, report):
    """An A4 sheet without its margins is 688 x 1,001 pixels."""
    browser.open(report, 688)
    browser.send("Emulation.setEmulatedMedia", media="print")
    browser.wait_until_drawn()
    ends = browser.evaluate("document.querySelector('#scorecard').getBoundingClientRect().top + window.scrollY")
    assert 500 < ends <= 2 * 1001


CUT = (
    """[...document.querySelectorAll('.scroll:has(> table)')].filter(each => each.scrollWidth > each.clientWidth + 1)"""
)


def test_no_table_is_wider_than_a_desk_and_on_a_phone_each_can_be_moved_to_its_end(browser, page):
    browser.open(page, 960)
    browser.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    browser.wait_until_drawn()
    assert browser.evaluate(f"{CUT}.map(each => each.getAttribute('aria-label'))") == []
    browser.open(page, PHONE)
    browser.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    browser.wait_until_drawn()
    moved = browser.evaluate(
        f"""{CUT}.map(each => {{ each.scrollLeft = 1e6; const last = [...each.querySelectorAll('thead th')].pop();
        return [last.getBoundingClientRect().right - each.getBoundingClientRect().right,
                getComputedStyle(each).backgroundImage.split('gradient').length - 1]; }})"""
    )
    assert all(beyond <= 1 and shades == 4 for beyond, shades in moved)
    if page.name == "report.html":
        assert len(moved) > 5


TABLE = "document.querySelector('#comparisons table')"


def test_a_table_sorts_by_a_heading_and_back(browser, report):
    browser.open(report, DESK)
    column = f"{TABLE}.tHead.rows[0].cells[2]"
    values = f"[...{TABLE}.tBodies[0].rows].map(row => row.cells[2].textContent)"
    given = browser.evaluate(values)
    numbers = [float(text.replace("−", "-")) for text in given]
    assert browser.evaluate(f"{column}.textContent") == "Difference" and len(numbers) >= 3 and min(numbers) < 0
    assert numbers != sorted(numbers) and numbers != sorted(numbers, reverse=True)
    seen = []
    for _ in range(3):
        browser.evaluate(f"{column}.querySelector('button').click()")
        now = [float(text.replace("−", "-")) for text in browser.evaluate(values)]
        seen.append((browser.evaluate(f"{column}.getAttribute('aria-sort')"), now))
    assert seen == [("ascending", sorted(numbers)), ("descending", sorted(numbers, reverse=True)), (None, numbers)]


@pytest.mark.parametrize("allowed", [True, False], ids=["clipboard", "selection"])
def test_a_table_is_copied_as_tab_separated_numbers(browser, report, allowed):
    """By the clipboard where the browser lets a page use it, else as a selection is copied."""
    browser.open(report, DESK)
    write = "window.taken = text;" if allowed else "throw new Error('not allowed');"
    browser.evaluate(
        f"""navigator.clipboard.writeText = async (text) => {{ {write} }};
        document.addEventListener('copy', () => {{ window.taken = document.activeElement.value; }});"""
    )
    taken, told = browser.evaluate(
        f"""const tools = {TABLE}.parentElement.nextElementSibling; {TABLE}.closest('details').open = true;
        tools.querySelector('button').click(); new Promise(done => setTimeout(() => done([window.taken, tools.textContent]), 200))"""
    )
    copied = pd.read_csv(io.StringIO(taken), sep="\t")
    table = pd.read_csv(report.parents[1] / "evaluation/combined_comparisons.tsv", sep="\t")
    assert list(copied.columns[:5]) == ["Model", "Against", "Difference", "from", "to"]
    assert copied["Difference"].tolist() == pytest.approx(table["difference"].tolist(), abs=0.0005)
    assert told == f"Copy as TSV copied, rows: {len(table)}"


def test_the_report_is_one_file_that_can_be_mailed(report):
    assert report.stat().st_size < 15e6
