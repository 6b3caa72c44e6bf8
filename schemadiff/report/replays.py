"""
The replay report as text: the three-way table, worst rows first, and notable exchanges.
"""

from __future__ import annotations

from collections.abc import Iterator

from schemadiff.replay.report import Exchange, ReplayReport
from schemadiff.report.escaping import cut, markdown_code, markdown_text, visible
from schemadiff.report.style import Style, table

_MEANING = {
    "dangerous": "a schema accepts it, the worker rejects it",
    "lenient": "no schema accepts it, the worker does",
    "lost": "no answer came, or one that says nothing of the message",
    "malformed response": "the answer breaks its own contract",
    "changed": "the answer differs from the recorded one",
    "skipped": "not sent",
    "agreed": "schema and worker agree",
}
_FEW = 10
_WRONG = ("dangerous", "lenient", "lost", "malformed response")


def headline(report: ReplayReport) -> str:
    """
    The outcome in one line.
    """
    if not report.total:
        return "no fixtures: nothing was replayed, so nothing is known"
    if not report.answered:
        return f"{report.total} fixtures, and the worker answered none of them"
    parts = [f"{report.kinds.get(kind)} {kind}" for kind in (*_WRONG, "changed", "skipped") if report.kinds.get(kind)]
    outcome = ", ".join(parts) or "schema and worker agree on all"
    if report.total == report.generated:
        outcome += "; no recorded message is among them, so nothing is known of those that are sent"
    return f"{report.total} fixtures replayed through {visible(_worker(report))}: {outcome}"


def brief(report: ReplayReport) -> str:
    """
    The outcome in one line, with where to see more.
    """
    more = "; `schemadiff replay` shows more" if report.total else ""
    return f"replay: {headline(report)}{more}"


def _worker(report: ReplayReport) -> str:
    capabilities = report.capabilities
    return f"{capabilities.service} {capabilities.release or ''}".strip() if capabilities.service else report.worker


HEAD = ("contract", "old schema", "new schema", "worker", "fixtures", "")
"""The titles of the three-way table; the last column holds kinds."""


def cells(report: ReplayReport) -> Iterator[tuple[str, ...]]:
    """
    The rows of the three-way table.
    """
    for cell in report.cells:
        sides = report.sides.get(cell.contract)
        old, new = (sides.old, sides.new) if sides else ("old", "new")
        yield cell.contract, f"{old}: {cell.old}", f"{new}: {cell.new}", cell.outcome, str(cell.fixtures), cell.kind


def _table(report: ReplayReport) -> str:
    rows = ((*row, kind if kind == "agreed" else f"{kind}: {_MEANING[kind]}") for *row, kind in cells(report))
    return table(rows, HEAD, align=("left",) * 4 + ("right", "left"))


def _counts(report: ReplayReport) -> Iterator[str]:
    for head, summaries in (("version", report.versions), ("recorded from", report.releases)):
        outcomes = sorted({summary.outcome for summary in summaries})
        groups: dict[tuple[str, str], dict[str, int]] = {}
        for summary in summaries:
            groups.setdefault((summary.group, summary.name), {})[summary.outcome] = summary.fixtures
        if any(any(group) for group in groups):
            names = (" ".join(filter(None, group)) or "(unknown)" for group in groups)
            counts = ([str(count.get(outcome, "")) for outcome in outcomes] for count in groups.values())
            rows = ((name, *row) for name, row in zip(names, counts, strict=True))
            yield table(rows, (head, *outcomes), align=("left", *["right"] * len(outcomes)))
            yield ""


def terminal(report: ReplayReport, *, style: Style) -> str:
    """
    Write a replay as plain text.
    """
    lines = [style.paint(headline(report), "error" if report.failed else "bold"), "", _table(report), ""]
    lines += _counts(report)
    most = len(report.notable) if style.everything else _FEW
    for kind in (*_WRONG, "changed"):
        count = report.kinds.get(kind, 0)
        exchanges = [each for each in report.notable if each.judgement.kind == kind]
        if exchanges:
            lines.append(style.paint(f"{kind}: {_MEANING[kind]}", "error" if kind in _WRONG else "warning"))
            lines += [line for exchange in exchanges[:most] for line in _exchange(exchange)]
            if count > most:
                lines.append(f"  … and {count - min(most, len(exchanges))} more")
            lines.append("")
    for reason, count in report.skipped.items():
        lines.append(f"{count} not sent: {visible(reason)}")
    for fault in report.faults:
        caused = f" by {visible(fault.fixture)}" if fault.fixture else ""
        lines.append(style.paint(f"the worker {fault.kind}{caused}: {visible(cut(fault.detail, 300))}", "error"))
    if report.restarts:
        lines.append(f"restarted {report.restarts} times")
    if report.gave_up is not None:
        lines.append(style.paint(f"gave up: {visible(report.gave_up)}", "error"))
    day = f", as of {report.as_of}" if report.as_of else ""
    lines.append(style.paint(f"worker {visible(report.worker)}{day}", "dim"))
    return "\n".join(lines) + "\n"


def _exchange(each: Exchange) -> list[str]:
    lines = [f"  {visible(each.name)} ({visible(each.contract)} {visible(each.version or 'no version')})"]
    lines.append(f"    payload  {cut(visible(each.payload), 300)}")
    if each.response is not None:
        lines.append(f"    answer   {cut(visible(each.response), 300)}")
    judged = each.judgement
    lines += [f"    {visible(cut(str(problem), 200))}" for problem in (*judged.problems, *judged.differences)[:5]]
    if judged.detail:
        lines.append(f"    {visible(cut(judged.detail, 300))}")
    return lines


def markdown(report: ReplayReport, *, style: Style) -> str:
    """
    Write a replay as Markdown.
    """
    lines = ["### Replay", "", f"{'❌' if report.failed else '✅'} {markdown_text(headline(report))}", ""]
    lines.append("| " + " | ".join(HEAD) + " |")
    lines.append("|---" * len(HEAD) + "|")
    lines += ["| " + " | ".join(map(markdown_text, row)) + " |" for row in cells(report)]
    lines.append("")
    exchanges = [each for each in report.notable if each.judgement.kind in _WRONG]
    for each in exchanges if style.everything else exchanges[:_FEW]:
        lines.append(f"- {each.judgement.kind}: {markdown_text(each.name)} {markdown_code(each.payload)}")
    for fault in report.faults:
        lines.append(f"- the worker {fault.kind}: {markdown_text(cut(fault.detail, 300))}")
    return "\n".join(lines) + "\n"
