"""
A replay of the contracts' fixtures, and of the counter-examples of a diff, through a worker.
"""

from __future__ import annotations

import posixpath
import shlex
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path

from schemadiff.catalog import Catalog, Contract, find_catalog, load_catalog
from schemadiff.catalog.fixtures import Fixture, fixtures, read_fixtures
from schemadiff.decide import Comparison
from schemadiff.errors import UsageError
from schemadiff.options import Settings
from schemadiff.replay import ReplayReport, VersionPair, classify_recorded, replay, repository_worker
from schemadiff.replay.filters import outside_window, recorded_since, responses_of
from schemadiff.schema import Node, load_file
from schemadiff.sources import Folder, Revision, open_revision
from schemadiff.usecases.compare import compare_pairs
from schemadiff.wire.worker_spec import Limits, WorkerSpec
from schemadiff.workspace.targets import Entry, Pair, Surroundings


@dataclass(frozen=True, slots=True)
class Contracts:
    """
    The contracts of a folder with all their schemas.
    """

    tree: Folder
    catalog: Catalog
    schemas: dict[tuple[str, str], Node]


def open_contracts(around: Surroundings) -> Contracts:
    """
    The contracts that are meant here.

    Raises:
        UsageError: there are none.
        InputError: the manifest or a schema cannot be read.
    """
    tree = Folder(around.folder)
    folder = around.contracts if around.contracts is not None else find_catalog(tree, "")
    if folder is None:
        raise UsageError(
            "there is no folder of contracts here", remedy="Run this where contracts/ is, or name it with --contracts."
        )
    catalog = load_catalog(tree, folder)
    schemas = {
        (contract.name, version.name): load_file(tree, version.path, dialect=around.dialect)
        for contract in catalog.contracts
        for version in contract.versions
    }
    return Contracts(tree, catalog, schemas)


def last_pairs(contracts: Contracts) -> list[Pair]:
    """
    For each contract its last version and the one before.
    """
    found = []
    for contract in contracts.catalog.contracts:
        if len(contract.versions) > 1:
            old, new = (_entry(contracts, contract, version.name) for version in contract.versions[-2:])
            found.append(Pair(contract.name, old, new, contract))
    return found


def pairs_since(contracts: Contracts, revision: str, around: Surroundings) -> list[Pair]:
    """
    For each version that was there at a revision and is here now, the two as a pair.

    Raises:
        InputError: no repository, or no such revision.
    """
    tree, inside = open_revision(around.folder, revision)
    found = []
    for contract in contracts.catalog.contracts:
        for version in contract.versions:
            path = posixpath.join(inside, version.path)
            if tree.read(path) is not None:
                old = Entry(contract.name, f"{revision}:{version.name}", _loader(tree, path, around), contract)
                found.append(Pair(contract.name, old, _entry(contracts, contract, version.name), contract))
    return found


def _loader(tree: Revision, path: str, around: Surroundings) -> Callable[[], Node]:
    return lambda: load_file(tree, path, dialect=around.dialect)


def _entry(contracts: Contracts, contract: Contract, version: str) -> Entry:
    node = contracts.schemas[contract.name, version]
    return Entry(contract.name, version, lambda: node, contract)


def replay_contracts(
    contracts: Contracts,
    around: Surroundings,
    settings: Settings,
    *,
    worker: str | None = None,
    limits: Limits | None = None,
    since: date | None = None,
    every_version: bool = False,
    journal: Path | None = None,
    progress: Callable[[int], None] | None = None,
) -> tuple[ReplayReport, list[Comparison]]:
    """
    Replay every fixture, and every counter-example between the last two versions. A recorded message is sent as of
    the day of its recording, so that answers which tell of days can be compared.

    Arguments:
        contracts: whose fixtures are replayed.
        around: where the worker's sources are looked for.
        settings: by what the versions are compared, and the day that the worker goes by.
        worker: a command line to start, or the address of one that speaks HTTP, instead of the repository's worker.
        limits: bounds on time.
        since: only what was recorded on this day or later.
        every_version: also messages of versions outside of their window, which are not sent otherwise.
        journal: a file that remembers how far an interrupted replay came.
        progress: told now and then how many more fixtures are done.

    Raises:
        UsageError: the command line cannot be taken apart.
        WorkerError: the worker cannot be built or started.
    """
    comparisons = list(compare_pairs(last_pairs(contracts), settings))
    day = settings.as_of.isoformat()
    spec = worker_spec(worker, around.folder, day)
    asked = {each.name for each in contracts.catalog.contracts if each.role != "response"}
    recorded: Iterable[Fixture] = fixtures(contracts.tree, contracts.catalog)
    recorded = (each for each in recorded if each.contract in asked)
    if since is not None:
        recorded = recorded_since(recorded, since)
    sides = {each.contract: VersionPair(each.old, each.new) for each in comparisons if each.contract in asked}
    field = next((each.version_field for each in contracts.catalog.contracts if each.version_field), None)
    report = replay(
        chain(recorded, counter_examples(comparisons, asked)),
        spec,
        contracts.schemas,
        sides=sides or None,
        responses=responses_of(contracts.catalog) or None,
        skip=None if every_version else outside_window(contracts.catalog, settings.as_of),
        journal=journal,
        version_field=field,
        volatile=[place for each in contracts.catalog.contracts for place in each.volatile],
        as_of=day,
        as_recorded=True,
        limits=limits or Limits(),
        progress=progress,
    )
    return report, comparisons


def judge_exchanges(contracts: Contracts, path: Path, *, progress: Callable[[int], None] | None = None) -> ReplayReport:
    """
    Hold recorded answers against the schemas, as a replay does with those of a worker.

    Arguments:
        contracts: whose messages they answer.
        path: a file of fixtures with their responses.
        progress: told now and then how many more exchanges are done.

    Raises:
        InputError: the file cannot be read, or a line is no fixture.
    """
    field = next((each.version_field for each in contracts.catalog.contracts if each.version_field), None)
    return classify_recorded(
        read_fixtures(Folder(path.parent, "" if path.parent == Path() else str(path.parent)), path.name),
        contracts.schemas,
        name=str(path),
        responses=responses_of(contracts.catalog) or None,
        version_field=field,
        progress=progress,
    )


def worker_spec(worker: str | None, folder: Path, day: str) -> WorkerSpec:
    """
    A worker by its command or its address; that of the repository, in a dry run, if none is named.

    Raises:
        UsageError: the command line cannot be taken apart.
        WorkerError: the repository's worker cannot be built.
    """
    if worker is None:
        return repository_worker(folder, as_of=day)
    if worker.startswith(("http://", "https://")):
        return WorkerSpec(url=worker)
    try:
        return WorkerSpec(tuple(shlex.split(worker)), folder=folder)
    except ValueError as error:
        raise UsageError(f"the command of the worker cannot be taken apart: {error}", name=worker) from None


def counter_examples(comparisons: Iterable[Comparison], contracts: set[str]) -> Iterator[Fixture]:
    """
    The payloads that broke something, as messages: as written under old, and with new's tag.
    """
    for comparison in comparisons:
        if comparison.contract not in contracts:
            continue
        for finding in comparison.findings:
            for direction in comparison.promised:
                payload = finding.judgement(direction).payload
                if payload is None:
                    continue
                name = f"{finding.rule} at {'.'.join(finding.path) or 'the message'}"
                sides = (comparison.old, comparison.new)
                yield Fixture(f"{name}, as written", comparison.contract, sides[0], payload.instance.encode())
                if payload.retagged is not None:
                    yield Fixture(f"{name}, retagged", comparison.contract, sides[1], payload.retagged.encode())
