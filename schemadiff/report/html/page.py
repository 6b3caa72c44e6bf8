"""
The page: head, verdict, filters, sections.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from schemadiff.decide import Classification, Comparison, Direction, Finding, PolicyFinding, Verdict
from schemadiff.report.html.findings import remarks, section
from schemadiff.report.html.markup import Safe, advice, badge, el, folded, frame, name_of, part, prose, table
from schemadiff.report.html.windows import timeline, windows_table
from schemadiff.report.model import Report, headline, look, summary
from schemadiff.report.style import Style
from schemadiff.ruleset import all_rules

_MOST = 1000
"""The number of findings of a pair that are written by default, which keeps browsers fast."""

_PAIRS = 500
_WINDOWS = 200
_LEVELS = ("error", "warning", "note", "none")
_ICONS = {
    "breaking": "M8 8 L16 16 M16 8 L8 16",
    "undecided": "M9 9.5 a3 3 0 1 1 4.2 2.7 q-1.2 .6 -1.2 2 M12 17 v.1",
    "compatible": "M7.5 12.5 l3 3 l6 -7",
}


def render(report: Report, *, style: Style) -> str:
    """
    Write the report as one HTML page.
    """
    most = 10**9 if style.everything else _MOST
    head = _head(report)
    body = el(
        "body",
        el("a", "Skip to the findings", href="#findings", class_="skip-link"),
        _masthead(report),
        el("main", _main(report, most), id="findings", tabindex="-1"),
        el(
            "footer",
            f"schemadiff {report.schemadiff}, as of {report.as_of}, rules {report.rules}, emission {report.emission}",
        ),
        el("div", id="told", role="status", class_="sr"),
        el("script", Safe(_static("page.js"))),
    )
    return f"<!doctype html>\n{el('html', head, body, lang='en').text}\n"


@cache
def _static(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _head(report: Report) -> Safe:
    style, script = _static("page.css"), _static("page.js")
    # Only this style and this script are allowed, whatever a text contains; nothing is fetched or sent.
    policy = (
        f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; img-src data:; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )
    return el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=policy),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("meta", name="referrer", content="no-referrer"),
        el("title", f"Schema compatibility: {headline(report)}"),
        el("link", rel="icon", href="data:,"),
        el("style", Safe(style)),
    )


def _masthead(report: Report) -> Safe:
    verdict = look(report).value
    icon = el(
        "svg",
        el("circle", cx="12", cy="12", r="11"),
        el("path", d=_ICONS[verdict]),
        viewBox="0 0 24 24",
        aria_hidden="true",
        class_="icon",
    )
    words = headline(report)
    return el(
        "header",
        el(
            "div",
            icon,
            el("div", el("p", "Schema compatibility", class_="muted over"), el("h1", words[0].upper() + words[1:])),
            class_="headline",
        ),
        el("p", report.revisions, class_="muted") if report.revisions else None,
        el("p", f"{summary(report)}."),
        [el("p", note, class_="muted") for note in report.notes[:50]],
        class_=f"masthead {verdict}",
    )


def _main(report: Report, most: int) -> Iterator[Safe | None]:
    yield _overview(report)
    yield _filters(report)
    yield remarks(report.remarks, most)
    for number, comparison in enumerate(report.comparisons[:_PAIRS]):
        yield section(comparison, number, most)
    if len(report.comparisons) > _PAIRS:
        yield el("p", f"… and {len(report.comparisons) - _PAIRS} more pairs; -f json holds them all.")
    yield from _pictures(report)
    yield _rules(report)


def _overview(report: Report) -> Safe | None:
    if len(report.comparisons) < 2:
        return None
    numbers = [each.value for each in Classification]
    rows = (_overview_row(number, each) for number, each in enumerate(report.comparisons[:_PAIRS]))
    pairs = table(("contract", "backward", "forward", *numbers), rows, numbers=numbers)
    return frame("All pairs at a glance", pairs, "scroller overview")


def _overview_row(number: int, pair: Comparison) -> Safe:
    counts = Counter(finding.classification for finding in pair.findings)
    name = el("a", pair.contract, href=f"#c{number}")
    return el(
        "tr",
        el("th", name, el("span", f" {pair.old} → {pair.new}", class_="muted"), scope="row"),
        [el("td", _short(pair, direction)) for direction in Direction],
        [el("td", str(counts[kind] or "·"), class_="count") for kind in Classification],
    )


def _short(comparison: Comparison, direction: Direction) -> Safe:
    verdict = comparison.judgement(direction).verdict
    if direction in comparison.promised and comparison.binds:
        return badge(verdict.value, verdict.value)
    return el("span", "—" if verdict is Verdict.UNDECIDED else verdict.value, class_="muted")


def _filters(report: Report) -> Safe | None:
    every = [finding for comparison in report.comparisons for finding in comparison.findings]
    if not every and not report.remarks:
        return None
    kinds = Counter(each.classification.value for each in every)
    standing: list[Finding | PolicyFinding] = [*every, *report.remarks]
    levels = Counter(each.level for each in standing)
    named = [each.contract for each in report.comparisons] + [each.contract for each in report.remarks]
    contracts = {"": "every contract", **{name_of(each): name_of(each) for each in named if each}}
    directions = {"": "any direction", **{each.value: f"breaks {each.value}" for each in Direction}}
    waived = any(each.waived is not None for each in standing)
    search = el("input", type="search", id="q", placeholder="name, rule, payload, …", autocomplete="off")
    return el(
        "form",
        el("div", el("label", "Search", for_="q"), search, class_="search"),
        _chips("kind", "Classification", [(each.value, kinds[each.value]) for each in Classification]),
        _chips("level", "Level", [(each, levels[each]) for each in _LEVELS]),
        _choice("contract", contracts),
        _choice("direction", directions),
        el("label", el("input", type="checkbox", id="waived", checked=True), " waived too", class_="plain-check")
        if waived
        else None,
        _actions(),
        id="filters",
        role="search",
        aria_label="Filter the findings",
        hidden=True,
    )


def _actions() -> Safe:
    return el(
        "div",
        el("output", id="count"),
        el("button", "Reset", type="reset"),
        el("button", "Unfold all", type="button", id="unfold"),
        el("button", "Fold all", type="button", id="fold"),
        class_="actions",
    )


def _choice(name: str, texts: dict[str, str]) -> Safe:
    options = [el("option", text, value=value) for value, text in texts.items()]
    return el("div", el("label", name.capitalize(), for_=name), el("select", options, id=name))


def _chips(name: str, title: str, some: list[tuple[str, int]]) -> Safe:
    chips = [
        el(
            "label",
            el("input", type="checkbox", name=name, value=word, checked=True),
            el("span", f"{word} ", el("b", str(count))),
            class_=f"chip {word}",
        )
        for word, count in some
        if count
    ]
    return el("fieldset", el("legend", title), chips)


def _pictures(report: Report) -> Iterator[Safe | None]:
    if report.rollout:
        yield part("Rollout", el("ol", [el("li", step) for step in report.rollout]))
    if report.windows:
        shown = report.windows[:_WINDOWS]
        days = el("details", el("summary", "The same as a table"), frame("Days of support", windows_table(shown)))
        yield part("Windows of support", frame("Timeline", timeline(shown, report.as_of)), _legend(_BARS), days)
    if report.graph is not None:
        from schemadiff.report.graph import svg

        drawn = frame("Version-support graph", Safe(svg(report.graph)), "scroller graph")
        yield part("Who can talk to whom", drawn, _legend(_LINES))
    if report.replay is not None:
        from schemadiff.report.html.replay import replay_part

        yield part("Replay", *replay_part(report.replay))


_BARS = (("supported", "supported"), ("fading", "deprecated, still read"), ("today", "today"))
_LINES = (
    ("line", "is read"),
    ("line broken", "is not read, or not by every release"),
    ("box supported", "supported"),
    ("box fading", "deprecated"),
    ("box gone", "no longer supported"),
)


def _legend(words: tuple[tuple[str, str], ...]) -> Safe:
    return el(
        "p", [el("span", el("i", class_=f"key {name}"), f" {text}") for name, text in words], class_="muted legend"
    )


def _rules(report: Report) -> Safe | None:
    # With their reasons and remedies, so that the page needs no network.
    fired = {remark.rule: (remark.title, remark.remedy) for remark in report.remarks}
    for comparison in report.comparisons:
        fired |= {finding.rule: (finding.title, finding.remedy) for finding in comparison.findings}
    if not fired:
        return None
    known = all_rules()
    parts = []
    for name in sorted(fired):
        rule = known.get(name)
        title, reason, remedy = (rule.title, rule.reason, rule.remedy) if rule else (fired[name][0], "", fired[name][1])
        summary = (el("span", title or name, class_="message"), el("span", el("code", name), class_="muted rule"))
        instead = advice(remedy) if remedy else None
        more = el("p", "Examples: ", el("code", f"schemadiff explain {name}"), class_="muted") if rule else None
        parts.append(el("div", folded(summary, (prose(reason), instead, more), id=f"rule-{name}"), class_="card"))
    return part("The rules that fired", el("div", parts, class_="cards"))
