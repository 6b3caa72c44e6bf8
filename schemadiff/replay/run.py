"""
Recorded messages through a worker: from fixtures to a report.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple, Protocol

from schemadiff.replay.codec import Message
from schemadiff.replay.drive import ANSWERED, SKIPPED, Driver
from schemadiff.replay.judge import VOLATILE, Judge, Sides
from schemadiff.replay.report import Fault, ReplayReport, Tally
from schemadiff.replay.spec import Limits, WorkerSpec
from schemadiff.schema import Node


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


class Generated(NamedTuple):
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


def replay(
    fixtures: Iterable[Recorded],
    worker: WorkerSpec,
    schemas: Mapping[tuple[str, str], Node],
    *,
    sides: Mapping[str, Sides] | None = None,
    responses: Mapping[str, str] | None = None,
    version_field: str | None = "/schema_version",
    volatile: Iterable[str] = VOLATILE,
    as_of: str | None = None,
    skip: Callable[[Recorded], str | None] | None = None,
    limits: Limits = Limits(),  # noqa: B008 - a frozen value
    progress: Callable[[int], None] | None = None,
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
        as_of: the day that the worker shall go by.
        skip: the reason why a fixture is not to be sent, or None; see ``outside_window``.
        limits: bounds on time and memory.
        progress: told now and then how many more fixtures are done.
        observe: given each answered fixture with its response; for recording.

    Raises:
        WorkerError: the worker does not start, or would really do the jobs.
        InputError: a schema of the table is missing.
    """
    judge = Judge(schemas, sides=sides, responses=responses, version_field=version_field, volatile=volatile)
    driver = Driver(worker, limits)
    tally, waiting = Tally(), deque[Recorded]()
    lost: dict[int, str] = {}
    try:
        for answer in driver.run(_messages(fixtures, waiting, as_of, skip), progress):
            fixture = waiting.popleft()
            if not judge.responses:
                _guess_responses(judge, driver)
            judgement = judge.judge(fixture.contract, fixture.payload, fixture.response, answer)
            tally.add(fixture, judgement, answer.response)
            if answer.ending not in (ANSWERED, SKIPPED):
                lost[answer.number] = fixture.name
            elif observe is not None and answer.response is not None:
                observe(fixture, answer.response)
        driver.close()
    finally:
        driver.kill()
    incidents = [(each.kind, -1 if each.number is None else each.number, each.detail) for each in driver.incidents]
    return tally.report(
        worker=worker.shown,
        capabilities=driver.capabilities,
        as_of=as_of,
        sides={contract: judge.sides[contract] for contract in sorted(judge.sides)},
        faults=(Fault(kind, lost.get(number, "") or None, detail) for kind, number, detail in incidents),
        restarts=driver.restarts,
        gave_up=driver.gave_up,
        resumed=0,
    )


def _guess_responses(judge: Judge, driver: Driver) -> None:
    answers = driver.capabilities.answers
    if answers and len(answers) == 1:
        (response,) = answers
        judge.responses = {contract: response for contract in judge.sides if contract != response}


def _messages(
    fixtures: Iterable[Recorded],
    waiting: deque[Recorded],
    as_of: str | None,
    skip: Callable[[Recorded], str | None] | None,
) -> Iterator[Message]:
    for number, fixture in enumerate(fixtures):
        waiting.append(fixture)
        yield Message(number, fixture.payload, as_of, skip(fixture) if skip is not None else None)
