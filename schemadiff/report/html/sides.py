"""
Old and new text side by side, with changed lines marked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import takewhile, zip_longest

from schemadiff.decide import Comparison, Finding, SourceText
from schemadiff.report.escaping import cut
from schemadiff.report.html.markup import Safe, el, frame, join

_CONTEXT = 3
_LINE = 1000
"""The maximum length of a shown line in characters."""

_NEAR = 120

_WHOLE = 3000
"""The number of lines above which only the surroundings of changes are shown."""

_MOST = 2000
"""The maximum number of changed lines that are shown."""


_Marks = dict[tuple[str, int], list[tuple[str, Finding]]]
"""Findings with their identifiers on the page, by file and line."""


@dataclass(frozen=True, slots=True)
class _Side:
    """
    One of the two texts; its letter, o or n, is part of identifiers, and its source None if the file does not exist.
    """

    letter: str
    source: SourceText | None
    lines: list[str]
    marks: _Marks


@dataclass(frozen=True, slots=True)
class _Row:
    kind: str
    old: int | None
    new: int | None


def side_by_side(comparison: Comparison, number: int, findings: Sequence[tuple[str, Finding]]) -> Safe | None:
    """
    The texts of both sides, file by file, with the findings by their identifiers; None if there are no texts.
    """
    pairs = list(_pairs(comparison))
    if not pairs:
        return None
    marks = [_marks(findings, old=True), _marks(findings, old=False)]
    return join(
        _pair((_Side("o", old, _lines(old), marks[0]), _Side("n", new, _lines(new), marks[1])), f"c{number}-{index}")
        for index, (old, new) in enumerate(pairs)
    )


def line_id(comparison: Comparison, number: int, side: str, name: str, line: int | None) -> str | None:
    """
    The identifier of a line on the page; None if the line is not on it.
    """
    for index, pair in enumerate(_pairs(comparison)):
        source = pair[0 if side == "o" else 1]
        if source is not None and source.name == name and line is not None:
            return f"c{number}-{index}-{side}{line}"
    return None


def _pairs(comparison: Comparison) -> Iterator[tuple[SourceText | None, SourceText | None]]:
    """
    The pairs of files: the two schemas, then the files that they refer to, matched by base name.
    """
    olds, news = list(comparison.old_sources), list(comparison.new_sources)
    if olds or news:
        yield (olds.pop(0) if olds else None), (news.pop(0) if news else None)
    rest = {_base(new): new for new in news}
    for old in olds:
        yield old, rest.pop(_base(old), None)
    for new in rest.values():
        yield None, new


def _base(source: SourceText) -> str:
    return source.name.rpartition("/")[2].rpartition(":")[2]


def _marks(findings: Sequence[tuple[str, Finding]], *, old: bool) -> _Marks:
    marks: _Marks = {}
    for identifier, finding in findings:
        place = finding.old_place if old else finding.new_place
        if place.line is not None:
            marks.setdefault((place.name, place.line), []).append((identifier, finding))
    return marks


def _pair(sides: tuple[_Side, _Side], name: str) -> Safe:
    before, after = (side.lines for side in sides)
    rows = _rows(before, after)
    changed = sum(row.kind != "same" for row in rows)
    dropped = max(len(before), len(after)) > _WHOLE
    bodies, shown = [], 0
    for kind, run in _runs(rows):
        if kind == "fold":
            bodies.append(_fold(run, sides, name, dropped=dropped))
        elif shown < _MOST:
            bodies.append(el("tbody", [_row(row, sides, name) for row in run[: _MOST - shown]]))
            shown += len(run)
    if shown > _MOST:
        rest = f"{changed} lines changed in all; the rest is not shown"
        bodies.append(el("tbody", el("tr", el("td", rest, colspan="4", class_="skip"))))
    names = [side.source.name if side.source is not None else "(no such file)" for side in sides]
    head = el("thead", el("tr", [el("th", each, colspan="2", scope="colgroup") for each in names]))
    columns = el("colgroup", [el("col", class_=each) for each in ("numbers", "texts", "numbers", "texts")])
    table = el("table", columns, head, bodies, class_="diff")
    lines = "no line" if not changed else "1 line" if changed == 1 else f"{changed} lines"
    title = join("Schemas side by side ", el("span", f"{names[-1]}, {lines} changed", class_="muted"))
    label = f"{names[0]} and {names[1]} side by side"
    return el("details", el("summary", title), frame(label, table), class_="sides")


def _lines(source: SourceText | None) -> list[str]:
    return [] if source is None else source.text.replace("\r\n", "\n").rstrip("\n").split("\n")


def _rows(old: list[str], new: list[str]) -> list[_Row]:
    start, end = _equal_ends(old, new)
    middle = SequenceMatcher(None, old[start : len(old) - end], new[start : len(new) - end])
    rows = [_Row("same", line, line) for line in range(start)]
    for tag, a, b, c, d in middle.get_opcodes():
        both = zip_longest(range(start + a, start + b), range(start + c, start + d))
        rows += [_Row("same" if tag == "equal" else "changed", *pair) for pair in both]
    rows += [_Row("same", len(old) - line, len(new) - line) for line in range(end, 0, -1)]
    return rows


def _equal_ends(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    start = _equal_start(old, new)
    return start, _equal_start(old[start:][::-1], new[start:][::-1])


def _equal_start(old: Sequence[str], new: Sequence[str]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))


def _runs(rows: list[_Row]) -> Iterator[tuple[str, list[_Row]]]:
    near = [False] * len(rows)
    for index, row in enumerate(rows):
        if row.kind != "same":
            start, end = max(0, index - _CONTEXT), min(len(rows), index + _CONTEXT + 1)
            near[start:end] = [True] * (end - start)
    start = 0
    for index in range(1, len(rows) + 1):
        if index == len(rows) or near[index] != near[start]:
            # A short run is shown, since the button of a fold takes a line as well.
            kind = "show" if near[start] or index - start <= _CONTEXT else "fold"
            yield kind, rows[start:index]
            start = index


def _fold(run: list[_Row], sides: tuple[_Side, _Side], name: str, *, dropped: bool) -> Safe:
    text = f"{len(run)} equal lines"
    if dropped:
        return el("tbody", el("tr", el("td", f"{text}, not shown", colspan="4", class_="skip")))
    identifier = f"{name}-fold{run[0].new}"
    button = el("button", text, type="button", class_="unfold", aria_expanded="true", aria_controls=identifier)
    return join(
        el("tbody", el("tr", el("td", button, colspan="4", class_="skip"))),
        el("tbody", [_row(row, sides, name) for row in run], id=identifier, class_="fold"),
    )


def _row(row: _Row, sides: tuple[_Side, _Side], name: str) -> Safe:
    before, after = (
        None if line is None else side.lines[line] for side, line in zip(sides, (row.old, row.new), strict=True)
    )
    if row.kind == "same" or before is None or after is None:
        texts = [None if each is None else join(cut(each, _LINE)) for each in (before, after)]
    else:
        texts = list(_marked(before, after))
    cells = zip(sides, (row.old, row.new), texts, strict=True)
    return el("tr", [_cell(row.kind, side, line, text, name) for side, line, text in cells], class_=row.kind)


def _cell(kind: str, side: _Side, line: int | None, text: Safe | None, name: str) -> Safe:
    if line is None or side.source is None:
        return el("td", colspan="2", class_="none")
    look = "old" if side.letter == "o" else "new"
    sign = "" if kind == "same" else "− " if side.letter == "o" else "+ "
    pins = [_pin(*each) for each in side.marks.get((side.source.name, line + 1), ())]
    return join(
        el("td", pins, f"{sign}{line + 1}", class_=f"no {look}", id=f"{name}-{side.letter}{line + 1}"),
        el("td", el("code", text), class_=f"text {look}"),
    )


def _pin(identifier: str, finding: Finding) -> Safe:
    look = finding.classification.value
    label = f"{look}: {finding.message}"
    return el("a", "●", href=f"#{identifier}", class_=f"pin {look}", title=label, aria_label=label)


def _marked(old: str, new: str) -> Iterator[Safe]:
    """
    Two lines of one change with the differing part marked; long lines are cut around it.
    """
    start, end = _equal_ends(old, new)
    for line, tag in ((old, "del"), (new, "ins")):
        before, middle, after = line[:start], line[start : len(line) - end], line[len(line) - end :]
        if len(line) > _LINE:
            before = before if len(before) <= _NEAR else f"…{before[-_NEAR:]}"
            middle, after = cut(middle, _LINE - 2 * _NEAR), cut(after, _NEAR)
        yield join(before, el(tag, middle) if middle else None, after)
