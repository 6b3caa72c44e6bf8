"""
A change that is proposed for a branch, and everything that the gate needs to know about it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from schemadiff.decide.terms import run_deadline
from schemadiff.errors import InputError, UsageError
from schemadiff.options import Options, settled
from schemadiff.sources.snapshots import (
    Base,
    Objects,
    Snapshot,
    SnapshotDiff,
    changed,
    commit_snapshot,
    staged,
    working,
)
from schemadiff.usecases.check.base import FoundBase, find_base
from schemadiff.workspace.schema_memo import SchemaMemo
from schemadiff.workspace.settings import SettingsFile, read_settings, read_settings_file


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedChange:
    """
    A change of contracts.

    Attributes:
        folder: where the command runs, in a repository.
        against: the revision that the change is to join; empty to find it.
        head: the revision that holds the change; None for the working tree.
        staged: whether the index holds it, instead of the working tree.
        accept: fingerprints of findings that are accepted; whoever runs the check says so, not the change.
        options: what the user gives; the rest is taken from the settings of ``against``.
        environment: the variables by which a CI system says what the change is to join.
    """

    folder: Path
    against: str = ""
    head: str | None = None
    staged: bool = False
    accept: tuple[str, ...] = ()
    options: Options = field(default_factory=Options)
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))

    def __post_init__(self) -> None:
        if self.head is not None and self.staged:
            raise UsageError("head and staged exclude each other", remedy="A change is a revision or the index.")

    @property
    def holder(self) -> str:
        """
        What holds the change, in words.
        """
        return self.head or ("the index" if self.staged else "the working tree")


@dataclass(frozen=True, slots=True, kw_only=True)
class GateContext:
    """
    Both sides of a change, what differs between them, and the policy.

    Attributes:
        change: what was proposed; its ``against`` is the name of the base in messages.
        repository: the top of the repository.
        inside: the folder in which the command runs, as a path in the repository.
        found: the base, and how it was found.
        old, new: the files of that commit and of the change.
        tip: the files of the branch as it is now; its policy applies.
        changed: the files that differ, and those that were renamed.
        settings: the settings file of the branch, or the one that the user names.
        options: of the run.
        schemas: the schemas of both sides, read by those settings.
        deadline: when the proofs of the run end, on the monotonic clock; None without a limit.
    """

    change: ProposedChange
    repository: Path
    inside: str
    found: FoundBase
    old: Snapshot
    new: Snapshot
    tip: Snapshot
    changed: SnapshotDiff
    settings: SettingsFile
    options: Options
    schemas: SchemaMemo
    deadline: float | None

    @property
    def base(self) -> Base:
        """
        The commit where the change left the branch, and the tip of the branch.
        """
        return self.found.base


def open_context(change: ProposedChange, repository: Path, inside: str, objects: Objects) -> GateContext:
    """
    Read both sides of a change, and the settings that apply.
    """
    found = find_base(repository, change.environment, against=change.against, head=change.head, staged=change.staged)
    base = found.base
    change = replace(change, against=found.name)
    same = base.commit == base.tip
    old = commit_snapshot(repository, base.commit, objects, change.against if same else base.commit[:10])
    tip = old if same else commit_snapshot(repository, base.tip, objects, change.against)
    if change.head is not None:
        new = commit_snapshot(repository, change.head, objects, change.head)
    else:
        new = staged(repository, objects) if change.staged else working(repository, objects)
    config = change.options.config
    settings = read_settings_file(Path(config)) if config else _policy_settings(tip, new, inside)
    options = settled(change.options, settings.options)
    return GateContext(
        change=change,
        repository=repository,
        inside=inside,
        found=found,
        old=old,
        new=new,
        tip=tip,
        changed=changed(repository, base.commit, change.head, index=change.staged),
        settings=settings,
        options=options,
        schemas=SchemaMemo(change.options, replace(settings, folder=repository / settings.folder)),
        deadline=run_deadline(options),
    )


def _policy_settings(tip: Snapshot, new: Snapshot, inside: str) -> SettingsFile:
    """
    The settings of the branch; none where they cannot be read and the change mends them.

    Raises:
        InputError: they cannot be read, in the change either.
    """
    try:
        return read_settings(tip, inside)
    except InputError:
        read_settings(new, inside)
        return SettingsFile()
