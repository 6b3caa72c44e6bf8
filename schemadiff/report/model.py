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
    from schemadiff.deployment import Graph
    from schemadiff.replay import ReplayReport

Day = Annotated[str, ("format", "date")]
FailLevel = Annotated[str, ("enum", FAIL_LEVELS)]

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
class Report:
    """
    The report of a comparison, a gate or a lint run.

    Attributes:
        schemadiff: the version of schemadiff that made it.
        as_of: the day for which the report holds, in ISO 8601.
        rules: the name of the rule set.
        emission: what producers are assumed to send: declared (only declared properties) or any.
        comparisons: one a pair of schemas, in the order of the request.
        notes: what else a reader must know, a sentence each.
        fail_on: the findings at which the run fails.
        windows: the days of support of the contracts' versions; empty without a manifest.
        graph: the version-support graph; null if there is none.
        rollout: the order in which to deploy, a sentence each; empty if none was planned.
        replay: the replay of the fixtures; null if there was none.
        remarks: findings of contract policy and lint rules, which are about no pair of schemas.
        linted: the number of schemas that were linted.
    """

    kind: ClassVar[str] = "comparison"
    computed: ClassVar[tuple[str, ...]] = ("verdict", "counts")

    schemadiff: str
    as_of: Day
    rules: str
    emission: EmissionName
    comparisons: tuple[Comparison, ...]
    notes: tuple[str, ...] = ()
    fail_on: FailLevel = "breaking"
    windows: tuple[Window, ...] = ()
    graph: Graph | None = None
    rollout: tuple[str, ...] = ()
    replay: ReplayReport | None = None
    remarks: tuple[PolicyFinding, ...] = ()
    linted: int = 0

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
        result = {
            each.judgement(direction).verdict
            for each in self.binding
            for direction in each.promised
            if not _waived(each, each.judgement(direction).verdict)
        }
        for verdict in (Verdict.BREAKING, Verdict.UNDECIDED):
            if verdict in result:
                return verdict
        return Verdict.COMPATIBLE

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
        broken = [f for f in standing if f.classification is Classification.BREAKING and f.level == "error"]
        if broken or (self.fail_on in ("warning", "any") and any(f.level in ("error", "warning") for f in standing)):
            return EXIT_BREAKING
        if self.fail_on == "any" and standing:
            return EXIT_BREAKING
        undecided = any(f.classification is Classification.UNDECIDED for f in standing)
        undecided = undecided or any(map(self.objects, self.remarks))
        return EXIT_UNDECIDED if undecided or self._pair_undecided else EXIT_OK

    def fails(self, finding: Finding) -> bool:
        """
        Whether this finding alone makes the run fail.
        """
        if self.fail_on == "never" or finding.waived is not None or finding.level == "none":
            return False
        if finding.classification is Classification.BREAKING and finding.level == "error":
            return True
        worst = {"warning": ("error", "warning"), "any": ("error", "warning", "note")}.get(self.fail_on, ())
        return finding.level in worst or finding.classification is Classification.UNDECIDED

    def objects(self, remark: PolicyFinding) -> bool:
        """
        Whether this remark alone makes the run fail; an unreadable file always does.
        """
        if remark.unreadable:
            return True
        if self.fail_on == "never" or remark.waived is not None:
            return False
        worst = {"warning": ("error", "warning"), "any": ("error", "warning", "note")}.get(self.fail_on, ("error",))
        return remark.level in worst

    @property
    def _pair_undecided(self) -> bool:
        return any(
            each.judgement(direction).verdict is Verdict.UNDECIDED and not _waived(each, Verdict.UNDECIDED)
            for each in self.binding
            for direction in each.promised
        )


def _waived(comparison: Comparison, verdict: Verdict) -> bool:
    """
    Whether waivers cover every finding of a pair with this verdict.
    """
    waivers = [finding.waived for finding in comparison.findings if finding.classification.value == verdict.value]
    return bool(waivers) and None not in waivers


def headline(comparison: Comparison) -> str:
    """
    The verdict of a pair in one line: promised directions first.
    """
    parts = []
    for direction in sorted(Direction, key=lambda each: each not in comparison.promised):
        judged = comparison.judgement(direction)
        promised = "" if direction in comparison.promised else " (not promised)"
        parts.append(f"{direction.value}: {judged.verdict.value}{promised}")
    return ", ".join(parts)


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
    compared = [f"{pairs} {'pair' if pairs == 1 else 'pairs'} compared: {', '.join(parts)}"] if pairs else []
    if unbound:
        broken = sum(finding.classification is Classification.BREAKING for pair in unbound for finding in pair.findings)
        many = "pair" if len(unbound) == 1 else "pairs"
        compared.append(f"{len(unbound)} {many} compared that may differ: {broken} breaking, which is allowed there")
    if report.linted:
        compared.append(f"{report.linted} {'schema' if report.linted == 1 else 'schemas'} looked at")
    text = "; ".join(compared) or "nothing compared"
    objections = sum(map(report.objects, report.remarks))
    if report.remarks:
        text += f"; {len(report.remarks)} {'remark' if len(report.remarks) == 1 else 'remarks'}, {objections} failing"
    return text


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
