"""
What is guarded: the account of every file, and each setting with where its value comes from.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from schemadiff.catalog import Account, Survey, survey
from schemadiff.errors import InputError
from schemadiff.options import OPTIONS, Options, settled
from schemadiff.report.model import FileLine
from schemadiff.report.results import FileAccount, SettingLine
from schemadiff.sources import Folder, open_revision
from schemadiff.sources.file_tree import repository_around
from schemadiff.sources.snapshots import Objects, commit_snapshot, working
from schemadiff.usecases.check.guarded_set import named_folders, survey_side
from schemadiff.workspace.settings import SettingsFile, find_settings, read_settings, read_settings_file


def account(folder: Path, options: Options, *, against: str | None = None) -> FileAccount:
    """
    Take the account of a repository, or of a folder that is in none.

    Arguments:
        folder: where the command runs.
        options: what the user gives.
        against: the revision to look at; the working tree by default.

    Raises:
        InputError: there is no such revision, or the settings cannot be read.
        UsageError: an option has no such value.
    """
    try:
        repository = repository_around(folder)
    except InputError:
        if against is not None:
            raise
        tree = Folder(folder)
        settings = find_settings(folder, options.config)
        roots = named_folders(options, settings.options, folder, "")
        found = survey(tree, _all_files(folder), roots=roots, pass_by=settings.options.pass_by or (), whole=True)
        return _result("the folder", found, options, settings)
    inside = folder.resolve().relative_to(repository.resolve()).as_posix()
    inside = "" if inside == "." else inside
    with closing(Objects(repository)) as objects:
        if against is not None:
            open_revision(folder, against)
        snapshot = (
            working(repository, objects) if against is None else commit_snapshot(repository, against, objects, against)
        )
        settings = read_settings_file(Path(options.config)) if options.config else read_settings(snapshot, inside)
        stated = named_folders(options, settings.options, repository, inside)
        return _result(
            against or "the working tree",
            survey_side(snapshot, stated, settings.options.pass_by or (), whole=True),
            options,
            settings,
        )


def _all_files(folder: Path) -> Iterator[str]:
    for here, _, files in os.walk(folder):
        inside = Path(here).relative_to(folder)
        yield from ((inside / name).as_posix() for name in files)


def _result(of: str, found: Survey, options: Options, settings: SettingsFile) -> FileAccount:
    errors = tuple(str(error).partition("\n")[0] for error in found.errors.values())
    return FileAccount(
        of=of, files=file_lines(found.account), settings=tuple(_settings(options, settings)), errors=errors
    )


def file_lines(found: Account) -> tuple[FileLine, ...]:
    """
    An account as a report has it.
    """
    return tuple(
        FileLine(
            path=entry.path,
            contract=entry.contract if entry.reason is None else None,
            version=entry.version if entry.reason is None else None,
            reason=entry.reason.value if entry.reason is not None else None,
        )
        for entry in found.entries
    )


def _settings(flags: Options, settings: SettingsFile) -> Iterator[SettingLine]:
    run = settled(flags, settings.options)
    for name, spec in OPTIONS.items():
        source = "default"
        if getattr(flags, name) is not None:
            source = "command line"
        elif getattr(settings.options, name) is not None:
            source = settings.name
        elif name == "emission" and run.rule_set.emission is not None:
            source = f"rule set {run.rule_set.name}"
        value = getattr(run, name) if getattr(run, name) is not None else spec.default
        if spec.setting:
            yield SettingLine(name=name, value=_shown(value), source=source)


def _shown(value: Any) -> str:
    if value is None:
        return "not stated"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {each}" for name, each in value.items())
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
