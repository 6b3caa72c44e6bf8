"""
The worker that messages are replayed through.
"""

from __future__ import annotations

import posixpath
import shlex
from pathlib import Path

from schemadiff.catalog import Catalog, find_catalog, load_catalog
from schemadiff.errors import UsageError, WorkerError
from schemadiff.options import Options
from schemadiff.replay.build import declared_worker, repository_root
from schemadiff.sources import Folder, Tree, open_revision
from schemadiff.wire.worker_spec import WorkerSpec
from schemadiff.workspace import Workspace


def worker_spec(worker: str, folder: Path) -> WorkerSpec:
    """
    A worker by its command, which is run in ``folder`` without a shell, or by its address.
    """
    if worker.startswith(("http://", "https://")):
        return WorkerSpec(url=worker)
    try:
        return WorkerSpec(tuple(shlex.split(worker)), folder=folder)
    except ValueError as error:
        raise UsageError(f"the command of the worker cannot be taken apart: {error}", name=worker) from None


def chosen_worker(workspace: Workspace) -> WorkerSpec:
    """
    The worker of a run: the one of the options, else that of the manifest, built if need be.
    """
    catalog, options = workspace.catalog, workspace.options
    if options.worker is not None:
        return worker_spec(options.worker, workspace.root)
    root = repository_root(workspace.root)
    return _declared(catalog, Folder(root), root, options)


def base_worker(workspace: Workspace, against: str) -> WorkerSpec:
    """
    The worker for the replay of a change: the one of the options, else that of the base. What the change itself names
    or contains is not run: the base's worker is built and run from the base's sources.

    Arguments:
        workspace: the work tree, with the options that the user gives or the base sets.
        against: the base revision.

    Raises:
        WorkerError: the base names no worker, or its worker cannot be built.
    """
    options = workspace.options
    if options.worker is not None:
        return worker_spec(options.worker, workspace.root)
    base, inside = open_revision(workspace.root, against)
    stated = options.contracts_folder
    place = find_catalog(base, inside) if stated is None else posixpath.normpath(posixpath.join(inside, stated))
    if place is None:
        raise _no_worker(against)
    return _declared(load_catalog(base, place), base, None, options)


def _declared(catalog: Catalog, tree: Tree, root: Path | None, options: Options) -> WorkerSpec:
    if catalog.worker is None:
        raise _no_worker(catalog.name)
    return declared_worker(catalog.worker, tree, root=root, as_of=options.day.isoformat(), name=catalog.name)


def _no_worker(name: str) -> WorkerError:
    return WorkerError(
        "no worker is declared",
        name=name,
        remedy="Declare it under 'worker:' in contracts.yaml, or name one (--worker, or worker= in Python).",
    )
