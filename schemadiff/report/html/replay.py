"""
The replay on the page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from schemadiff.replay.report import Exchange, ReplayReport
from schemadiff.report.html.markup import Safe, el, join
from schemadiff.report.replays import headline

_LOOKS = {"dangerous": "breaking", "lenient": "warning", "lost": "breaking", "malformed response": "breaking"}
_EXCHANGES = 100


def replay_part(report: ReplayReport, block: Callable[[str, str], Safe]) -> Iterator[Safe]:
    """
    The three-way table, the faults of the worker, and notable exchanges.

    Arguments:
        report: the replay.
        block: makes a block of a title and a JSON text.
    """
    yield el("p", f"{headline(report)}.")
    head = ("contract", "old schema", "new schema", "worker", "fixtures", "kind")
    rows = []
    for cell in report.cells:
        sides = report.sides.get(cell.contract)
        old, new = (sides.old, sides.new) if sides else ("old", "new")
        kind = el("span", cell.kind, class_=f"badge {_LOOKS.get(cell.kind, 'free')}")
        texts = [f"{old}: {cell.old}", f"{new}: {cell.new}", cell.outcome]
        rows.append(
            el(
                "tr",
                el("th", cell.contract, scope="row"),
                [el("td", text) for text in texts],
                el("td", str(cell.fixtures), class_="count"),
                el("td", kind),
            )
        )
    table = el(
        "table",
        el(
            "thead",
            el("tr", [el("th", each, scope="col", class_="count" if each == "fixtures" else None) for each in head]),
        ),
        el("tbody", rows),
    )
    yield el("div", table, class_="scroller overview", tabindex="0", role="region", aria_label="Replay table")
    problems = [
        f"The worker {fault.kind}{f' at {fault.fixture}' if fault.fixture else ''}: {fault.detail}"
        for fault in report.faults
    ]
    problems += [f"{count} not sent: {reason}" for reason, count in report.skipped.items()]
    problems += [f"Given up: {report.gave_up}"] if report.gave_up is not None else []
    if problems:
        yield el("ul", [el("li", problem) for problem in problems], class_="facts")
    wrong = [each for each in report.notable if each.judgement.kind in _LOOKS or each.judgement.kind == "changed"]
    yield el("div", [_exchange(each, block) for each in wrong[:_EXCHANGES]], class_="cards")
    if len(wrong) > _EXCHANGES:
        yield el("p", f"… and {len(wrong) - _EXCHANGES} more exchanges.")


def _exchange(each: Exchange, block: Callable[[str, str], Safe]) -> Safe:
    judged = each.judgement
    summary = el(
        "summary",
        el("span", judged.kind, class_=f"badge {_LOOKS.get(judged.kind, 'free')}"),
        el("span", each.name, class_="message"),
        el("span", f"{each.contract} {each.version or 'no version'}", class_="muted rule"),
    )
    problems = [*judged.problems, *judged.differences, *([judged.detail] if judged.detail else [])]
    body = join(
        block("Sent", each.payload),
        block("Answered", each.response) if each.response is not None else None,
        el("ul", [el("li", problem) for problem in problems[:20]], class_="facts") if problems else None,
    )
    return el("div", el("details", summary, el("div", body, class_="body")), class_="card")
