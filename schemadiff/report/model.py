"""
The report: everything that a reporter may need, so that it asks nobody.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemadiff.decide import Classification, Comparison, Direction, Finding, PolicyFinding, Verdict

if TYPE_CHECKING:
    from schemadiff.replay import ReplayReport

EXIT_OK, EXIT_BREAKING, EXIT_UNDECIDED, EXIT_INPUT, EXIT_WORKER = 0, 1, 3, 4, 5


@dataclass(frozen=True, slots=True)
class Window:
    """
    The days on which one version of a contract is supported, each in ISO 8601; None where nobody says.

    Attributes:
        contract, version: of what.
        published: the first day.
        deprecated: the day from which it should no longer be written.
        sunset: the first day on which it is no longer supported.
    """

    contract: str
    version: str
    published: str | None
    deprecated: str | None
    sunset: str | None

    @property
    def days(self) -> tuple[str | None, str | None, str | None]:
        """
        The days of publication, deprecation and sunset.
        """
        return self.published, self.deprecated, self.sunset


@dataclass(frozen=True, slots=True)
class Report:
    """
    The outcome of one run.

    Attributes:
        version: of schemadiff.
        as_of: the day for which the report holds, ISO 8601.
        rules: the rule set's name.
        emission: what producers are taken to send.
        comparisons: one a pair of schemas, in the order in which they were asked for.
        notes: what else a reader must know.
        fail_on: at which findings the run fails.
        windows: when the versions of the contracts are supported; empty where there is no manifest.
        graph_svg, graph_mermaid: the version-support graph as a picture and as Mermaid text; empty if there is none.
        rollout: the order in which to deploy, a plain sentence each; empty if nobody asked.
        replay: what the worker said; None if nobody asked it.
        remarks: what house rules and hygiene rules say, which are about no pair.
        linted: how many schemas were looked at one by one, for hygiene alone.
    """

    version: str
    as_of: str
    rules: str
    emission: str
    comparisons: tuple[Comparison, ...]
    notes: tuple[str, ...] = ()
    fail_on: str = "breaking"
    windows: tuple[Window, ...] = ()
    graph_svg: str = ""
    graph_mermaid: str = ""
    rollout: tuple[str, ...] = ()
    replay: ReplayReport | None = None
    remarks: tuple[PolicyFinding, ...] = ()
    linted: int = 0

    @property
    def binding(self) -> tuple[Comparison, ...]:
        """
        The comparisons between whose sides a promise holds; the others are shown and change no verdict.
        """
        return tuple(each for each in self.comparisons if each.binds)

    @property
    def counts(self) -> Counter[Classification]:
        """
        How many findings of each classification bind, waived ones left out.
        """
        return Counter(f.classification for each in self.binding for f in each.findings if f.waived is None)

    @property
    def verdict(self) -> Verdict:
        """
        The worst verdict in a promised direction; what waivers cover does not count.
        """
        found = {
            each.judgement(direction).verdict
            for each in self.binding
            for direction in each.promised
            if not _waived(each, each.judgement(direction).verdict)
        }
        for verdict in (Verdict.BREAKING, Verdict.UNDECIDED):
            if verdict in found:
                return verdict
        return Verdict.COMPATIBLE

    @property
    def exit_code(self) -> int:
        """
        0 where nothing reaches the fail level, 1 for breaking, 3 for undecided and nothing worse, 4 where something
        could not be read, 5 where the replay failed.
        """
        if any(each.unreadable for each in self.remarks):
            return EXIT_INPUT
        if self.replay is not None and self.replay.failed:
            return EXIT_WORKER
        if self.fail_on == "never":
            return EXIT_OK
        if any(self.objects(each) for each in self.remarks):
            return EXIT_BREAKING
        standing = [f for each in self.binding for f in each.findings if f.waived is None and f.level != "none"]
        broken = [f for f in standing if f.classification is Classification.BREAKING and f.level == "error"]
        if broken or (self.fail_on in ("warning", "any") and any(f.level in ("error", "warning") for f in standing)):
            return EXIT_BREAKING
        if self.fail_on == "any" and standing:
            return EXIT_BREAKING
        undecided = any(f.classification is Classification.UNDECIDED for f in standing)
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
        Whether this remark alone makes the run fail.
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
    Whether waivers cover every finding that tells why a pair has this verdict.
    """
    told = [each.waived for each in comparison.findings if each.classification.value == verdict.value]
    return bool(told) and None not in told


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
    What a reader must know first, in a few words: the worst promised verdict, and whether remarks fail the run.
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
    The level at which a service should show a finding: one that is waived or does not bind is a note at most.
    """
    return finding.level if (comparison.binds and finding.waived is None) or finding.level == "none" else "note"


def summary(report: Report) -> str:
    """
    The counts of a report in one line.
    """
    counts = report.counts
    pairs, free = len(report.binding), [each for each in report.comparisons if not each.binds]
    parts = [f"{counts.get(each, 0)} {each.value}" for each in Classification]
    told = [f"{pairs} {'pair' if pairs == 1 else 'pairs'} compared: {', '.join(parts)}"] if pairs else []
    if free:
        broken = sum(each.classification is Classification.BREAKING for pair in free for each in pair.findings)
        many = "pair" if len(free) == 1 else "pairs"
        told.append(f"{len(free)} {many} compared that may differ: {broken} breaking, which is allowed there")
    if report.linted:
        told.append(f"{report.linted} {'schema' if report.linted == 1 else 'schemas'} looked at")
    text = "; ".join(told) or "nothing compared"
    objections = sum(map(report.objects, report.remarks))
    if report.remarks:
        text += f"; {len(report.remarks)} {'remark' if len(report.remarks) == 1 else 'remarks'}, {objections} failing"
    return text


MEANING = {
    (Direction.BACKWARD, Verdict.COMPATIBLE): "readers of {new} accept everything written under {old}",
    (Direction.BACKWARD, Verdict.BREAKING): "readers of {new} reject some messages written under {old}",
    (Direction.BACKWARD, Verdict.UNDECIDED): "nobody knows whether readers of {new} accept what is written under {old}",
    (Direction.FORWARD, Verdict.COMPATIBLE): "readers of {old} accept everything written under {new}",
    (Direction.FORWARD, Verdict.BREAKING): "readers of {old} reject some messages written under {new}",
    (Direction.FORWARD, Verdict.UNDECIDED): "nobody knows whether readers of {old} accept what is written under {new}",
}


def meaning(comparison: Comparison, direction: Direction) -> str:
    """
    What a direction's verdict means, in words.
    """
    text = MEANING[direction, comparison.judgement(direction).verdict]
    old, new = ("standard input" if name == "-" else name for name in (comparison.old, comparison.new))
    return text.format(old=old, new=new)
