"""
The replay report as text: the three-way table, worst rows first, and notable exchanges.
"""

from __future__ import annotations

from collections.abc import Iterator

from schemadiff.replay.report import Exchange, ReplayReport
from schemadiff.report.escaping import cut, markdown_code, markdown_text, visible
from schemadiff.report.style import Style

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


def _rows(report: ReplayReport) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for cell in report.cells:
        sides = report.sides.get(cell.contract)
        old, new = (sides.old, sides.new) if sides else ("old", "new")
        rows.append(
            (cell.contract, f"{old}: {cell.old}", f"{new}: {cell.new}", cell.outcome, str(cell.fixtures), cell.kind)
        )
    return rows


_HEAD = ("contract", "old schema", "new schema", "worker", "fixtures", "")


def _table(report: ReplayReport, form: str) -> str:
    from tabulate import tabulate

    rows = [
        (*(visible(cell) for cell in row[:5]), f"{row[5]}: {_MEANING[row[5]]}" if row[5] != "agreed" else row[5])
        for row in _rows(report)
    ]
    return tabulate(
        rows, headers=_HEAD, tablefmt=form, disable_numparse=True, colalign=("left",) * 4 + ("right", "left")
    )


def _counts(report: ReplayReport) -> Iterator[str]:
    """
    A table of outcomes by version, and one by the release from which messages were recorded.
    """
    from tabulate import tabulate

    for head, summaries in (("version", report.versions), ("recorded from", report.releases)):
        outcomes = sorted({summary.outcome for summary in summaries})
        groups: dict[tuple[str, str], dict[str, int]] = {}
        for summary in summaries:
            groups.setdefault((summary.group, summary.name), {})[summary.outcome] = summary.fixtures
        if any(any(group) for group in groups):
            rows = [
                (
                    visible(" ".join(filter(None, group)) or "(unknown)"),
                    *(str(count.get(outcome, "")) for outcome in outcomes),
                )
                for group, count in groups.items()
            ]
            aligned = ("left", *("right" for _ in outcomes))
            yield tabulate(rows, headers=(head, *outcomes), tablefmt="simple", disable_numparse=True, colalign=aligned)
            yield ""


def terminal(report: ReplayReport, *, style: Style) -> str:
    """
    Write a replay as plain text.
    """
    lines = [style.paint(headline(report), "error" if report.failed else "bold"), "", _table(report, "simple"), ""]
    lines += _counts(report)
    most = len(report.notable) if style.everything else _FEW
    for kind in (*_WRONG, "changed"):
        exchanges = [each for each in report.notable if each.judgement.kind == kind]
        if exchanges:
            lines.append(style.paint(f"{kind}: {_MEANING[kind]}", "error" if kind in _WRONG else "warning"))
            lines += [line for exchange in exchanges[:most] for line in _exchange(exchange)]
            if report.kinds.get(kind, 0) > most:
                lines.append(f"  … and {report.kinds.get(kind, 0) - min(most, len(exchanges))} more")
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
    lines.append("| " + " | ".join(_HEAD) + " |")
    lines.append("|---" * len(_HEAD) + "|")
    lines += ["| " + " | ".join(markdown_text(cell) for cell in row) + " |" for row in _rows(report)]
    lines.append("")
    exchanges = [each for each in report.notable if each.judgement.kind in _WRONG]
    for each in exchanges if style.everything else exchanges[:_FEW]:
        lines.append(f"- {each.judgement.kind}: {markdown_text(each.name)} {markdown_code(each.payload)}")
    for fault in report.faults:
        lines.append(f"- the worker {fault.kind}: {markdown_text(cut(fault.detail, 300))}")
    return "\n".join(lines) + "\n"
