"""
A change that is proposed for a branch, and everything that the gate needs to know about it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from schemadiff.errors import InputError, UsageError
from schemadiff.options import Options, settled
from schemadiff.sources import git
from schemadiff.sources.snapshots import (
    Base,
    Objects,
    Snapshot,
    SnapshotDiff,
    changed,
    commit_snapshot,
    merge_base_of,
    staged,
    working,
)
from schemadiff.workspace.schema_memo import SchemaMemo
from schemadiff.workspace.settings import SettingsFile, read_settings, read_settings_file

_MAIN_BRANCHES = ("origin/main", "origin/master", "main", "master")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedChange:
    """
    A change of contracts.

    Attributes:
        folder: where the command runs, in a repository.
        against: the revision that the change is to join.
        head: the revision that holds the change; None for the working tree.
        staged: whether the index holds it, instead of the working tree.
        accept: fingerprints of findings that are accepted; whoever runs the check says so, not the change.
        options: what the user gives; the rest is taken from the settings of ``against``.
    """

    folder: Path
    against: str
    head: str | None = None
    staged: bool = False
    accept: tuple[str, ...] = ()
    options: Options = field(default_factory=Options)

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
        change: what was proposed.
        repository: the top of the repository.
        inside: the folder in which the command runs, as a path in the repository.
        base: the commit where the change left the branch.
        old, new: the files of that commit and of the change.
        tip: the files of the branch as it is now; its policy applies.
        changed: the files that differ, and those that were renamed.
        settings: the settings file of the branch, or the one that the user names.
        options: of the run.
        schemas: the schemas of both sides, read by those settings.
    """

    change: ProposedChange
    repository: Path
    inside: str
    base: Base
    old: Snapshot
    new: Snapshot
    tip: Snapshot
    changed: SnapshotDiff
    settings: SettingsFile
    options: Options
    schemas: SchemaMemo


def open_context(change: ProposedChange, repository: Path, inside: str, objects: Objects) -> GateContext:
    """
    Read both sides of a change, and the settings that apply.
    """
    base = merge_base_of(repository, change.against, change.head)
    same = base.commit == base.tip
    old = commit_snapshot(repository, base.commit, objects, change.against if same else base.commit[:10])
    tip = old if same else commit_snapshot(repository, base.tip, objects, change.against)
    if change.head is not None:
        new = commit_snapshot(repository, change.head, objects, change.head)
    else:
        new = staged(repository, objects) if change.staged else working(repository, objects)
    config = change.options.config
    settings = read_settings_file(Path(config)) if config else _policy_settings(tip, new, inside)
    return GateContext(
        change=change,
        repository=repository,
        inside=inside,
        base=base,
        old=old,
        new=new,
        tip=tip,
        changed=changed(repository, base.commit, change.head, index=change.staged),
        settings=settings,
        options=settled(change.options, settings.options),
        schemas=SchemaMemo(change.options, replace(settings, folder=repository / settings.folder)),
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


def main_branch(folder: Path, environment: Mapping[str, str] = os.environ) -> str:
    """
    The branch that a change usually joins.

    Arguments:
        folder: in the repository.
        environment: where a pull request on GitHub names its base.

    Returns:
        The base of the pull request, else the first usual name of a main branch that exists, else ``HEAD``.
    """
    base = environment.get("GITHUB_BASE_REF", "")
    for name in (f"origin/{base}", *_MAIN_BRANCHES) if base else _MAIN_BRANCHES:
        if git(folder, "rev-parse", "--quiet", "--verify", f"{name}^{{commit}}", missing_ok=True):
            return name
    return "HEAD"
