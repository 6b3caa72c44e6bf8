"""
Recorded messages through a worker: from fixtures to a report.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from schemadiff.catalog import ErrorContract
from schemadiff.catalog.error_contract import DEFAULT_ERRORS
from schemadiff.instance import canonical
from schemadiff.replay.checkpoint import Checkpoint, Journal, checksum
from schemadiff.replay.classify import FAILED, Judge, Judgement, Sides
from schemadiff.replay.driver import ANSWERED, SKIPPED, Answer, Driver
from schemadiff.replay.report import Fault, ReplayReport, Tally
from schemadiff.schema import Node
from schemadiff.wire.frames import Message
from schemadiff.wire.worker_spec import Capabilities, Limits, WorkerSpec

_OFTEN = 256
"""After so many fixtures it is asked whether the journal is due."""


class Recorded(Protocol):
    """
    What is replayed: a fixture of the catalog, or anything else with its attributes.
    """

    @property
    def name(self) -> str: ...  # noqa: D102

    @property
    def contract(self) -> str: ...  # noqa: D102

    @property
    def version(self) -> str | None: ...  # noqa: D102

    @property
    def payload(self) -> bytes: ...  # noqa: D102

    @property
    def response(self) -> str | None: ...  # noqa: D102

    @property
    def service(self) -> str | None: ...  # noqa: D102

    @property
    def release(self) -> str | None: ...  # noqa: D102

    @property
    def recorded_at(self) -> str | None: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Generated:
    """
    A message that nobody recorded, such as a counter-example of a diff.

    Attributes:
        name: what the report calls it.
        contract, version: what it is a message of.
        payload: its bytes.
    """

    name: str
    contract: str
    version: str | None
    payload: bytes
    response: str | None = None
    service: str | None = None
    release: str | None = None
    recorded_at: str | None = None


def replay(
    fixtures: Iterable[Recorded],
    worker: WorkerSpec,
    schemas: Mapping[tuple[str, str], Node],
    *,
    sides: Mapping[str, Sides] | None = None,
    responses: Mapping[str, str] | None = None,
    version_field: str | None = "/schema_version",
    volatile: Iterable[str] = (),
    errors: ErrorContract = DEFAULT_ERRORS,
    as_of: str | None = None,
    as_recorded: bool = False,
    skip: Callable[[Recorded], str | None] | None = None,
    limits: Limits = Limits(),  # noqa: B008 - a frozen value
    progress: Callable[[int], None] | None = None,
    journal: Path | None = None,
    observe: Callable[[Recorded, str], None] | None = None,
) -> ReplayReport:
    """
    Hand fixtures to a worker and compare what it says with what the schemas say.

    Arguments:
        fixtures: recorded and generated messages; taken as needed, so their number does not matter.
        worker: who answers.
        schemas: by contract and version, those of responses among them.
        sides: by contract, the two versions in the table; the last two by default.
        responses: from a request's contract to its response's; by default that which the worker says it answers with,
            if it is just one.
        version_field: where a response names its version.
        volatile: places of a response that may differ from the recording.
        errors: the shape of an error in a response.
        as_of: the day that the worker shall go by.
        as_recorded: let it go by the day of each recording instead, where there is one: then an answer that depends
            on the day is the same as the recorded one.
        skip: the reason why a fixture is not to be sent, or None; see ``outside_window``.
        limits: bounds on time and memory.
        progress: told now and then how many more fixtures are done.
        journal: a file in which the state is kept, so that a replay that is interrupted can be gone on with by
            calling this again; it is deleted at the end.
        observe: given each answered fixture with its response; for recording.

    Raises:
        WorkerError: the worker does not start, or would really do the jobs.
        InputError: a schema of the table is missing, or the journal is that of another replay.
    """
    judge = Judge(
        schemas, sides=sides, responses=responses, version_field=version_field, volatile=volatile, errors=errors
    )
    log = Journal(journal, _question(worker, schemas, judge, as_of, as_recorded)) if journal is not None else None
    waiting = deque[Recorded]()
    with closing(Driver(worker, limits)) as driver:
        book = _Book(driver, log)
        if progress is not None and book.resumed:
            progress(book.resumed)
        messages = _messages(
            fixtures if log is None else log.skip(fixtures), waiting, judge, _day(as_of, as_recorded), skip
        )
        for answer in driver.run(messages, progress):
            fixture = waiting.popleft()
            if not judge.responses:
                _guess_responses(judge, driver)
            book.enter(fixture, answer, judge.judge(fixture.contract, fixture.payload, fixture.response, answer))
            if observe is not None and answer.response is not None:
                observe(fixture, answer.response)
        driver.finish()
        book.complete()
    return book.tally.report(
        worker=worker.shown,
        capabilities=driver.capabilities,
        as_of=as_of,
        sides={contract: judge.sides[contract] for contract in sorted(judge.sides)},
        faults=book.faults(),
        restarts=book.restarts,
        gave_up=driver.gave_up,
        resumed=book.resumed,
    )


def judge_recorded(
    exchanges: Iterable[Recorded],
    schemas: Mapping[tuple[str, str], Node],
    *,
    name: str,
    responses: Mapping[str, str] | None = None,
    version_field: str | None = "/schema_version",
    errors: ErrorContract = DEFAULT_ERRORS,
    progress: Callable[[int], None] | None = None,
) -> ReplayReport:
    """
    Hold answers that were given already against the schemas, and start no worker. A message without one is lost.

    Arguments:
        exchanges: messages with their responses; taken one by one.
        schemas, responses, version_field, errors: as for ``replay``.
        name: what the report calls the place that they come from.
        progress: told now and then how many more exchanges are done.

    Raises:
        InputError: a schema of the table is missing.
    """
    judge = Judge(schemas, responses=responses, version_field=version_field, errors=errors)
    tally = Tally()
    for number, each in enumerate(exchanges):
        answer = Answer(
            number, ANSWERED if each.response is not None else FAILED, each.response, "no answer is recorded"
        )
        if each.contract not in judge.sides:
            answer = Answer(number, SKIPPED, None, f"there is no schema of {each.contract}")
        tally.add(each, judge.judge(each.contract, each.payload, None, answer), each.response)
        if progress is not None and not tally.total % _OFTEN:
            progress(_OFTEN)
    return tally.report(
        worker=name,
        capabilities=Capabilities(),
        as_of=None,
        sides={contract: judge.sides[contract] for contract in sorted(judge.sides)},
        faults=(),
        restarts=0,
        gave_up=None,
        resumed=0,
    )


class _Book:
    """
    The counts of a replay, those of interrupted runs before it included.

    Arguments:
        driver: whose incidents become faults.
        journal: where the state is kept; None where nowhere.
    """

    def __init__(self, driver: Driver, journal: Journal | None) -> None:
        start = journal.start if journal is not None else None
        self.tally = start.tally if start is not None else Tally()
        self.resumed, self._check, self._earlier = (
            (0, 0, 0) if start is None else (start.done, start.check, start.restarts)
        )
        self._faults_before = self.tally.faults
        self._driver, self._journal = driver, journal
        self._names: dict[int, str] = {}

    @property
    def restarts(self) -> int:
        """
        How often the worker was started anew.
        """
        return self._earlier + self._driver.restarts

    def enter(self, fixture: Recorded, answer: Answer, judgement: Judgement) -> None:
        """
        Count one fixture.
        """
        if answer.ending == SKIPPED and self._driver.gave_up is not None:
            # What is skipped for want of a worker is still to be done, so the journal ends before it.
            self._leave()
        self.tally.add(fixture, judgement, answer.response)
        if answer.ending not in (ANSWERED, SKIPPED):
            self._names[answer.number] = fixture.name
        if self._journal is not None:
            self._check = checksum(fixture, self._check)
            if not self.tally.total % _OFTEN:
                self._journal.keep(self._state())

    def faults(self) -> list[Fault]:
        """
        What went wrong, by the names of the fixtures; without those that are not counted yet.
        """
        return [
            *self._faults_before,
            *(
                Fault(each.kind, None if each.number is None else self._names[each.number], each.detail)
                for each in self._driver.incidents
                if each.number is None or each.number in self._names
            ),
        ]

    def _leave(self) -> None:
        if self._journal is not None:
            self._journal.keep(self._state(), now=True)
            self._journal = None

    def complete(self) -> None:
        """
        There is nothing to go on with.
        """
        if self._journal is not None:
            self._journal.finish()

    def _state(self) -> Checkpoint:
        self.tally.faults = self.faults()
        return Checkpoint(self.tally.total, self._check, self.restarts, self.tally)


def _guess_responses(judge: Judge, driver: Driver) -> None:
    answers = driver.capabilities.answers
    if answers and len(answers) == 1:
        (response,) = answers
        judge.responses = {contract: response for contract in judge.sides if contract != response}


def _question(
    worker: WorkerSpec,
    schemas: Mapping[tuple[str, str], Node],
    judge: Judge,
    as_of: str | None,
    as_recorded: bool,
) -> Iterator[str]:
    """
    All that the answers depend on, beside the fixtures.
    """
    yield from (
        worker.shown,
        str(worker.folder),
        worker.protocol,
        as_of or "",
        str(as_recorded),
        repr(sorted(judge.sides.items())),
        repr(judge.volatile),
        repr(judge.errors),
    )
    for key in sorted(schemas):
        yield repr(key)
        yield canonical(schemas[key].document.value)


def _messages(
    fixtures: Iterable[Recorded],
    waiting: deque[Recorded],
    judge: Judge,
    day: Callable[[Recorded], str | None],
    skip: Callable[[Recorded], str | None] | None,
) -> Iterator[Message]:
    known = judge.sides
    for number, fixture in enumerate(fixtures):
        waiting.append(fixture)
        why = skip(fixture) if skip is not None else None
        if fixture.contract not in known:
            why = f"there is no schema of {fixture.contract}"
        yield Message(number, fixture.payload, day(fixture), why)


def _day(as_of: str | None, as_recorded: bool) -> Callable[[Recorded], str | None]:
    """
    A function from a fixture to the day that the worker shall go by.
    """
    if not as_recorded:
        return lambda _: as_of
    return lambda fixture: as_of if fixture.recorded_at is None else fixture.recorded_at[: len("2026-11-02")]
