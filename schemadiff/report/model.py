"""
The report: everything that a reporter may need, so that it asks nobody.
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from schemadiff.decide import Classification, Comparison, Direction, Verdict

EXIT_OK, EXIT_BREAKING, EXIT_UNDECIDED = 0, 1, 3


class Report(NamedTuple):
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
    """

    version: str
    as_of: str
    rules: str
    emission: str
    comparisons: tuple[Comparison, ...]
    notes: tuple[str, ...] = ()
    fail_on: str = "breaking"

    @property
    def counts(self) -> Counter[Classification]:
        """
        How many findings of each classification there are, waived ones left out.
        """
        return Counter(f.classification for each in self.comparisons for f in each.findings if f.waived is None)

    @property
    def verdict(self) -> Verdict:
        """
        The worst verdict in a promised direction.
        """
        found = {each.judgement(direction).verdict for each in self.comparisons for direction in each.promised}
        for verdict in (Verdict.BREAKING, Verdict.UNDECIDED):
            if verdict in found:
                return verdict
        return Verdict.COMPATIBLE

    @property
    def exit_code(self) -> int:
        """
        0 where nothing reaches the fail level, 1 for breaking, 3 for undecided and nothing worse.
        """
        if self.fail_on == "never":
            return EXIT_OK
        standing = [f for each in self.comparisons for f in each.findings if f.waived is None and f.level != "none"]
        broken = [f for f in standing if f.classification is Classification.BREAKING and f.level == "error"]
        if broken or (self.fail_on in ("warning", "any") and any(f.level in ("error", "warning") for f in standing)):
            return EXIT_BREAKING
        if self.fail_on == "any" and standing:
            return EXIT_BREAKING
        undecided = any(f.classification is Classification.UNDECIDED for f in standing)
        return EXIT_UNDECIDED if undecided or self._pair_undecided else EXIT_OK

    @property
    def _pair_undecided(self) -> bool:
        return any(
            each.judgement(direction).verdict is Verdict.UNDECIDED
            for each in self.comparisons
            for direction in each.promised
        )


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


def summary(report: Report) -> str:
    """
    The counts of a report in one line.
    """
    counts = report.counts
    pairs = len(report.comparisons)
    parts = [f"{counts.get(each, 0)} {each.value}" for each in Classification]
    return f"{pairs} {'pair' if pairs == 1 else 'pairs'} compared: {', '.join(parts)}"


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
    return text.format(old=comparison.old, new=comparison.new)
