"""
Replay: from fixtures through a worker to a report.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

from schemadiff.catalog import ErrorContract
from schemadiff.catalog.error_contract import DEFAULT_ERRORS
from schemadiff.catalog.fixtures import Fixture
from schemadiff.instance import canonical
from schemadiff.replay.checkpoint import Checkpoint, CheckpointFile, checksum
from schemadiff.replay.classify import FAILED, Classifier, ReplayOutcome, VersionPair
from schemadiff.replay.driver import ANSWERED, SKIPPED, Driver, Reply
from schemadiff.replay.report import Fault, ReplayReport, Tally
from schemadiff.schema import Node
from schemadiff.wire.frames import Frame
from schemadiff.wire.worker_spec import Limits, WorkerSpec

_OFTEN = 256
"""The number of fixtures between two looks at the clock, or two reports of progress."""


def replay(
    fixtures: Iterable[Fixture],
    worker: WorkerSpec,
    schemas: Mapping[tuple[str, str], Node],
    *,
    sides: Mapping[str, VersionPair] | None = None,
    responses: Mapping[str, str] | None = None,
    version_field: str | None = "/schema_version",
    volatile: Iterable[str] = (),
    errors: ErrorContract = DEFAULT_ERRORS,
    as_of: str | None = None,
    as_recorded: bool = False,
    skip: Callable[[Fixture], str | None] | None = None,
    limits: Limits = Limits(),  # noqa: B008 - a frozen value
    progress: Callable[[int], None] | None = None,
    journal: Path | None = None,
    observe: Callable[[Fixture, str], None] | None = None,
) -> ReplayReport:
    """
    Send fixtures to a worker, and compare its responses with the verdicts of the schemas.

    Arguments:
        fixtures: recorded and generated messages; read one by one, so their number does not matter.
        schemas: by contract and version, those of responses included.
        sides: by contract, the two versions in the table; the last two by default.
        responses: from a request's contract to its response's; by default the one that the worker announces, if it
            announces just one.
        version_field: the pointer to the version tag of a response.
        volatile: pointers into a response that may differ from the recording.
        errors: the shape of an error in a response.
        as_of: the day that the worker shall use as today.
        as_recorded: use the day of each recording instead, if there is one, so that responses that depend on the day
            equal the recorded ones.
        skip: the reason why a fixture is not to be sent, or None; see ``outside_window``.
        progress: called now and then with the number of further fixtures that are done.
        journal: the checkpoint file, from which a repeated call resumes an interrupted replay; deleted at the end.
        observe: called with each answered fixture and its response, for recording.

    Raises:
        WorkerError: the worker does not start, or is not in a dry run.
        InputError: a schema of the table is missing, or the journal is that of another replay.
    """
    classifier = Classifier(
        schemas, sides=sides, responses=responses, version_field=version_field, volatile=volatile, errors=errors
    )
    inputs = _inputs(worker, schemas, classifier, as_of, as_recorded)
    file = CheckpointFile(journal, inputs) if journal is not None else None
    with closing(Driver(worker, limits)) as driver:
        run = _Run(driver, file)
        if progress is not None and run.resumed:
            progress(run.resumed)
        pending = fixtures if file is None else file.skip(fixtures)
        waiting = deque[Fixture]()
        frames = _frames(pending, waiting, classifier, as_of, as_recorded, skip)
        for reply in driver.run(frames, progress):
            fixture = waiting.popleft()
            if not classifier.responses:
                _detect_responses(classifier, driver)
            run.add(fixture, reply, classifier.classify(fixture.contract, fixture.payload, fixture.response, reply))
            if observe is not None and reply.response is not None:
                observe(fixture, reply.response)
        driver.finish()
        return run.finish(worker.label, classifier.sides, as_of)


def classify_recorded(
    exchanges: Iterable[Fixture],
    schemas: Mapping[tuple[str, str], Node],
    *,
    name: str,
    responses: Mapping[str, str] | None = None,
    version_field: str | None = "/schema_version",
    errors: ErrorContract = DEFAULT_ERRORS,
    progress: Callable[[int], None] | None = None,
) -> ReplayReport:
    """
    Compare recorded responses with the verdicts of the schemas, without a worker. A message without one is lost.

    Arguments:
        name: the name of their source, in place of the worker's.
        schemas, responses, version_field, errors, progress: as for ``replay``.
    """
    classifier = Classifier(schemas, responses=responses, version_field=version_field, errors=errors)
    tally = Tally()
    for number, each in enumerate(exchanges):
        reply = Reply(number, ANSWERED if each.response is not None else FAILED, each.response, "no answer is recorded")
        if each.contract not in classifier.sides:
            reply = Reply(number, SKIPPED, None, f"there is no schema of {each.contract}")
        tally.add(each, classifier.classify(each.contract, each.payload, None, reply), each.response)
        if progress is not None and not tally.total % _OFTEN:
            progress(_OFTEN)
    return tally.report(worker=name, sides=classifier.sides)


class _Run:
    """
    The counts of a replay, those of interrupted runs before it included.
    """

    def __init__(self, driver: Driver, file: CheckpointFile | None) -> None:
        start = (file and file.start) or Checkpoint(0, 0, Tally())
        self.tally, self.resumed = start.tally, start.tally.total
        self._check, self._earlier_restarts, self._earlier_faults = start.check, start.restarts, start.tally.faults
        self._driver, self._file = driver, file
        self._names: dict[int, str] = {}

    def add(self, fixture: Fixture, reply: Reply, outcome: ReplayOutcome) -> None:
        if reply.ending == SKIPPED and self._driver.gave_up is not None and self._file is not None:
            # Fixtures that are skipped without a worker are still to be done, so the last checkpoint is before them.
            self._file.write(self._state(), now=True)
            self._file = None
        self.tally.add(fixture, outcome, reply.response)
        if reply.ending not in (ANSWERED, SKIPPED):
            self._names[reply.number] = fixture.name
        if self._file is not None:
            self._check = checksum(fixture, self._check)
            if not self.tally.total % _OFTEN:
                self._file.write(self._state())

    def faults(self) -> list[Fault]:
        """
        The worker's failures, with the names of the fixtures; without those of fixtures that are not counted yet.
        """
        return [
            *self._earlier_faults,
            *(
                Fault(incident.kind, None if incident.number is None else self._names[incident.number], incident.detail)
                for incident in self._driver.incidents
                if incident.number is None or incident.number in self._names
            ),
        ]

    def finish(self, worker: str, sides: dict[str, VersionPair], as_of: str | None) -> ReplayReport:
        if self._file is not None:
            self._file.delete()
        return self.tally.report(
            worker=worker,
            sides=sides,
            capabilities=self._driver.capabilities,
            as_of=as_of,
            faults=self.faults(),
            restarts=self._earlier_restarts + self._driver.restarts,
            gave_up=self._driver.gave_up,
            resumed=self.resumed,
        )

    def _state(self) -> Checkpoint:
        self.tally.faults = self.faults()
        return Checkpoint(self._check, self._earlier_restarts + self._driver.restarts, self.tally)


def _detect_responses(classifier: Classifier, driver: Driver) -> None:
    answers = driver.capabilities.answers
    if answers and len(answers) == 1:
        (response,) = answers
        classifier.responses = {contract: response for contract in classifier.sides if contract != response}


def _inputs(
    worker: WorkerSpec,
    schemas: Mapping[tuple[str, str], Node],
    classifier: Classifier,
    as_of: str | None,
    as_recorded: bool,
) -> Iterator[str]:
    yield from (
        worker.label,
        str(worker.folder),
        worker.protocol,
        as_of or "",
        str(as_recorded),
        repr(sorted(classifier.sides.items())),
        repr(classifier.volatile),
        repr(classifier.errors),
    )
    for key in sorted(schemas):
        yield repr(key)
        yield canonical(schemas[key].document.value)


def _frames(
    fixtures: Iterable[Fixture],
    waiting: deque[Fixture],
    classifier: Classifier,
    as_of: str | None,
    as_recorded: bool,
    skip: Callable[[Fixture], str | None] | None,
) -> Iterator[Frame]:
    for number, fixture in enumerate(fixtures):
        waiting.append(fixture)
        reason = skip(fixture) if skip is not None else None
        if fixture.contract not in classifier.sides:
            reason = f"there is no schema of {fixture.contract}"
        recorded = fixture.recorded_at if as_recorded else None
        yield Frame(number, fixture.payload, as_of if recorded is None else recorded[: len("2026-11-02")], reason)
