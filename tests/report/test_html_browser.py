"""
The page in a real browser: silent, usable by keyboard, readable in light and dark, on a desk and on a phone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import chromium
import hostile
import pytest
import report_example as example

from schemadiff.decide import SourceText
from schemadiff.instance import dumps
from schemadiff.report import Report, Style, render
from schemadiff.report.escaping import cut, visible

Show = Callable[..., chromium.Page]

pytestmark = pytest.mark.skipif(chromium.PROGRAM is None, reason="Chromium is not installed")


@pytest.fixture(scope="module")
def page() -> Iterator[chromium.Page]:
    """
    One browser for all, since it takes a second to start.
    """
    with chromium.browser() as opened:
        yield opened


@pytest.fixture
def show(page: chromium.Page, tmp_path: Path) -> Iterator[Show]:
    """
    Writes a report as a page and opens it; afterwards nothing may have been complained of or asked for.
    """
    file = tmp_path / "report.html"

    def open_it(
        report: Report = example.REPORT, *, width: int = 1280, dark: bool = False, hash_: str = ""
    ) -> chromium.Page:
        file.write_text(render(report, "html", style=Style()), encoding="utf-8")
        page.look(width=width, dark=dark)
        page.open(file.as_uri() + hash_)
        return page

    yield open_it
    assert {each.partition("#")[0] for each in page.requests()} <= {file.as_uri(), "data:,"}
    assert page.complaints() == []


SHOWN = "[...document.querySelectorAll('article.card')].filter(each => each.offsetParent !== null)"
NAMES = f"{SHOWN}.map(each => each.querySelector('code').textContent)"
EVENT = "dispatchEvent(new Event('input', {bubbles: true}))"


def choose(page: chromium.Page, script: str) -> list[str]:
    """
    Change a filter, and tell what is left.
    """
    page.run(f"(() => {{ {script} }})()")
    page.settle()
    names: list[str] = page.run(NAMES)
    return names


def test_filters_show_what_fits(show: Show) -> None:
    """
    Each alone, together, and none of them after a reset.
    """
    page = show()
    everything = page.run(NAMES)
    by_search = choose(page, f"q.value = 'timeout_SECONDS 61'; q.{EVENT}")
    count = page.run("document.getElementById('count').textContent")
    by_kind = choose(
        page,
        f"q.value = ''; let box = document.querySelector('input[value=breaking]'); box.checked = false; box.{EVENT}",
    )
    by_level = choose(page, f"let box = document.querySelector('input[value=error]'); box.checked = false; box.{EVENT}")
    page.run("document.querySelector('button[type=reset]').click()")
    page.settle()
    after_reset = page.run(NAMES)
    by_contract = choose(page, f"contract.value = 'job_response'; contract.{EVENT}")
    by_direction = choose(page, f"contract.value = ''; direction.value = 'forward'; direction.{EVENT}")
    page.run("document.querySelector('button[type=reset]').click()")
    without_waived = choose(page, f"waived.checked = false; waived.{EVENT}")

    assert len(everything) == 11
    assert by_search == ["maximum-lowered", "maximum-lowered"]
    assert count == "2 of 11 shown"
    assert "maximum-lowered" not in by_kind
    assert "version-removed" in by_kind
    assert by_level == [
        "unbounded-number",
        "pattern-changed",
        "optional-property-added",
        "max-length-raised",
        "documentation-changed",
    ]
    assert after_reset == everything
    assert by_contract == by_direction == ["enum-value-added"]
    assert len(without_waived) == 9


def test_where_nothing_fits_the_page_says_so(show: Show) -> None:
    """
    In every part that had findings.
    """
    page = show()

    assert choose(page, f"q.value = 'nothing is called this'; q.{EVENT}") == []
    assert page.run("[...document.querySelectorAll('.nothing')].filter(each => each.offsetParent !== null).length") == 4


def test_it_is_used_by_keyboard(show: Show) -> None:
    """
    The slash finds the search, tab walks on, space and enter work, and the focus is always seen.
    """
    page = show()
    page.press("/", code=191, text="/")
    assert page.run("document.activeElement.id") == "q"
    page.press("Tab", code=9)
    assert page.run("document.activeElement.value") == "breaking"
    assert page.run("getComputedStyle(document.activeElement.nextElementSibling).outlineStyle") == "solid"
    page.press(" ", code=32, text=" ")
    assert "maximum-lowered" not in page.run(NAMES)

    page.run("document.querySelector('#f0-3 summary').focus()")
    page.press("Enter", code=13, text="\r")
    assert page.run("document.querySelector('#f0-3 details').open") is True
    reachable = page.run(
        "[...document.querySelectorAll('.scroller, button, summary, a, input, select, pre')]"
        ".filter(each => each.offsetParent !== null && each.tabIndex < 0).length"
    )
    assert reachable == 0


def test_payloads_are_copied_as_they_are(show: Show) -> None:
    """
    Not as they are laid out; by the clipboard, or by the old way where there is none.
    """
    text = '{"schema_version": "v1", "list": [' + ", ".join(f'"number {number}"' for number in range(20)) + "]}"
    finding = replace(example.LOWERED, backward=example.payload(text))
    page = show(replace(example.REPORT, comparisons=(replace(example.REQUEST, findings=(finding,)),)))
    page.run(
        "Object.defineProperty(navigator, 'clipboard', {value: {writeText: async text => { window.copied = text; }}})"
    )
    page.run("document.querySelector('#f0-0 button.copy').click()")
    page.settle()

    assert page.run("window.copied") == text
    assert page.run("document.querySelector('#f0-0 button.copy').textContent") == "Copied"
    assert page.run("document.getElementById('told').textContent") == "Copied."
    assert "\n" in page.run("document.querySelector('#f0-0 pre').textContent")


def test_where_the_clipboard_is_refused_the_old_way_is_tried(show: Show) -> None:
    """
    A page from a file, or an old browser.
    """
    page = show()
    page.run("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.run("addEventListener('copy', () => { window.copied = document.activeElement.value; })")
    page.run("document.querySelector('#f0-0 button.copy').click()")
    page.settle()

    assert page.run("window.copied") == dumps(example.LOWERED.backward.counter_example.instance)
    assert page.run("document.activeElement.className") == "copy"


def test_a_link_to_a_line_unfolds_what_hides_it(show: Show) -> None:
    """
    The texts, and equal lines far from every change.
    """
    lines = [f'"a{number}": {number},' for number in range(200)]
    old, new = "\n".join(lines), "\n".join([*lines[:100], '"a100": 7,', *lines[101:]])
    finding = replace(example.LOWERED, new_place=replace(example.LOWERED.new_place, name="a", line=20))
    pair = replace(
        example.REQUEST,
        findings=(finding,),
        old_sources=(SourceText(name="a", text=old),),
        new_sources=(SourceText(name="a", text=new),),
    )
    page = show(replace(example.REPORT, comparisons=(pair,)))
    seen = "document.getElementById('c0-0-n20').offsetParent !== null"

    assert page.run(seen) is False
    page.run("document.querySelector('a[href=\"#c0-0-n20\"]').click()")
    page.settle()
    assert page.run(seen) is True
    assert page.run("document.querySelector('.unfold').getAttribute('aria-expanded')") == "true"
    page.run("document.querySelector('.unfold').click()")
    assert page.run(seen) is False

    page = show(replace(example.REPORT, comparisons=(pair,)), hash_="#c0-0-n20")
    assert page.run(seen) is True


@pytest.mark.parametrize("text", hostile.NAMES)
def test_hostile_names_stay_text(show: Show, text: str) -> None:
    """
    They are shown, with what cannot be seen made visible, and nothing of them runs.
    """
    page = show(hostile.report(text))
    shown = "\n".join(visible(line) for line in f"{text}: {text}".split("\n"))

    assert page.run("document.scripts.length") == 1
    assert page.run("document.querySelectorAll('h1').length") == 1
    assert page.run("document.querySelector('#f0-0 .message').textContent") == shown


CONTRAST = """
(() => {
  const parse = (text) => { const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number); return [r, g, b, a]; };
  const over = (top, under) => top.slice(0, 3).map((each, i) => each * top[3] + under[i] * (1 - top[3])).concat(1);
  const linear = (each) => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4;
  const light = (colour) => {
    const [r, g, b] = colour.map((each) => linear(each / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    if (element === null) return [255, 255, 255, 1];
    return over(parse(getComputedStyle(element).backgroundColor), ground(element.parentElement));
  };
  const bad = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent.trim();
    if (!text || !element.checkVisibility() || element.closest('script, .sr, title')) continue;
    const style = getComputedStyle(element);
    const under = ground(element);
    const ink = over(parse(element.closest('svg') ? style.fill : style.color), under);
    const [a, b] = [light(ink), light(under)].sort((x, y) => y - x);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < (large ? 3 : 4.5)) bad.add(`${element.outerHTML.slice(0, 80)} ${ratio.toFixed(2)}`);
  }
  return [...bad];
})()
"""


@pytest.mark.parametrize("dark", [False, True])
def test_text_stands_out_from_its_ground(show: Show, dark: bool) -> None:
    """
    By WCAG's measure, level AA, everywhere on the page.
    """
    page = show(dark=dark)
    page.run("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    page.run("document.querySelector('input[value=neutral]').click()")
    page.settle()

    assert page.run("getComputedStyle(document.body).backgroundColor") == (
        "rgb(16, 20, 24)" if dark else "rgb(247, 247, 245)"
    )
    assert page.run(CONTRAST) == []


@pytest.mark.parametrize(
    "report", [example.REPORT, hostile.report(*hostile.NAMES), hostile.report(hostile.LONG)], ids=range(3)
)
@pytest.mark.parametrize("width", [390, 820, 1280])
def test_it_fits_the_screen(show: Show, report: Report, width: int) -> None:
    """
    Nothing but tables and pictures scrolls sideways, and those inside their own frame.
    """
    page = show(report, width=width)
    page.run("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    page.settle()

    assert page.run("document.documentElement.scrollWidth") <= width


def test_it_is_complete_without_its_script(page: chromium.Page, tmp_path: Path) -> None:
    """
    Then nothing is hidden, and no button pretends to do something.
    """
    file = tmp_path / "still.html"
    file.write_text(re.sub("(?s)<script>.*?</script>", "", render(example.REPORT, "html")), encoding="utf-8")
    page.look(width=1280)
    page.open(file.as_uri())

    assert page.run("[...document.querySelectorAll('button')].filter(each => each.offsetParent !== null).length") == 0
    assert page.run(f"{SHOWN}.length") == 11


def test_it_prints_with_everything_unfolded(page: chromium.Page, show: Show) -> None:
    """
    And is as it was afterwards.
    """
    show()
    count = "document.querySelectorAll('details:not([open])').length"
    page.run(f"addEventListener('beforeprint', () => {{ window.opened = {count}; }})")
    folded = page.run(count)
    pdf = page.call("Page.printToPDF", printBackground=True)["data"]

    assert len(pdf) > 10_000
    assert page.run("window.opened") == 0
    assert page.run(count) == folded > 0
    page.call("Emulation.setEmulatedMedia", media="print")
    hidden = page.run("getComputedStyle(document.getElementById('filters')).display")
    page.call("Emulation.setEmulatedMedia", media="")
    assert hidden == "none"


def test_thousands_of_findings_can_be_filtered(show: Show) -> None:
    """
    The page stays usable.
    """
    page = show(hostile.crowd(10_000))

    assert choose(page, f"q.value = 'field_100'; q.{EVENT}") == ["maximum-lowered"]
    assert cut(page.run("document.getElementById('count').textContent"), 40) == "1 of 1003 shown"
