"""
The report of a comparison: all that its reporters need.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from schemadiff.decide import Classification, Comparison, Direction, Evidence, Finding, PolicyFinding, Verdict
from schemadiff.decide.outcome import EXIT_OK, EXIT_UNDECIDED, Policy, excused_remarks, reasons
from schemadiff.decide.values import Day, EmissionName, Level
from schemadiff.options import FAIL_LEVELS

if TYPE_CHECKING:
    from schemadiff.deployment.graph import Graph
    from schemadiff.replay.report import ReplayReport

FailLevel = Annotated[str, ("enum", FAIL_LEVELS)]

OutcomeName = Annotated[str, ("enum", ("pass", "fail"))]

EXIT_INPUT, EXIT_WORKER = 4, 5


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
        fail_on: from which level on findings fail the run.
        windows: the days of support of the contracts' versions; empty without a manifest.
        graph: the version-support graph; null if there is none.
        rollout: the order in which to deploy, a sentence each; empty if none was planned.
        replay: the replay of the fixtures; null if there was none.
        remarks: findings of contract policy and lint rules, which are about no pair of schemas.
        linted: the number of schemas that were linted.
        folder: what the names of files that a user named are relative to, as a path from the top of the repository.
        files: what became of each file below the contracts; empty where no folder was looked at.
    """

    kind: ClassVar[str] = "comparison"
    computed: ClassVar[tuple[str, ...]] = ("outcome", "verdict", "reasons", "counts")

    schemadiff: str
    as_of: Day
    rules: str
    emission: EmissionName
    comparisons: tuple[Comparison, ...]
    revisions: str = ""
    notes: tuple[str, ...] = ()
    fail_on: FailLevel = "error"
    windows: tuple[Window, ...] = ()
    graph: Graph | None = None
    rollout: tuple[str, ...] = ()
    replay: ReplayReport | None = None
    remarks: tuple[PolicyFinding, ...] = ()
    linted: int = 0
    folder: str = ""
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
        The worst verdict in a promised direction, whatever policy says of it.
        """
        return min(map(worst, self.comparisons), key=WORST_FIRST.index, default=Verdict.COMPATIBLE)

    @property
    def outcome(self) -> OutcomeName:
        """
        Whether the run passes or fails: by verdicts, levels, waivers and the fail level.
        """
        return "pass" if self.exit_code == EXIT_OK else "fail"

    @property
    def policy(self) -> Policy:
        """
        How findings and verdicts are judged.
        """
        return Policy(fail_on=self.fail_on)

    @property
    def reasons(self) -> tuple[str, ...]:
        """
        Why the outcome is what it is where the verdict alone does not tell, a phrase each.
        """
        unreadable = sum(remark.unreadable for remark in self.remarks)
        failing = sum(map(self.policy.objects, self.remarks)) - unreadable
        inputs = [f"{_counted(unreadable, 'input')} could not be read"] if unreadable else []
        remarks = [f"{failing} {'rule is' if failing == 1 else 'rules are'} not kept"] if failing else []
        replayed = ["the replay failed"] if self.replay is not None and self.replay.failed else []
        excused = excused_remarks(self.remarks, self.fail_on)
        return tuple(dict.fromkeys((*inputs, *replayed, *remarks, *reasons(self.comparisons, self.fail_on), *excused)))

    @property
    def exit_code(self) -> int:
        """
        0 if nothing fails the run, 1 if a verdict or a finding does, 3 if only doubt does, 4 if a file could not be
        read, 5 if the replay failed.
        """
        if any(remark.unreadable for remark in self.remarks):
            return EXIT_INPUT
        if self.replay is not None and self.replay.failed:
            return EXIT_WORKER
        return self.policy.exit_code(self.comparisons, self.remarks)

    def severity(self, each: Finding | PolicyFinding, comparison: Comparison | None = None) -> Level:
        """
        The level at which a format without policy shows a finding: error if and only if it fails the run.
        """
        if isinstance(each, PolicyFinding):
            failing = self.policy.objects(each)
        else:
            failing = comparison is not None and comparison.binds and self.policy.fails(each)
        if failing or each.level == "none":
            return "error" if failing else "none"
        if each.waived is not None or (comparison is not None and not comparison.binds):
            return "note"
        return "warning" if each.level == "error" else each.level


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
    The verdict whose sign stands above the report: compatible if the run passes, undecided if only doubt fails it or
    it is about nothing.
    """
    if report.exit_code == EXIT_UNDECIDED:
        return Verdict.UNDECIDED
    if report.outcome == "fail":
        return Verdict.BREAKING
    return Verdict.COMPATIBLE if report.comparisons or report.remarks or report.linted else Verdict.UNDECIDED


def headline(report: Report) -> str:
    """
    The outcome, the verdict, and which policy made the difference, in one line.
    """
    return f"{report.outcome}: {'; '.join([*_subject(report), *report.reasons])}"


def _subject(report: Report) -> list[str]:
    if report.comparisons:
        return [_verdict(report) if report.binding else "no promise binds"]
    if report.outcome == "fail" or any(remark.level == "error" for remark in report.remarks):
        return []
    if report.remarks:
        return ["every rule is kept"]
    return ["no problems found" if report.linted else "nothing was compared"]


def _verdict(report: Report) -> str:
    judged = [pair.judgement(direction) for pair in report.binding for direction in pair.promised]
    if report.verdict is Verdict.COMPATIBLE and any(each.evidence is Evidence.ASSUMED for each in judged):
        return "compatible, assumed"
    return report.verdict.value


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
    remarks, objections = len(report.remarks), sum(map(report.policy.objects, report.remarks))
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
