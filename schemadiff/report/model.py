"""
The report of a comparison: all that its reporters need.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from schemadiff.decide import Classification, Comparison, Direction, Finding, PolicyFinding, Verdict
from schemadiff.decide.values import EmissionName
from schemadiff.options import FAIL_LEVELS

if TYPE_CHECKING:
    from schemadiff.deployment.graph import Graph
    from schemadiff.replay.report import ReplayReport

Day = Annotated[str, ("format", "date")]
FailLevel = Annotated[str, ("enum", FAIL_LEVELS)]

_FAILING = {"warning": ("error", "warning"), "any": ("error", "warning", "note")}
"""The levels at which findings fail a run whatever their classification."""

EXIT_OK, EXIT_BREAKING, EXIT_UNDECIDED, EXIT_INPUT, EXIT_WORKER = 0, 1, 3, 4, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """
    The days of support of one version of a contract, in ISO 8601; None where the manifest names none.

    Attributes:
        contract, version: the contract and its version.
        published: the first day of support.
        deprecated: the day from which it should no longer be written.
        sunset: the first day without support.
    """

    contract: str
    version: str
    published: Day | None
    deprecated: Day | None
    sunset: Day | None

    @property
    def days(self) -> tuple[str | None, str | None, str | None]:
        """
        Publication, deprecation and sunset.
        """
        return self.published, self.deprecated, self.sunset


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLine:
    """
    One file of an account.

    Attributes:
        path: of the file.
        contract, version: what it is taken as; null for a file that is passed by.
        reason: why it is passed by; null for a file that is taken.
    """

    path: str
    contract: str | None = None
    version: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """
    The report of a comparison, a gate or a lint run.

    Attributes:
        schemadiff: the version of schemadiff that made it.
        as_of: the day for which the report holds, in ISO 8601.
        rules: the name of the rule set.
        emission: what producers are assumed to send: declared (only declared properties) or any.
        comparisons: one a pair of schemas, in the order of the request.
        revisions: the base, how it was found, and the head; empty where no change was checked.
        notes: what else a reader must know, a sentence each.
        fail_on: the findings at which the run fails.
        windows: the days of support of the contracts' versions; empty without a manifest.
        graph: the version-support graph; null if there is none.
        rollout: the order in which to deploy, a sentence each; empty if none was planned.
        replay: the replay of the fixtures; null if there was none.
        remarks: findings of contract policy and lint rules, which are about no pair of schemas.
        linted: the number of schemas that were linted.
        files: what became of each file below the contracts; empty where no folder was looked at.
    """

    kind: ClassVar[str] = "comparison"
    computed: ClassVar[tuple[str, ...]] = ("verdict", "counts")

    schemadiff: str
    as_of: Day
    rules: str
    emission: EmissionName
    comparisons: tuple[Comparison, ...]
    revisions: str = ""
    notes: tuple[str, ...] = ()
    fail_on: FailLevel = "breaking"
    windows: tuple[Window, ...] = ()
    graph: Graph | None = None
    rollout: tuple[str, ...] = ()
    replay: ReplayReport | None = None
    remarks: tuple[PolicyFinding, ...] = ()
    linted: int = 0
    files: tuple[FileLine, ...] = ()

    @property
    def binding(self) -> tuple[Comparison, ...]:
        """
        The comparisons of versions between which a promise holds; the others affect neither verdict nor exit code.
        """
        return tuple(comparison for comparison in self.comparisons if comparison.binds)

    @property
    def counts(self) -> dict[Classification, int]:
        """
        The number of binding findings by classification; waived ones are left out.
        """
        result = Counter(f.classification for each in self.binding for f in each.findings if f.waived is None)
        return {each: result[each] for each in Classification}

    @property
    def verdict(self) -> Verdict:
        """
        The worst verdict in a promised direction, waived ones left out.
        """
        return min(self._verdicts, key=WORST_FIRST.index, default=Verdict.COMPATIBLE)

    @property
    def _verdicts(self) -> set[Verdict]:
        return {
            each.judgement(direction).verdict
            for each in self.binding
            for direction in each.promised
            if not _waived(each, each.judgement(direction).verdict)
        }

    @property
    def exit_code(self) -> int:
        """
        0 if nothing reaches the fail level, 1 if breaking, 3 if undecided and nothing worse, 4 if a file could not be
        read, 5 if the replay failed.
        """
        if any(remark.unreadable for remark in self.remarks):
            return EXIT_INPUT
        if self.replay is not None and self.replay.failed:
            return EXIT_WORKER
        if self.fail_on == "never":
            return EXIT_OK
        if any(self.objects(remark) and not remark.undecided for remark in self.remarks):
            return EXIT_BREAKING
        standing = [f for each in self.binding for f in each.findings if f.waived is None and f.level != "none"]
        if any(self._breaks(f) for f in standing):
            return EXIT_BREAKING
        undecided = any(f.classification is Classification.UNDECIDED for f in standing)
        undecided = undecided or any(map(self.objects, self.remarks))
        return EXIT_UNDECIDED if undecided or Verdict.UNDECIDED in self._verdicts else EXIT_OK

    def fails(self, finding: Finding) -> bool:
        """
        Whether this finding alone makes the run fail.
        """
        if self.fail_on == "never" or finding.waived is not None or finding.level == "none":
            return False
        return self._breaks(finding) or finding.classification is Classification.UNDECIDED

    def _breaks(self, finding: Finding) -> bool:
        broken = finding.classification is Classification.BREAKING and finding.level == "error"
        return broken or finding.level in _FAILING.get(self.fail_on, ())

    def objects(self, remark: PolicyFinding) -> bool:
        """
        Whether this remark alone makes the run fail; an unreadable file always does.
        """
        if remark.unreadable:
            return True
        if self.fail_on == "never" or remark.waived is not None:
            return False
        return remark.level in _FAILING.get(self.fail_on, ("error",))


def _waived(comparison: Comparison, verdict: Verdict) -> bool:
    """
    Whether waivers cover every finding of a pair with this verdict.
    """
    waivers = [finding.waived for finding in comparison.findings if finding.classification.value == verdict.value]
    return bool(waivers) and None not in waivers


def pair_name(comparison: Comparison) -> str:
    """
    The contract and its two sides in one line.
    """
    return f"{comparison.contract} {comparison.old} → {comparison.new}"


def directions(comparison: Comparison) -> list[Direction]:
    """
    Both directions, promised ones first.
    """
    return sorted(Direction, key=lambda each: each not in comparison.promised)


WORST_FIRST = (Verdict.BREAKING, Verdict.UNDECIDED, Verdict.COMPATIBLE)


def worst(comparison: Comparison) -> Verdict:
    """
    The worst verdict in a promised direction; compatible if the pair does not bind.
    """
    verdicts = [comparison.judgement(direction).verdict for direction in comparison.promised if comparison.binds]
    return min(verdicts, key=WORST_FIRST.index, default=Verdict.COMPATIBLE)


def look(report: Report) -> Verdict:
    """
    The verdict whose sign stands above the report: breaking if remarks fail it, undecided if it is about nothing.
    """
    if any(map(report.objects, report.remarks)):
        return Verdict.BREAKING
    return report.verdict if report.comparisons or report.remarks or report.linted else Verdict.UNDECIDED


def outcome(report: Report) -> str:
    """
    The outcome in a few words: the worst promised verdict, and whether remarks fail the run.
    """
    if not report.comparisons and not report.remarks:
        return "nothing is amiss" if report.linted else "nothing was compared"
    failing = sum(map(report.objects, report.remarks))
    remarks = f"{failing} {'rule is' if failing == 1 else 'rules are'} not kept"
    if not report.comparisons:
        return remarks if failing else "every rule is kept"
    joined = "and" if report.verdict is Verdict.BREAKING else "but"
    word = report.verdict.value if report.binding else "no promise is broken"
    return f"{word}, {joined} {remarks}" if failing else word


def weight(comparison: Comparison, finding: Finding) -> str:
    """
    The level at which to show a finding: a note at most if it is waived or does not bind.
    """
    return finding.level if (comparison.binds and finding.waived is None) or finding.level == "none" else "note"


def summary(report: Report) -> str:
    """
    The counts of a report in one line.
    """
    counts = report.counts
    pairs, unbound = len(report.binding), [comparison for comparison in report.comparisons if not comparison.binds]
    parts = [f"{counts[each]} {each.value}" for each in Classification]
    compared = [f"{_counted(pairs, 'pair')} compared: {', '.join(parts)}"] if pairs else []
    if unbound:
        broken = sum(finding.classification is Classification.BREAKING for pair in unbound for finding in pair.findings)
        many = _counted(len(unbound), "pair")
        compared.append(f"{many} compared that may differ: {broken} breaking, which is allowed there")
    if report.linted:
        compared.append(f"{_counted(report.linted, 'schema')} looked at")
    remarks, objections = len(report.remarks), sum(map(report.objects, report.remarks))
    failing = [f"{_counted(remarks, 'remark')}, {objections} failing"] if remarks else []
    return "; ".join([*(compared or ["nothing compared"]), *failing])


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


_MEANINGS = {
    (Direction.BACKWARD, Verdict.COMPATIBLE): "readers of {new} accept everything written under {old}",
    (Direction.BACKWARD, Verdict.BREAKING): "readers of {new} reject some messages written under {old}",
    (Direction.BACKWARD, Verdict.UNDECIDED): "undecided whether readers of {new} accept everything written under {old}",
    (Direction.FORWARD, Verdict.COMPATIBLE): "readers of {old} accept everything written under {new}",
    (Direction.FORWARD, Verdict.BREAKING): "readers of {old} reject some messages written under {new}",
    (Direction.FORWARD, Verdict.UNDECIDED): "undecided whether readers of {old} accept everything written under {new}",
}


def meaning(comparison: Comparison, direction: Direction) -> str:
    """
    The meaning of a direction's verdict, as a sentence without its full stop.
    """
    text = _MEANINGS[direction, comparison.judgement(direction).verdict]
    old, new = ("standard input" if name == "-" else name for name in (comparison.old, comparison.new))
    return text.format(old=old, new=new)
