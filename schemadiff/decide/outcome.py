"""
The outcome of a run, pass or fail: verdicts and findings under levels, waivers and the fail level.

A run fails on a promise that is refuted or undecided, and on any finding of a failing level. A refuted or undecided
direction is excused only if findings explain it and policy excuses each of them: a waiver, or a level below the fail
level that the settings or a rule set gives. What a rule says of itself excuses nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from schemadiff.decide.values import Classification, Comparison, Direction, Finding, PolicyFinding, Verdict

FAILING_LEVELS = {
    "error": ("error",),
    "warning": ("error", "warning"),
    "note": ("error", "warning", "note"),
    "never": (),
}
"""The levels at which findings fail a run, by the fail level."""

EXIT_OK, EXIT_FAIL, EXIT_UNDECIDED = 0, 1, 3

ACCEPTED = "accepted from outside of the change (--accept)"
"""What stands for the reason of a waiver at an accepted finding."""

_NAMED = 3
"""The number of rules that a reason names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """
    Judgement of findings and verdicts by the fail level of a run.

    Attributes:
        fail_on: from which level on findings fail the run: error, warning, note or never.
    """

    fail_on: str

    def fails(self, finding: Finding) -> bool:
        """
        Whether a finding of a pair that binds fails the run.
        """
        return finding.waived is None and finding.level in FAILING_LEVELS[self.fail_on]

    def objects(self, remark: PolicyFinding) -> bool:
        """
        Whether a finding that is about no pair fails the run; input that cannot be read always does.
        """
        return remark.unreadable or (remark.waived is None and remark.level in FAILING_LEVELS[self.fail_on])

    def excuses(self, finding: Finding) -> bool:
        """
        Whether somebody decided that a finding does not fail the run.
        """
        return finding.waived is not None or (bool(finding.level_by) and not self.fails(finding))

    def failing(self, comparison: Comparison) -> tuple[Finding, ...]:
        """
        The findings of a pair that fail the run; none of one that does not bind.
        """
        return tuple(filter(self.fails, comparison.findings)) if comparison.binds else ()

    def failure(self, comparison: Comparison, direction: Direction) -> Verdict | None:
        """
        The verdict by which a direction of a pair fails the run: breaking, or undecided if only doubt remains after
        excuses. None if it does not fail: compatible, not promised, not binding, or excused by policy.
        """
        verdict = comparison.judgement(direction).verdict
        promised = comparison.binds and direction in comparison.promised
        if not promised or verdict is Verdict.COMPATIBLE or self.fail_on == "never":
            return None
        causes = explaining(comparison, direction)
        standing = [each for each in causes if not self.excuses(each)]
        if causes and not standing:
            return None
        broken = [each for each in causes if each.judgement(direction).verdict is Verdict.BREAKING]
        if verdict is Verdict.BREAKING and broken and all(map(self.excuses, broken)):
            return Verdict.UNDECIDED
        return verdict

    def exit_code(self, comparisons: Sequence[Comparison], remarks: Iterable[PolicyFinding]) -> int:
        """
        0 if nothing fails the run, 3 if only doubt does, 1 otherwise.
        """
        findings = [finding for comparison in comparisons for finding in self.failing(comparison)]
        failures = {self.failure(comparison, direction) for comparison in comparisons for direction in Direction}
        certain = any(finding.classification is not Classification.UNDECIDED for finding in findings)
        objections = list(filter(self.objects, remarks))
        if certain or Verdict.BREAKING in failures or not all(each.undecided for each in objections):
            return EXIT_FAIL
        return EXIT_UNDECIDED if findings or objections or Verdict.UNDECIDED in failures else EXIT_OK


def with_level(finding: Finding, level: str, given_by: str) -> Finding:
    """
    A finding with a level that somebody gave. One that can only break a direction that is not promised stays a note
    at most, and says so.
    """
    if finding.unpromised and level in ("error", "warning"):
        kind = "an error" if level == "error" else "a warning"
        note = f"A note, not {kind}: it can only break a direction that is not promised."
        return replace(finding, level="note", level_by="", notes=tuple(dict.fromkeys((*finding.notes, note))))
    return replace(finding, level=level, level_by=given_by)


def explaining(comparison: Comparison, direction: Direction) -> list[Finding]:
    """
    The findings that a refuted or undecided direction is due to.
    """
    return [each for each in comparison.findings if each.judgement(direction).verdict is not Verdict.COMPATIBLE]


def reasons(comparisons: Sequence[Comparison], fail_on: str) -> tuple[str, ...]:
    """
    Why the outcome of pairs is not what their verdicts alone would give, a phrase each.
    """
    policy = Policy(fail_on=fail_on)
    binding = [comparison for comparison in comparisons if comparison.binds]
    causes = [each for pair in binding for each in _causes(pair)]
    explained = set(map(id, causes))
    unbroken = [each for pair in binding for each in policy.failing(pair) if id(each) not in explained]
    if policy.exit_code(binding, ()):
        return tuple(_raised(unbroken, fail_on))
    if fail_on == "never" and Policy(fail_on="error").exit_code(binding, ()):
        return ("the fail level is never",)
    return (*_waived(causes), *_lowered([each for each in causes if each.waived is None]))


def _causes(comparison: Comparison) -> list[Finding]:
    """
    The findings of a pair that are due to a promised direction which is refuted or undecided.
    """
    found = {id(each): each for direction in comparison.promised for each in explaining(comparison, direction)}
    return list(found.values())


def excused_remarks(remarks: Iterable[PolicyFinding], fail_on: str) -> tuple[str, ...]:
    """
    Why findings that are about no pair do not fail a run though their level is error, a phrase each.
    """
    errors = [each for each in remarks if each.level == "error" and not each.unreadable]
    standing = fail_on == "never" and any(each.waived is None for each in errors)
    return (*(["the fail level is never"] if standing else []), *_waived(errors))


def _waived(excused: Iterable[Finding | PolicyFinding]) -> Iterator[str]:
    by_end: dict[tuple[str, str], Counter[str]] = {}
    for each in excused:
        if each.waived is not None:
            way = ("accepted", "") if each.waived == ACCEPTED else ("waived", each.waived_until or "")
            kind = each.classification.value if isinstance(each, Finding) else "policy"
            by_end.setdefault(way, Counter())[kind] += 1
    for (word, end), counts in sorted(by_end.items()):
        counted = " and ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))
        are = "finding is" if counts.total() == 1 else "findings are"
        yield f"{counted} {are} {word}" + (f" until {end}" if end else "")


def _lowered(findings: Iterable[Finding]) -> Iterator[str]:
    ways = dict.fromkeys((each.rule, each.level, each.level_by) for each in findings)
    for rule, level, given_by in list(ways)[:_NAMED]:
        yield f"the level of {rule} is {level}" + (f" ({given_by})" if given_by else "")
    if len(ways) > _NAMED:
        yield f"the levels of {len(ways) - _NAMED} other rules are below the fail level"


def _raised(findings: Sequence[Finding], fail_on: str) -> Iterator[str]:
    for level in FAILING_LEVELS[fail_on]:
        rules = [each.rule for each in findings if each.level == level]
        if rules:
            names = list(dict.fromkeys(rules))
            more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
            are = "finding has" if len(rules) == 1 else "findings have"
            yield f"{len(rules)} {are} the level {level} ({', '.join(names[:_NAMED])}{more})"
