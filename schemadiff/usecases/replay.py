"""
Replay the contracts' fixtures, and the counter-examples of a comparison, through a worker.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import chain
from pathlib import Path

from schemadiff.catalog import Contract, Version
from schemadiff.catalog.error_contract import DEFAULT_ERRORS
from schemadiff.catalog.fixtures import Fixture, fixtures, read_fixtures
from schemadiff.decide import Comparison
from schemadiff.errors import UsageError
from schemadiff.instance import dumps
from schemadiff.replay.classify import VersionPair
from schemadiff.replay.filters import outside_window, recorded_since, responses_of
from schemadiff.replay.report import ReplayReport
from schemadiff.replay.run import classify_recorded
from schemadiff.replay.run import replay as send_all
from schemadiff.schema.closure import same_sources
from schemadiff.sources import Folder, open_revision
from schemadiff.usecases.compare import compare_pairs
from schemadiff.usecases.worker import chosen_worker
from schemadiff.wire.worker_spec import Limits, WorkerSpec
from schemadiff.workspace import SchemaPair, SchemaSource, Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayRequest:
    """
    Which messages are replayed, and how long it may take.

    Attributes:
        exchanges: a file of recorded answers to classify instead of starting a worker.
        timeout: seconds for one message.
        overall: seconds for everything; None for no bound.
        since: only messages that were recorded on this day or later.
        every_version: whether messages of versions outside of their support window are sent too.
        journal: a file in which an interrupted replay notes how far it came.
    """

    exchanges: Path | None = None
    timeout: float = 5.0
    overall: float | None = None
    since: date | None = None
    every_version: bool = False
    journal: Path | None = None


def replay(
    workspace: Workspace,
    request: ReplayRequest | None = None,
    *,
    worker: WorkerSpec | None = None,
    edits: Sequence[SchemaPair] = (),
    progress: Callable[[int], None] | None = None,
) -> ReplayReport:
    """
    Replay every fixture, and every counter-example between the last two versions, through the worker.

    Arguments:
        workspace: the contracts, with the options: the worker, and the day that it goes by.
        request: which messages, and the bounds on time.
        worker: by default that of the options or of the manifest.
        edits: versions before and after a change; the last one of a contract takes the place of its last two versions.
        progress: called now and then with the number of fixtures that were finished since.

    Raises:
        WorkerError: no worker is named, or it cannot be built or started.
    """
    request = request or ReplayRequest()
    if request.exchanges is not None:
        _refuse_beside_exchanges(workspace, request)
        return _classify_exchanges(workspace, request.exchanges, progress)
    comparisons = list(compare_pairs(last_pairs(workspace), workspace.options))
    return replay_fixtures(workspace, comparisons, request, worker=worker, edits=edits, progress=progress)


def _refuse_beside_exchanges(workspace: Workspace, request: ReplayRequest) -> None:
    given = {
        "--worker": workspace.options.worker,
        "--journal": request.journal,
        "--overall": request.overall,
        "--since": request.since,
        "--every-version": request.every_version or None,
    }
    refused = next((name for name, value in given.items() if value is not None), None)
    if refused is not None:
        raise UsageError(f"--exchanges starts no worker and reads the whole file, so {refused} is out of place")


def last_pairs(workspace: Workspace) -> list[SchemaPair]:
    """
    For each contract its last version and the one before.
    """
    pairs = []
    for contract in workspace.catalog.contracts:
        if len(contract.versions) > 1:
            old, new = (_version_source(workspace, contract, version) for version in contract.versions[-2:])
            pairs.append(SchemaPair(contract=contract.name, old=old, new=new, manifest_entry=contract))
    return pairs


def pairs_since(workspace: Workspace, revision: str) -> list[SchemaPair]:
    """
    For each version that existed at a revision and exists now, the two as a pair.
    """
    tree, inside = open_revision(workspace.tree.root, revision)
    pairs = []
    for contract in workspace.catalog.contracts:
        for version in contract.versions:
            path = posixpath.join(inside, version.path)
            if tree.read(path) is not None:
                new = _version_source(workspace, contract, version)
                old = replace(new, name=f"{revision}:{version.name}", load=partial(workspace.load, tree, path))
                pair = SchemaPair(contract=contract.name, old=old, new=new, manifest_entry=contract, one_version=True)
                pairs.append(pair)
    return pairs


def edits_since(workspace: Workspace, revision: str) -> list[SchemaPair]:
    """
    The pairs of ``pairs_since`` whose schemas differ.
    """
    return [pair for pair in pairs_since(workspace, revision) if not same_sources(pair.old.load(), pair.new.load())]


def _version_source(workspace: Workspace, contract: Contract, version: Version) -> SchemaSource:
    load = partial(workspace.load, workspace.tree, version.path)
    return SchemaSource(contract=contract.name, name=version.name, load=load, manifest_entry=contract)


def replay_fixtures(
    workspace: Workspace,
    comparisons: Iterable[Comparison],
    request: ReplayRequest | None = None,
    *,
    worker: WorkerSpec | None = None,
    edits: Sequence[SchemaPair] = (),
    progress: Callable[[int], None] | None = None,
) -> ReplayReport:
    """
    Replay the fixtures, and the counter-examples of some comparisons, whose versions are the table's columns. A message
    is sent as of the day of its recording, so that answers that depend on the day can be compared. The other arguments
    are as for ``replay``.
    """
    request = request or ReplayRequest()
    catalog, options = workspace.catalog, workspace.options
    comparisons = list(comparisons)
    sent = {contract.name for contract in catalog.contracts if contract.role != "response"}
    recorded: Iterable[Fixture] = (fixture for fixture in fixtures(workspace.tree, catalog) if fixture.contract in sent)
    if request.since is not None:
        recorded = recorded_since(recorded, request.since)
    edited = [pair for pair in edits if pair.contract in sent]
    return send_all(
        chain(recorded, _counter_examples(comparisons, sent)),
        chosen_worker(workspace) if worker is None else worker,
        {**workspace.schemas, **{(pair.contract, pair.old.name): pair.old.load() for pair in edited}},
        sides=_sides(comparisons, edited, sent) or None,
        responses=responses_of(catalog),
        skip=None if request.every_version else outside_window(catalog, options.day),
        journal=request.journal,
        version_field=_version_field(workspace),
        volatile=[pointer for contract in catalog.contracts for pointer in contract.volatile],
        errors=catalog.errors or DEFAULT_ERRORS,
        as_of=options.day.isoformat(),
        as_recorded=True,
        limits=Limits(timeout=request.timeout, overall=request.overall),
        progress=progress,
    )


def _sides(
    comparisons: Iterable[Comparison], edited: Iterable[SchemaPair], sent: Collection[str]
) -> dict[str, VersionPair]:
    """
    By contract, the two versions in the table: those compared, or the two states of an edited version.
    """
    compared = (each for each in comparisons if each.contract in sent)
    sides = {each.contract: VersionPair(each.old, each.new) for each in compared}
    return sides | {pair.contract: VersionPair(pair.old.name, pair.new.name) for pair in edited}


def _classify_exchanges(workspace: Workspace, path: Path, progress: Callable[[int], None] | None) -> ReplayReport:
    """
    Validate recorded answers, a file of fixtures with their responses, as a replay does with those of a worker.
    """
    return classify_recorded(
        read_fixtures(Folder(path.parent, "" if path.parent == Path() else str(path.parent)), path.name),
        workspace.schemas,
        name=str(path),
        responses=responses_of(workspace.catalog),
        version_field=_version_field(workspace),
        errors=workspace.catalog.errors or DEFAULT_ERRORS,
        progress=progress,
    )


def _version_field(workspace: Workspace) -> str | None:
    return next((contract.version_field for contract in workspace.catalog.contracts if contract.version_field), None)


def _counter_examples(comparisons: Iterable[Comparison], contracts: set[str]) -> Iterator[Fixture]:
    """
    The counter-examples of comparisons as messages: as written under old, and with new's version tag.
    """
    for comparison in (each for each in comparisons if each.contract in contracts):
        for finding in comparison.findings:
            for direction in comparison.promised:
                result = finding.judgement(direction).counter_example
                if result is None:
                    continue
                name = f"{finding.rule} at {'.'.join(finding.path) or 'the message'}"
                instance = dumps(result.instance).encode()
                yield Fixture(f"{name}, as written", comparison.contract, comparison.old, instance, generated=True)
                if result.retagged is not None:
                    retagged = dumps(result.retagged).encode()
                    yield Fixture(f"{name}, retagged", comparison.contract, comparison.new, retagged, generated=True)
