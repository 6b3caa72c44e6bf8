"""
The windows of support as a timeline and as a table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from schemadiff.report.escaping import shown
from schemadiff.report.html.markup import Safe, el, table
from schemadiff.report.model import Window

if TYPE_CHECKING:
    from collections.abc import Callable

    _Scale = Callable[[date], float]

_WIDTH, _LABEL, _ROW, _HEAD = 960, 190, 30, 34
_MARGIN = timedelta(days=30)
_OPEN = _WIDTH + 10.0
"""The end of an open bar: beyond the picture, so that no edge is visible."""


def timeline(windows: Sequence[Window], as_of: str) -> Safe:
    """
    A timeline with a bar for each version: supported from its first day, hatched from deprecation to sunset.
    """
    today = date.fromisoformat(as_of)
    days = [date.fromisoformat(day) for window in windows for day in window.days if day is not None]
    first, last = min([today, *days]) - _MARGIN, max([today, *days]) + 2 * _MARGIN

    def at(day: date) -> float:
        return round(_LABEL + (_WIDTH - _LABEL) * (day - first).days / (last - first).days, 1)

    height = _HEAD + _ROW * len(windows) + 26
    x = f"{at(today)}"
    parts = [
        _hatching(),
        *_months(first, last, height, at),
        *(bar for row, each in enumerate(windows) for bar in _bars(each, _HEAD + row * _ROW, at)),
        el("line", x1=x, x2=x, y1=f"{_HEAD - 6}", y2=f"{height - 18}", class_="today"),
        el("text", as_of, x=x, y=f"{height - 4}", text_anchor="middle", class_="today-text"),
    ]
    title = el("title", f"Windows of support of {len(windows)} versions, as of {as_of}")
    box = f"0 0 {_WIDTH} {height}"
    return el("svg", title, parts, viewBox=box, role="img", class_="timeline", xmlns="http://www.w3.org/2000/svg")


def _hatching() -> Safe:
    stripe = el("path", d="M-1 1 l2 -2 M0 6 l6 -6 M5 7 l2 -2", class_="stripe")
    return el("defs", el("pattern", stripe, id="hatching", width="6", height="6", patternUnits="userSpaceOnUse"))


def _months(first: date, last: date, height: int, at: _Scale) -> Iterator[Safe]:
    step = max(1, (last - first).days // 30 // 12)
    month = first.year * 12 + first.month
    while (day := date(month // 12, month % 12 + 1, 1)) < last:
        if day < first:
            month += 1
            continue
        x = f"{at(day)}"
        yield el("line", x1=x, x2=x, y1=f"{_HEAD - 8}", y2=f"{height - 18}", class_="grid")
        if _LABEL + 30 < at(day) < _WIDTH - 30:
            yield el("text", day.strftime("%Y-%m"), x=x, y="18", text_anchor="middle", class_="month")
        month += step


def _bars(window: Window, top: int, at: _Scale) -> Iterator[Safe]:
    y, name = f"{top + 5}", f"{window.contract} {window.version}"
    yield el("text", shown(name, 26), x="0", y=f"{top + 20}", class_="name")
    published, deprecated, sunset = (None if day is None else date.fromisoformat(day) for day in window.days)
    if published is None and deprecated is None:
        yield el("text", "no dates in the manifest", x=f"{_LABEL + 8}", y=f"{top + 20}", class_="month")
        return
    start = at(published) if published is not None else float(_LABEL)
    end = at(deprecated) if deprecated is not None else _OPEN
    text = f"{name}: published {window.published or 'on an unknown day'}, deprecated {window.deprecated or 'not yet'}"
    title = el("title", f"{text}, sunset {window.sunset or 'not set'}")
    yield el("rect", title, x=f"{start}", y=y, width=f"{max(end - start, 1):.1f}", height="20", class_="supported")
    if deprecated is not None:
        until = at(sunset) if sunset is not None else _OPEN
        width = f"{max(until - end, 1):.1f}"
        yield el("rect", x=f"{end}", y=y, width=width, height="20", class_="fading")
        yield el("rect", title, x=f"{end}", y=y, width=width, height="20", fill="url(#hatching)", class_="hatched")


def windows_table(windows: Sequence[Window]) -> Safe:
    """
    The days of support as a table, as an accessible alternative to the timeline.
    """
    names = (el("th", f"{window.contract} {window.version}", scope="row") for window in windows)
    days = ([el("td", day or "—") for day in window.days] for window in windows)
    head = ("version", "published", "deprecated", "sunset")
    return table(head, [el("tr", *row) for row in zip(names, days, strict=True)], look="plain")
