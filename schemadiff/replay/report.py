"""
What a replay found, as one value: counts, the exchanges worth looking at, and what went wrong with the worker.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from schemadiff.replay.classify import (
    AGREED,
    CHANGED,
    DANGEROUS,
    KINDS,
    LENIENT,
    LOST,
    MALFORMED,
    SKIPPED,
    Judgement,
    Sides,
)
from schemadiff.wire.worker_spec import Capabilities

NOTABLE = 50
"""How many exchanges of each kind are kept; the counts tell of the others."""

_SHOWN = 2000


@dataclass(frozen=True, slots=True)
class Exchange:
    """
    One fixture and what became of it.

    Attributes:
        name: that of the fixture.
        contract, version: what it is a message of; the version is None where it names none.
        service, release: who answered when it was recorded.
        judgement: its row of the table.
        payload, response, recorded: texts, cut after 2,000 characters.
    """

    name: str
    contract: str
    version: str | None
    service: str | None
    release: str | None
    judgement: Judgement
    payload: str
    response: str | None
    recorded: str | None


@dataclass(frozen=True, slots=True)
class Cell:
    """
    One kind of row of the table, and how many there are.
    """

    contract: str
    old: str
    new: str
    outcome: str
    kind: str
    fixtures: int


@dataclass(frozen=True, slots=True)
class Summary:
    """
    How many fixtures of one version, or recorded from one release, had an outcome.

    Attributes:
        group: the contract, or the service.
        name: the version, or the release; empty where there is none.
        outcome: of the fixtures.
        fixtures: how many.
    """

    group: str
    name: str
    outcome: str
    fixtures: int


@dataclass(frozen=True, slots=True)
class Judged:
    """
    How many fixtures of one version are remembered for what.

    Attributes:
        contract, version: the version; empty where a fixture names none.
        kind: one of ``KINDS``.
        fixtures: how many.
    """

    contract: str
    version: str
    kind: str
    fixtures: int


@dataclass(frozen=True, slots=True)
class Fault:
    """
    Something that went wrong with the worker.

    Attributes:
        kind: crashed, hung or garbled.
        fixture: the name of the one that caused it; None where none did when it was sent alone.
        detail: what was seen.
    """

    kind: str
    fixture: str | None
    detail: str


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """
    The result of a replay.

    Attributes:
        worker: what it is called.
        capabilities: what it told of itself.
        as_of: the day that it was told to go by; None if it was told none.
        sides: by contract, the versions in the columns.
        total: how many fixtures there were.
        cells: the table, its worst rows first.
        kinds: how many fixtures are remembered for what.
        notable: exchanges of every kind but the agreed ones, the worst first, at most fifty of a kind.
        skipped: by reason, how many were not sent.
        versions, releases: summaries.
        faults: what went wrong with the worker.
        restarts: how often it was started anew.
        gave_up: why the rest was skipped; None if nothing was.
        judged: by version, how many fixtures are remembered for what.
        resumed: how many fixtures an earlier run had done.
    """

    kind: ClassVar[str] = "replay"
    computed: ClassVar[tuple[str, ...]] = ("failed", "answered")

    worker: str
    capabilities: Capabilities
    as_of: str | None
    sides: dict[str, Sides]
    total: int
    cells: tuple[Cell, ...]
    kinds: dict[str, int]
    notable: tuple[Exchange, ...]
    skipped: dict[str, int]
    versions: tuple[Summary, ...]
    releases: tuple[Summary, ...]
    faults: tuple[Fault, ...]
    restarts: int
    gave_up: str | None
    judged: tuple[Judged, ...] = ()
    resumed: int = 0

    @property
    def answered(self) -> int:
        """
        How many fixtures the worker gave an answer to that could be read.
        """
        return self.total - self.kinds.get(LOST, 0) - self.kinds.get(SKIPPED, 0)

    @property
    def dangerous(self) -> int:
        """
        How many fixtures a schema accepts and the worker rejects.
        """
        return self.kinds.get(DANGEROUS, 0)

    @property
    def lenient(self) -> int:
        """
        How many fixtures no schema accepts and the worker does.
        """
        return self.kinds.get(LENIENT, 0)

    @property
    def failed(self) -> bool:
        """
        Whether this replay shows a fault: schema and worker differ, an answer is missing or breaks its contract, the
        worker went wrong, or there was nothing to see at all.
        """
        wrong = sum(self.kinds.get(kind, 0) for kind in (DANGEROUS, LENIENT, LOST, MALFORMED))
        return bool(wrong or self.faults or self.gave_up is not None or not self.answered)

    @property
    def exit_code(self) -> int:
        """
        0, or 5 if the replay failed.
        """
        return 5 if self.failed else 0


class Tally:
    """
    A report in the making, of constant size however many fixtures there are.
    """

    def __init__(self) -> None:
        self.total = 0
        self.kinds: Counter[str] = Counter()
        self.cells: Counter[tuple[str, str, str, str, str]] = Counter()
        self.versions: Counter[tuple[str, str, str]] = Counter()
        self.releases: Counter[tuple[str, str, str]] = Counter()
        self.judged: Counter[tuple[str, str, str]] = Counter()
        self.skipped: Counter[str] = Counter()
        self.notable: dict[str, list[Exchange]] = {kind: [] for kind in KINDS}
        self.faults: list[Fault] = []

    def add(self, fixture: Any, judgement: Judgement, response: str | None) -> None:
        """
        Count one fixture.
        """
        self.total += 1
        kind, outcome, contract = judgement.kind, judgement.outcome, fixture.contract
        self.kinds[kind] += 1
        self.versions[contract, fixture.version or "", outcome] += 1
        self.judged[contract, fixture.version or "", kind] += 1
        self.releases[fixture.service or "", fixture.release or "", outcome] += 1
        if kind == SKIPPED:
            self.skipped[judgement.detail] += 1
        else:
            self.cells[contract, judgement.old, judgement.new, outcome, kind] += 1
        if kind != AGREED and len(self.notable[kind]) < NOTABLE:
            self.notable[kind].append(_exchange(fixture, judgement, response))

    def report(
        self,
        *,
        worker: str,
        capabilities: Capabilities,
        as_of: str | None,
        sides: dict[str, Sides],
        faults: Iterable[Fault],
        restarts: int,
        gave_up: str | None,
        resumed: int,
    ) -> ReplayReport:
        """
        The finished value.
        """
        order = {kind: place for place, kind in enumerate(KINDS)}
        cells = [Cell(*key, count) for key, count in self.cells.items()]
        return ReplayReport(
            worker,
            capabilities,
            as_of,
            sides,
            self.total,
            tuple(sorted(cells, key=lambda each: (order[each.kind], each.contract, each.old, each.new, each.outcome))),
            {kind: self.kinds[kind] for kind in KINDS},
            tuple(each for kind in KINDS for each in self.notable[kind]),
            dict(sorted(self.skipped.items())),
            _summaries(self.versions),
            _summaries(self.releases),
            tuple(faults),
            restarts,
            gave_up,
            tuple(Judged(*key, count) for key, count in sorted(self.judged.items())),
            resumed,
        )


def _summaries(counter: Counter[tuple[str, str, str]]) -> tuple[Summary, ...]:
    return tuple(Summary(*key, count) for key, count in sorted(counter.items()))


def _exchange(fixture: Any, judgement: Judgement, response: str | None) -> Exchange:
    return Exchange(
        fixture.name,
        fixture.contract,
        fixture.version,
        fixture.service,
        fixture.release,
        judgement,
        cut(fixture.payload.decode("utf-8", "backslashreplace")),
        None if response is None else cut(response),
        None if fixture.response is None else cut(fixture.response),
    )


def cut(text: str) -> str:
    """
    A text short enough to be kept and shown.
    """
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}… ({len(text)} characters)"


__all__ = [
    "CHANGED",
    "NOTABLE",
    "Cell",
    "Exchange",
    "Fault",
    "ReplayReport",
    "Summary",
    "Tally",
    "cut",
]
