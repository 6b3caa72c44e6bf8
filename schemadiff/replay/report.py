"""
The result of a replay: counts, notable exchanges, and failures of the worker.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, ClassVar, NamedTuple

from schemadiff.catalog.fixtures import Fixture
from schemadiff.replay.classify import AGREED, DANGEROUS, KINDS, LENIENT, LOST, MALFORMED, ReplayOutcome, VersionPair
from schemadiff.replay.driver import SKIPPED
from schemadiff.wire.worker_spec import Capabilities

NOTABLE = 50
"""The number of exchanges of each kind that are kept; all are counted."""

_SHOWN = 2000


@dataclass(frozen=True, slots=True)
class Exchange:
    """
    One fixture with its result.

    Attributes:
        name: the fixture's name.
        contract, version: the contract and version of the message; None without a version.
        service, release: the worker of the recording.
        judgement: the classification.
        payload, response, recorded: texts, cut after 2,000 characters.
    """

    name: str
    contract: str
    version: str | None
    service: str | None
    release: str | None
    judgement: ReplayOutcome
    payload: str
    response: str | None
    recorded: str | None


@dataclass(frozen=True, slots=True)
class Cell:
    """
    One cell of the table: two verdicts, an outcome and a kind, with the number of fixtures.
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
    The number of fixtures of one version, or recorded from one release, with one outcome.

    Attributes:
        group: the contract, or the service.
        name: the version, or the release; empty without one.
        outcome: the outcome.
        fixtures: the number of fixtures.
    """

    group: str
    name: str
    outcome: str
    fixtures: int


@dataclass(frozen=True, slots=True)
class KindCount:
    """
    The number of fixtures of one version with one kind.

    Attributes:
        contract, version: the version; empty for fixtures without one.
        kind: one of ``KINDS``.
        fixtures: the number of fixtures.
    """

    contract: str
    version: str
    kind: str
    fixtures: int


@dataclass(frozen=True, slots=True)
class Fault:
    """
    A failure of the worker.

    Attributes:
        kind: crashed, hung or garbled.
        fixture: the name of the fixture that caused it; None if no fixture did when sent alone.
        detail: the observation.
    """

    kind: str
    fixture: str | None
    detail: str


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """
    The result of a replay.

    Attributes:
        worker: the worker's command line or address.
        capabilities: the worker's capabilities.
        as_of: the day that the worker used as today; None for its own.
        sides: by contract, the two versions of the table.
        total: the number of fixtures.
        cells: the table, worst kinds first.
        kinds: the number of fixtures of each kind.
        notable: exchanges of every kind but the agreed ones, worst first, at most fifty of a kind.
        skipped: the number of fixtures that were not sent, by reason.
        versions, releases: the number of fixtures by version and by recorded release.
        faults: the worker's failures.
        restarts: the number of restarts.
        gave_up: the reason why the rest was skipped; None if it was not.
        version_kinds: the number of fixtures of each kind by version.
        resumed: the number of fixtures that an earlier, interrupted run counted.
        generated: the number of fixtures that were made from schemas, instead of recorded.
    """

    kind: ClassVar[str] = "replay"
    computed: ClassVar[tuple[str, ...]] = ("failed", "answered")

    worker: str
    capabilities: Capabilities
    as_of: str | None
    sides: dict[str, VersionPair]
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
    version_kinds: tuple[KindCount, ...] = ()
    resumed: int = 0
    generated: int = 0

    @property
    def answered(self) -> int:
        """
        The number of fixtures with a readable response.
        """
        return self.total - self.kinds.get(LOST, 0) - self.kinds.get(SKIPPED, 0)

    @property
    def failed(self) -> bool:
        """
        Whether the replay failed: schema and worker differ, a response is missing or invalid under its contract, the
        worker failed, no fixture has a response, or none was recorded: what is generated from schemas shows nothing of
        the messages that are sent.
        """
        failures = sum(self.kinds.get(kind, 0) for kind in (DANGEROUS, LENIENT, LOST, MALFORMED))
        return bool(
            failures or self.faults or self.gave_up is not None or not self.answered or self.total == self.generated
        )

    @property
    def exit_code(self) -> int:
        """
        0, or 5 if the replay failed.
        """
        return 5 if self.failed else 0


class Row(NamedTuple):
    """
    The properties of a fixture that are counted; empty strings where it has none.
    """

    contract: str
    version: str
    service: str
    release: str
    old: str
    new: str
    outcome: str
    kind: str
    skipped: str


class Tally:
    """
    The counts of a replay in progress; its size does not depend on the number of fixtures.
    """

    def __init__(self) -> None:
        self.total = 0
        self.generated = 0
        self.rows: Counter[Row] = Counter()
        self.notable: dict[str, list[Exchange]] = {kind: [] for kind in KINDS}
        self.faults: list[Fault] = []

    def add(self, fixture: Fixture, outcome: ReplayOutcome, response: str | None) -> None:
        """
        Count one fixture.
        """
        self.total += 1
        self.generated += fixture.generated
        kind = outcome.kind
        row = Row(
            fixture.contract,
            fixture.version or "",
            fixture.service or "",
            fixture.release or "",
            outcome.old,
            outcome.new,
            outcome.outcome,
            kind,
            outcome.detail if kind == SKIPPED else "",
        )
        self.rows[row] += 1
        if kind != AGREED and len(self.notable[kind]) < NOTABLE:
            self.notable[kind].append(_exchange(fixture, outcome, response))

    def report(
        self,
        *,
        worker: str,
        sides: dict[str, VersionPair],
        capabilities: Capabilities = Capabilities(),  # noqa: B008 - a frozen value
        as_of: str | None = None,
        faults: Iterable[Fault] = (),
        restarts: int = 0,
        gave_up: str | None = None,
        resumed: int = 0,
    ) -> ReplayReport:
        """
        The result, with the properties of the run that are not counted; see ``ReplayReport``.
        """
        order = {kind: index for index, kind in enumerate(KINDS)}
        cells = (Cell(*row) for row in self._sums("contract", "old", "new", "outcome", "kind") if row[4] != SKIPPED)
        return ReplayReport(
            worker=worker,
            capabilities=capabilities,
            as_of=as_of,
            sides=dict(sorted(sides.items())),
            total=self.total,
            cells=tuple(sorted(cells, key=lambda each: order[each.kind])),
            kinds={kind: sum(count for row, count in self.rows.items() if row.kind == kind) for kind in KINDS},
            notable=tuple(each for kind in KINDS for each in self.notable[kind]),
            skipped={reason: count for kind, reason, count in self._sums("kind", "skipped") if kind == SKIPPED},
            versions=tuple(Summary(*row) for row in self._sums("contract", "version", "outcome")),
            releases=tuple(Summary(*row) for row in self._sums("service", "release", "outcome")),
            faults=tuple(faults),
            restarts=restarts,
            gave_up=gave_up,
            version_kinds=tuple(KindCount(*row) for row in self._sums("contract", "version", "kind")),
            resumed=resumed,
            generated=self.generated,
        )

    def _sums(self, *names: str) -> list[tuple[Any, ...]]:
        key = attrgetter(*names)
        sums: Counter[tuple[str, ...]] = Counter()
        for row, count in self.rows.items():
            sums[key(row)] += count
        return sorted((*values, count) for values, count in sums.items())


def _exchange(fixture: Fixture, outcome: ReplayOutcome, response: str | None) -> Exchange:
    return Exchange(
        fixture.name,
        fixture.contract,
        fixture.version,
        fixture.service,
        fixture.release,
        outcome,
        cut(fixture.payload.decode("utf-8", "backslashreplace")),
        None if response is None else cut(response),
        None if fixture.response is None else cut(fixture.response),
    )


def cut(text: str) -> str:
    """
    A text, cut after 2,000 characters.
    """
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}… ({len(text)} characters)"
