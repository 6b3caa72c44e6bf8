"""
The page without a browser: what is in its text.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree.ElementTree import fromstring

import hostile
import pytest
import report_example as example

from schemadiff.decide import SourceText
from schemadiff.report import Report, Style, Window, render
from schemadiff.report.graph import svg

VOID = {"meta", "link", "input", "col"}


class Page(HTMLParser):
    """
    The elements of a page, taken apart strictly.
    """

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.comments = 0
        self.feed(text)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, tag
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_comment(self, data: str) -> None:  # noqa: ARG002 - the parser's signature
        self.comments += 1

    def all(self, name: str) -> list[str]:
        """
        Every value of an attribute.
        """
        return [value or "" for _, attributes in self.elements for word, value in attributes.items() if word == name]


REPORTS = [example.REPORT, *map(hostile.report, hostile.NAMES), hostile.report(*hostile.NAMES)]


@pytest.mark.parametrize("report", REPORTS, ids=range(len(REPORTS)))
def test_whatever_is_in_it_the_page_is_ours(report: Report) -> None:
    """
    One script and one style, no handler, no address but those inside the page, every element closed.
    """
    page = Page(render(report, "html"))
    tags = [tag for tag, _ in page.elements]
    words = {word for _, attributes in page.elements for word in attributes}

    assert (tags.count("script"), tags.count("style"), tags.count("link")) == (1, 1, 1)
    assert not {"iframe", "object", "embed", "img", "base", "image", "use", "foreignobject"} & set(tags)
    assert not {word for word in words if word.startswith("on")} | ({"src", "style", "xlink:href"} & words)
    assert all(each.startswith("#") or each == "data:," for each in page.all("href"))
    assert page.comments == 0


@pytest.mark.parametrize("report", REPORTS, ids=range(len(REPORTS)))
def test_links_lead_somewhere(report: Report) -> None:
    """
    Every identifier is there once, and every reference to one finds it.
    """
    page = Page(render(report, "html"))
    ids = page.all("id")
    wanted = [each[1:] for each in page.all("href") if each.startswith("#")]
    wanted += [*page.all("aria-labelledby"), *page.all("aria-controls"), *page.all("for")]

    assert len(ids) == len(set(ids))
    assert set(wanted) <= set(ids)


def test_the_policy_allows_this_style_and_this_script_and_nothing_else() -> None:
    """
    By their digests: a text that slipped through could still do nothing.
    """
    text = render(hostile.report(*hostile.NAMES), "html")
    policy = next(each for each in Page(text).all("content") if "default-src" in each)

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        (content,) = re.findall(f"(?s)<{tag}>(.*?)</{tag}>", text)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_the_script_makes_no_markup_of_text() -> None:
    """
    Nothing that turns text into elements or code is so much as named, and nothing that asks a network.
    """
    (script,) = re.findall("(?s)<script>(.*?)</script>", render(example.REPORT, "html"))

    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|Function\(|fetch\(|XMLHttp|import\(", script
    )


def test_changed_lines_are_marked_and_lead_to_their_findings() -> None:
    """
    On both sides; far from every change equal lines are folded.
    """
    lines = [f'"a{number}": {number},' for number in range(400)]
    old, new = "\n".join(lines), "\n".join([*lines[:200], '"a200": 7,', *lines[201:]])
    finding = replace(
        example.LOWERED,
        old_place=replace(example.LOWERED.old_place, name="a", line=201),
        new_place=replace(example.LOWERED.new_place, name="a", line=201),
    )
    pair = replace(
        example.REQUEST,
        findings=(finding,),
        old_sources=(SourceText(name="a", text=old),),
        new_sources=(SourceText(name="a", text=new),),
    )
    text = render(replace(example.REPORT, comparisons=(pair,)), "html")

    assert text.count('<tr class="changed">') == 1
    assert "<del>200</del>" in text
    assert "<ins>7</ins>" in text
    assert text.count('class="unfold"') == 2
    assert 'href="#c0-0-o201"' in text
    assert 'href="#f0-0" class="pin breaking"' in text


def test_files_that_a_schema_refers_to_are_shown_too() -> None:
    """
    Paired by their names; one that is only on one side is shown beside nothing.
    """
    pair = replace(
        example.REQUEST,
        old_sources=(SourceText(name="main:a.json", text="1"), SourceText(name="main:b.json", text="1")),
        new_sources=(
            SourceText(name="a.json", text="1"),
            SourceText(name="b.json", text="2"),
            SourceText(name="c.json", text="3"),
        ),
    )
    text = render(replace(example.REPORT, comparisons=(pair,)), "html")

    assert text.count('class="sides"') == 3
    assert "(no such file)" in text


@pytest.mark.parametrize(("lines", "most"), [(20_000, 2_000_000), (100, 200_000)])
def test_long_schemas_are_shown_around_their_changes(lines: int, most: int) -> None:
    """
    A schema of a megabyte makes no page of ten.
    """
    old = "\n".join(f'  "name_{number}": {{"type": "string", "maxLength": {number}}},' for number in range(lines))
    new = old.replace('"maxLength": 50}', '"maxLength": 51}')
    pair = replace(
        example.REQUEST, old_sources=(SourceText(name="a", text=old),), new_sources=(SourceText(name="a", text=new),)
    )
    text = render(replace(example.REPORT, comparisons=(pair,)), "html")

    assert "name_50" in text
    assert len(text) < most


def test_a_text_without_line_ends_and_one_that_is_wholly_new_are_shown() -> None:
    """
    A schema in one line of a megabyte, and twenty thousand lines that share nothing.
    """
    minified = "[" + "1," * 300_000 + "1]"
    others = "\n".join(f"{number * 7919 % 10_007}" for number in range(20_000))
    for old, new in ((minified, minified.replace("1]", "2]")), ("\n".join(map(str, range(20_000))), others)):
        pair = replace(
            example.REQUEST,
            old_sources=(SourceText(name="a", text=old),),
            new_sources=(SourceText(name="a", text=new),),
        )
        assert len(render(replace(example.REPORT, comparisons=(pair,)), "html")) < 1_500_000


def test_of_a_long_line_the_part_that_differs_is_shown() -> None:
    """
    However far behind its start.
    """
    old, new = (f"[{'1,' * 5_000}{each}{',1' * 5_000}]" for each in ("300", "60"))
    pair = replace(
        example.REQUEST, old_sources=(SourceText(name="a", text=old),), new_sources=(SourceText(name="a", text=new),)
    )
    text = render(replace(example.REPORT, comparisons=(pair,)), "html")

    assert "1,<del>30</del>0,1" in text
    assert "1,<ins>6</ins>0,1" in text


def test_the_timeline_draws_every_window() -> None:
    """
    Also those without an end, without a beginning, without a date, in the past and of one day.
    """
    windows = (
        Window(contract="a", version="v1", published="2020-01-01", deprecated="2020-01-01", sunset="2020-01-01"),
        Window(contract="a", version="v2", published=None, deprecated="2026-01-01", sunset=None),
        Window(contract="a", version="v3", published="2026-01-01", deprecated=None, sunset=None),
        Window(contract="a", version="v4", published=None, deprecated=None, sunset=None),
    )
    text = render(replace(example.REPORT, windows=windows), "html")

    assert text.count('class="supported"') == 3
    assert "no dates in the manifest" in text


def test_the_graph_is_drawn_on_the_page() -> None:
    """
    As ``schemadiff graph -f svg`` draws it, whatever its names are.
    """
    for graph in (example.GRAPH, *map(hostile.graph, hostile.NAMES)):
        drawn = svg(graph)
        assert drawn in render(replace(example.REPORT, graph=graph), "html")
        assert {each.tag.rpartition("}")[2] for each in fromstring(drawn).iter()} <= {
            "svg",
            "title",
            "g",
            "rect",
            "text",
            "line",
        }


def test_all_findings_are_on_the_page_if_all_are_asked_for() -> None:
    """
    Else the worst thousand of a pair, and a count.
    """
    report = hostile.crowd(3_000)

    assert render(report, "html").count("<article") == 1_000 + len(example.REMARKS)
    assert "2000 more findings" in render(report, "html")
    assert render(report, "html", style=Style(everything=True)).count("<article") == 3_000 + len(example.REMARKS)
