"""
The worker that messages are replayed through.
"""

from __future__ import annotations

import shlex
from pathlib import Path

from schemadiff.catalog import find_catalog, load_catalog
from schemadiff.errors import UsageError, WorkerError
from schemadiff.replay.build import declared_worker
from schemadiff.sources import Folder, open_revision
from schemadiff.wire.worker_spec import WorkerSpec
from schemadiff.workspace import Workspace


def worker_spec(worker: str, folder: Path) -> WorkerSpec:
    """
    A worker by its command, which is run without a shell, or by its address.

    Arguments:
        worker: the command or the address.
        folder: where the command runs.

    Raises:
        UsageError: the command cannot be split into arguments.
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

    Arguments:
        workspace: the contracts, with the options: the worker, and the day of the replay.

    Raises:
        UsageError: the command cannot be split into arguments.
        WorkerError: no worker is named, or that of the manifest cannot be built.
    """
    catalog, options = workspace.catalog, workspace.options
    if options.worker is not None:
        return worker_spec(options.worker, workspace.root)
    if catalog.worker is None:
        raise no_worker(catalog.name)
    root = repository_root(workspace.root)
    day = options.day.isoformat()
    return declared_worker(catalog.worker, Folder(root), root=root, as_of=day, name=catalog.name)


def base_worker(workspace: Workspace, against: str) -> WorkerSpec:
    """
    The worker for the replay of a change: the one of the options, else that of the base. What the change itself names
    or contains is not run: the base's worker is built and run from the base's sources.

    Arguments:
        workspace: the work tree, with the options that the user gives or the base sets.
        against: the base revision.

    Raises:
        UsageError: the command cannot be split into arguments.
        InputError: the base cannot be read.
        WorkerError: the base names no worker, or its worker cannot be built.
    """
    options = workspace.options
    if options.worker is not None:
        return worker_spec(options.worker, workspace.root)
    base, inside = open_revision(workspace.root, against)
    stated = options.contracts_folder
    place = "/".join(filter(None, (inside, stated))) if stated is not None else find_catalog(base, inside)
    if place is None:
        raise no_worker(against)
    catalog = load_catalog(base, place)
    if catalog.worker is None:
        raise no_worker(catalog.name)
    return declared_worker(catalog.worker, base, root=None, as_of=options.day.isoformat(), name=catalog.name)


def no_worker(name: str) -> WorkerError:
    """
    The error of a replay without a worker.

    Arguments:
        name: the manifest, folder or revision that declares none.
    """
    return WorkerError(
        "no worker is declared",
        name=name,
        remedy="Declare it under 'worker:' in contracts.yaml, or name one (--worker, or worker= in Python).",
    )


def repository_root(folder: Path) -> Path:
    """
    The nearest folder with a ``.git``, from a folder upwards; the folder itself if there is none.
    """
    above = folder.absolute()
    return next((each for each in (above, *above.parents) if (each / ".git").exists()), above)
