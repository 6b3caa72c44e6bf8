"""
The replay on the page.
"""

from __future__ import annotations

from collections.abc import Iterator

from schemadiff.replay.report import Exchange, ReplayReport
from schemadiff.report.html.findings import payload_block
from schemadiff.report.html.markup import Safe, badge, el, folded, frame, items, join, table
from schemadiff.report.replays import HEAD, cells, headline

_LOOKS = {"dangerous": "breaking", "lenient": "warning", "lost": "breaking", "malformed response": "breaking"}
_EXCHANGES = 100


def replay_part(report: ReplayReport) -> Iterator[Safe | None]:
    """
    The three-way table, the faults of the worker, and notable exchanges.
    """
    yield el("p", f"{headline(report)}.")
    rows = [
        el(
            "tr",
            el("th", contract, scope="row"),
            [el("td", text) for text in texts],
            el("td", fixtures, class_="count"),
            el("td", _badge(kind)),
        )
        for contract, *texts, fixtures, kind in cells(report)
    ]
    yield frame("Replay table", table((*HEAD[:-1], "kind"), rows, numbers=HEAD[4:5]), "scroller overview")
    problems = [
        f"The worker {fault.kind}{f' at {fault.fixture}' if fault.fixture else ''}: {fault.detail}"
        for fault in report.faults
    ]
    problems += [f"{count} not sent: {reason}" for reason, count in report.skipped.items()]
    problems += [f"Given up: {report.gave_up}"] if report.gave_up is not None else []
    yield items(problems)
    wrong = [each for each in report.notable if each.judgement.kind in _LOOKS or each.judgement.kind == "changed"]
    yield el("div", [_exchange(each) for each in wrong[:_EXCHANGES]], class_="cards")
    if len(wrong) > _EXCHANGES:
        yield el("p", f"… and {len(wrong) - _EXCHANGES} more exchanges.")


def _badge(kind: str) -> Safe:
    return badge(kind, _LOOKS.get(kind, "free"))


def _exchange(each: Exchange) -> Safe:
    judged = each.judgement
    summary = (
        _badge(judged.kind),
        el("span", each.name, class_="message"),
        el("span", f"{each.contract} {each.version or 'no version'}", class_="muted rule"),
    )
    problems = [*judged.problems, *judged.differences, *([judged.detail] if judged.detail else [])]
    body = join(
        payload_block("Sent", each.payload),
        payload_block("Answered", each.response) if each.response is not None else None,
        items(problems[:20]),
    )
    return el("div", folded(summary, body), class_="card")
