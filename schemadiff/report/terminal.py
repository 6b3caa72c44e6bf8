"""
The comparison report for a terminal: verdicts, then each finding with location, message, evidence and remedy.
"""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence

from schemadiff.decide import Classification, Comparison, Direction, Finding, Judgement, PolicyFinding, Verdict
from schemadiff.decide.messages import place_text as named
from schemadiff.instance import dumps
from schemadiff.report.escaping import no_commands, shown, visible
from schemadiff.report.locations import place_text
from schemadiff.report.model import WORST_FIRST, Report, directions, headline, look, meaning, summary, worst
from schemadiff.report.style import Style, table

_FOLD = {
    Classification.BREAKING: 40,
    Classification.UNDECIDED: 20,
    Classification.ADDITIVE: 20,
    Classification.NEUTRAL: 10,
}
"""The number of findings of a pair that are shown; the rest is folded into counts."""

_MOST = 200
"""The number of findings of the whole report after which pairs are shown by their verdict alone."""

_QUIET = 5
"""The number of pairs without findings that are listed one by one."""

_NOT_PROMISED = "(not promised)"
_JOINED = "\x1f"
"""A placeholder for a no-break space; visible text never has this character."""

_TEXT = 400
_PAYLOAD = 600
_INDENT = 12
_PAD = " " * _INDENT
_NARROW = 24
"""The minimum width of running text in columns."""


def render(report: Report, *, style: Style) -> str:
    """
    Write the report as plain text, with colours where the style allows them.
    """
    lines = [_wrap(shown(report.revisions, _TEXT), style, "", "  "), ""] if report.revisions else []
    lines += _pairs(report, style)
    if report.remarks:
        lines += [*_remarks(report, style), ""]
    folded = sum(len(comparison.findings) for comparison in report.comparisons) > _MOST
    if folded and not style.everything:
        lines += [*_counts(report), ""]
    lines += [_wrap(f"note: {shown(note, _TEXT)}", style, "", "  ") for note in report.notes]
    if report.replay is not None:
        from schemadiff.report.replays import brief

        colour = "error" if report.replay.failed else "bold"
        lines.append(style.paint(_wrap(shown(brief(report.replay), _TEXT), style, "", "  "), colour))
    first = _wrap(shown(headline(report), 2 * _TEXT), style, "", "  ")
    lines.append(style.paint(first[:4].upper() + first[4:], look(report).value))
    lines.append(style.paint(summary(report), "bold"))
    lines.append(style.paint(f"as of {report.as_of}, rules {report.rules}, emission {report.emission}", "dim"))
    return no_commands("\n".join(lines) + "\n")


def _pairs(report: Report, style: Style) -> Iterator[str]:
    """
    The pairs: in full, then in a line each, then as counts.
    """
    left, brief = _MOST, []
    quiet = 0 if style.everything else sum(map(_quiet, report.comparisons))
    for comparison in report.comparisons:
        if quiet > _QUIET and _quiet(comparison):
            continue
        if style.everything or left > 0:
            yield from _comparison(comparison, style)
            yield ""
        else:
            brief.append(comparison)
        left -= len(comparison.findings)
    brief.sort(key=lambda each: WORST_FIRST.index(worst(each)))
    yield from (_brief(each, style) for each in brief[:_MOST])
    if len(brief) > _MOST:
        counts = Counter(worst(each).value for each in brief[_MOST:])
        rest = ", ".join(f"{count} {word}" for word, count in counts.items())
        yield f"… and {len(brief) - _MOST} more pairs: {rest}; --all lists them"
    if brief:
        yield ""
    if quiet > _QUIET:
        yield f"{quiet} more pairs: compatible, and nothing was found; --all lists them"
        yield ""


def _remarks(report: Report, style: Style) -> Iterator[str]:
    yield style.paint(f"rules about contracts ({len(report.remarks)})", "bold")
    most = len(report.remarks) if style.everything else _FOLD[Classification.BREAKING]
    for remark in report.remarks[:most]:
        yield _message(remark, style)
        where = shown(f"{remark.rule} · {place_text(remark.place)}", _TEXT)
        yield _PAD + style.paint(f"{where}{_fingerprint(remark)}", "dim")
        yield from _notes(remark, style)
        if remark.waived is not None:
            yield _waiver(remark.waived, style)
        yield from _remedy(remark, style)
    if len(report.remarks) > most:
        yield f"    … and {len(report.remarks) - most} more ({_by_rule(report.remarks[most:])}); --all shows them"


def _quiet(comparison: Comparison) -> bool:
    promised = {comparison.judgement(direction).verdict for direction in comparison.promised}
    return not comparison.findings and not comparison.notes and promised == {Verdict.COMPATIBLE}


def _counts(report: Report) -> list[str]:
    levels = ("error", "warning", "note", "none")
    counts: dict[str, Counter[str]] = {}
    for comparison in report.comparisons:
        of_levels = Counter(finding.level if finding.waived is None else "waived" for finding in comparison.findings)
        counts.setdefault(shown(comparison.contract, 60), Counter()).update(of_levels)
    ranked = sorted(counts.items(), key=lambda item: [-item[1][level] for level in levels])
    rows = [(name, *(str(of[level] or "") for level in (*levels, "waived"))) for name, of in ranked[:_MOST]]
    text = table(rows, ("contract", *levels, "waived"), align=("left", *["right"] * 5))
    return [text, *([f"… and {len(ranked) - _MOST} more contracts"] if len(ranked) > _MOST else [])]


def _brief(comparison: Comparison, style: Style) -> str:
    names = (shown(each, 60) for each in (comparison.contract, comparison.old, comparison.new))
    word = worst(comparison).value
    verdict = style.paint(f"{word.upper():<10}", word)
    return "{} {}  {} → {}: {}".format(verdict, *names, _by_kind(comparison.findings) or "no findings")


def _comparison(comparison: Comparison, style: Style) -> Iterator[str]:
    yield style.paint(_title(comparison), "bold")
    for direction in directions(comparison):
        yield _verdict(comparison, direction, style)
    if not comparison.binds:
        text = "these versions may differ: nothing here counts for the outcome"
        yield "  " + style.paint(_hang(text, style, 2), "dim")
    if comparison.tag is not None:
        pointer = "/".join(map(str, ("", *comparison.tag.pointer)))
        tag = f"  version tag {pointer}: {comparison.tag.old} → {comparison.tag.new}"
        yield style.paint(shown(tag, _TEXT), "dim")
    for note in comparison.notes:
        yield _wrap(f"note: {shown(note, _TEXT)}", style, "  ", "    ")
    if not comparison.findings:
        yield "  no findings"
    for classification in Classification:
        findings = [finding for finding in comparison.findings if finding.classification is classification]
        yield from _group(comparison, classification, findings, style)


def _title(comparison: Comparison) -> str:
    """
    The contract and the two sides; the contract is left out if both file names contain it.
    """
    sides = (comparison.old, comparison.new)
    stems = (comparison.contract.split(" → ") * 2)[:2]
    in_names = all(
        side.endswith(stem) or re.split("[/:]", side)[-1].startswith(f"{stem}.")
        for stem, side in zip(stems, sides, strict=True)
    )
    names = " → ".join(shown(side, 120) for side in sides)
    return names if in_names else f"{shown(comparison.contract, 120)}  {names}"


def _by_kind(findings: Sequence[Finding]) -> str:
    counts = Counter(finding.classification.value for finding in findings)
    return ", ".join(f"{count} {kind}" for kind, count in counts.items())


def _verdict(comparison: Comparison, direction: Direction, style: Style) -> str:
    judged = comparison.judgement(direction)
    promised = direction in comparison.promised
    word = judged.verdict.value.upper() if promised else judged.verdict.value
    means = f"{direction.value}: {shown(meaning(comparison, direction), _TEXT)}"
    if promised:
        return f"  {style.paint(f'{word:<10}', judged.verdict.value)} {_hang(means, style, 13)}"
    wrapped = _hang(f"{means}  {_NOT_PROMISED.replace(' ', _JOINED)}", style, 13)
    return style.paint(f"  {word:<10} {wrapped}".replace(_JOINED, " "), "dim")


def _group(
    comparison: Comparison, classification: Classification, findings: list[Finding], style: Style
) -> Iterator[str]:
    if not findings:
        return
    most = len(findings) if style.everything else _FOLD[classification]
    yield ""
    yield style.paint(f"  {classification.value} ({len(findings)})", classification.value)
    for finding in findings[:most]:
        yield from _finding(comparison, finding, style)
    if len(findings) > most:
        yield f"    … and {len(findings) - most} more ({_by_rule(findings[most:])}); --all shows them"


def _by_rule(findings: Sequence[Finding | PolicyFinding]) -> str:
    counts = Counter(finding.rule for finding in findings).most_common()
    parts = [f"{count} {rule}" for rule, count in counts[:4]]
    return ", ".join([*parts, *([f"{len(counts) - 4} other rules"] if len(counts) > 4 else [])])


def _finding(comparison: Comparison, finding: Finding, style: Style) -> Iterator[str]:
    yield _message(finding, style)
    yield _PAD + style.paint(f"{finding.rule} · {_places(finding)}{_fingerprint(finding)}", "dim")
    if finding.waived is not None:
        yield _waiver(finding.waived, style)
    if len(finding.paths) > 1:
        yield _PAD + style.paint(_hang(_reached(finding), style), "dim")
    for text in _because(comparison, finding):
        yield _PAD + _hang(text, style)
    for direction in comparison.promised:
        result = finding.judgement(direction).counter_example
        if result is not None:
            word = f"{direction.value} payload" if len(comparison.promised) > 1 else "payload"
            yield f"{_PAD}{word}: {style.paint(shown(dumps(result.instance), _PAYLOAD), 'bold')}"
    yield from _notes(finding, style)
    yield from _remedy(finding, style)


def _message(each: Finding | PolicyFinding, style: Style) -> str:
    level = style.paint(f"    {each.level:<8}", each.level if each.waived is None else "dim")
    return level + _hang(shown(each.message, _TEXT), style)


def _fingerprint(each: Finding | PolicyFinding) -> str:
    """
    What a waiver needs, for a finding that a waiver may be for.
    """
    needed = each.level in ("error", "warning") and each.waived is None and each.fingerprint
    return f" · {shown(each.fingerprint, _TEXT)}" if needed else ""


def _waiver(reason: str, style: Style) -> str:
    return _PAD + style.paint(_hang(f"waived: {shown(reason, _TEXT)}", style), "dim")


def _notes(each: Finding | PolicyFinding, style: Style) -> Iterator[str]:
    return (_PAD + _hang(shown(note, _TEXT), style) for note in each.notes)


def _remedy(each: Finding | PolicyFinding, style: Style) -> Iterator[str]:
    if each.remedy and each.waived is None:
        yield _PAD + _hang(f"instead: {shown(' '.join(each.remedy.split()), 2 * _TEXT)}", style)


def _reached(finding: Finding) -> str:
    names = [shown(named(path), 80) for path in finding.paths[:4]]
    more = [f"{len(finding.paths) - 4} more"] if len(finding.paths) > 4 else []
    return f"reached from {len(finding.paths)} places: {', '.join([*names, *more])}"


def _because(comparison: Comparison, finding: Finding) -> Iterator[str]:
    for direction in comparison.promised:
        judged = finding.judgement(direction)
        if judged.compensated_by:
            places = ", ".join(shown(each, 80) for each in judged.compensated_by[:5])
            more = f" and {len(judged.compensated_by) - 5} more" if len(judged.compensated_by) > 5 else ""
            yield f"would break {direction.value} but for the changes at {places}{more}"
        elif finding.classification is not Classification.NEUTRAL:
            yield _judged(judged, direction)


def _judged(judged: Judgement, direction: Direction) -> str:
    by = shown(judged.by, _TEXT)
    if judged.verdict is Verdict.UNDECIDED:
        return f"{direction.value} undecided: {by}"
    word = "breaks" if judged.verdict is Verdict.BREAKING else "keeps"
    return f"{word} {direction.value}, {judged.evidence.value}: {by}"


def _places(finding: Finding) -> str:
    old, new = place_text(finding.old_place), place_text(finding.new_place)
    return shown(old if old == new else f"{old} → {new}", _TEXT)


def _hang(text: str, style: Style, indent: int = _INDENT) -> str:
    return ("\n" + " " * indent).join(_lines(text, style.width - indent) or [""])


def _wrap(text: str, style: Style, first: str, rest: str) -> str:
    lines = _lines(visible(text), style.width - len(rest))
    return first + ("\n" + rest).join(lines)


def _lines(text: str, width: int) -> list[str]:
    # A word that is longer than the line is not broken, so that a path or a payload can be copied.
    return textwrap.wrap(text, max(width, _NARROW), break_long_words=False, break_on_hyphens=False)
