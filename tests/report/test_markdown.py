"""
Markdown as a pull request shows it: always short enough, and never more than text.
"""

from __future__ import annotations

import re
from dataclasses import replace

import hostile
import pytest
import report_example as example

from schemadiff.report import Report, Style, render

pytestmark = pytest.mark.slow

REAL_LIMIT = 65_536


def html_of(text: str) -> str:
    """
    What a reader of Markdown with tables and autolinks makes of it.
    """
    reader = pytest.importorskip("markdown_it", reason="markdown-it-py is not installed")
    html: str = reader.MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text)
    return html


OURS = re.compile(
    r"</?(h[1-6]|p|ul|ol|li|table|thead|tbody|tr|th|td|details|summary|code|pre|strong|em|sub|blockquote|hr)"
    r"(?: (?:style=\"text-align:\w+\"|class=\"language-\w+\"))? ?/?>"
)


@pytest.mark.parametrize("text", hostile.NAMES)
def test_hostile_text_stays_text(text: str) -> None:
    """
    No element that is not ours, no link, no picture, no mention, no reference, no broken fold.
    """
    html = html_of(render(hostile.report(text), "markdown"))
    rest = OURS.sub("", html)
    outside = re.sub(r"(?s)<code.*?</code>", "", html)

    assert "<" not in rest
    assert html.count("<details>") == html.count("</details>") == html.count("<summary>")
    assert not re.search(r"@\w|(?<!&)#\d|://|www\.\w|\bGH-\d|:tada:", outside)


@pytest.mark.parametrize("text", hostile.NAMES)
def test_hostile_text_breaks_no_table(text: str) -> None:
    """
    Every row has as many cells as its head, whatever bars are in it.
    """
    html = html_of(render(hostile.report(text), "markdown"))

    for table in re.findall(r"(?s)<table>.*?</table>", html):
        rows = re.findall(r"(?s)<tr>.*?</tr>", table)
        assert len({len(re.findall("<t[dh]", row)) for row in rows}) == 1
    # Those of two findings, of three remarks, of the replay.
    assert html.count("<tr>") == 1 + 2 + 1 + 3 + 1 + 4


@pytest.mark.parametrize(
    "report",
    [
        hostile.crowd(10_000),
        hostile.crowd(10_000, 1_000),
        hostile.crowd(15_000, 50),
        hostile.report(hostile.LONG),
        hostile.report(*hostile.NAMES * 30),
        hostile.report("🙂" * 30_000),
        hostile.report("<&|`" * 30_000),
        replace(example.REPORT, notes=("note " * 1_000,) * 1_000),
        replace(example.REPORT, remarks=example.REMARKS * 2_000),
        replace(example.REPORT, graph=hostile.graph("a", 20_000)),
        replace(example.REPORT, rollout=("step " * 1_000,) * 1_000),
    ],
    ids=[
        "one pair",
        "many pairs",
        "fifteen thousand",
        "long",
        "hostile",
        "wide",
        "escapes",
        "notes",
        "rules",
        "graph",
        "rollout",
    ],
)
@pytest.mark.parametrize("everything", [False, True])
def test_it_is_always_short_enough(report: Report, everything: bool) -> None:
    """
    For a service that counts in UTF-16; what is cut leaves its count, and nothing is left open.
    """
    text = render(report, "markdown", style=Style(everything=everything))

    assert len(text.encode("utf-16-le", "surrogatepass")) // 2 < REAL_LIMIT
    assert len(re.findall("(?m)^<details>$", text)) == len(re.findall("(?m)^</details>$", text))
    assert text.startswith("## ❌ Schema compatibility")
    assert "<sub>schemadiff 0.1.0" in text


@pytest.mark.parametrize("limit", [400, 1_000, 5_000, 20_000])
def test_the_limit_is_a_parameter(limit: int) -> None:
    """
    Down to the verdict alone.
    """
    text = render(hostile.crowd(1_000, 100), "markdown", style=Style(limit=limit))

    assert len(text) <= limit
    assert "Schema compatibility: fail: breaking" in text
    assert "more" in text


def test_the_worst_pair_comes_first() -> None:
    """
    So that a cut takes the harmless ones.
    """
    report = replace(example.REPORT, comparisons=(example.SAME, example.FREE, example.REQUEST))
    text = render(report, "markdown")

    assert text.index("job\\_request: v1") < text.index("heartbeat")


def test_a_remedy_keeps_its_code_spans_and_nothing_else() -> None:
    """
    A saved report is somebody else's text.
    """
    finding = replace(example.LOWERED, remedy="Use `a|b` and [x](http://evil.example) @you <b>")
    report = replace(example.REPORT, comparisons=(replace(example.REQUEST, findings=(finding,)),))
    html = html_of(render(report, "markdown"))

    assert "<code>a|b</code>" in html
    assert "<a" not in html
    assert "<b>" not in html
