"""
The hygiene of schemas as they stand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from schemadiff.catalog import NO_TAG, UNVERSIONED, Contract, find_catalog, load_catalog
from schemadiff.decide import PolicyFinding
from schemadiff.decide.contract_policy import policy_finding
from schemadiff.decide.lint import lint_findings
from schemadiff.decide.values import Location
from schemadiff.decide.waivers import apply_waivers
from schemadiff.errors import InputError
from schemadiff.options import Settings
from schemadiff.report import Report
from schemadiff.schema import load_file
from schemadiff.schema.document_kind import Kind, kind_of
from schemadiff.sources import Folder
from schemadiff.usecases.compare import report_of
from schemadiff.workspace.schema_files import data_files, no_schemas, skipped_notes
from schemadiff.workspace.settings import Override, remark_level, renaming_notes
from schemadiff.workspace.targets import Surroundings


def lint(paths: tuple[str, ...], around: Surroundings, settings: Settings, overrides: tuple[Override, ...]) -> Report:
    """
    What hygiene rules say.

    Arguments:
        paths: files and folders; the contracts that are meant here if there are none.
        around: where they are.
        settings: the rule set, the version field and the day.
        overrides: levels from the settings file.

    Raises:
        InputError: there is nothing to look at, or a manifest cannot be read.
    """
    tree = Folder(around.folder)
    remarks: list[PolicyFinding] = []
    count = 0
    kinds: dict[str, Kind] = {}
    for name, path, contract in _named(tree, paths, around, kinds) if paths else _all(tree, around):
        count += 1
        field = settings.version_field or (contract.version_field if contract else NO_TAG)
        try:
            root = load_file(tree, path, dialect=around.dialect)
            remarks += lint_findings(root, contract=name, version_field=field, rules=settings.rules)
        except InputError as error:
            remarks.append(_unreadable(error, settings))
    if not count:
        raise no_schemas(", ".join(paths) or str(around.folder), kinds)
    waivers = () if paths else load_catalog(tree, _folder(tree, around)).waivers
    waived = apply_waivers((), remarks, waivers, as_of=settings.as_of).remarks
    levelled = tuple(remark_level(each, overrides) for each in waived)
    notes = (*skipped_notes(kinds), *renaming_notes(overrides))
    return replace(report_of((), settings, notes), remarks=levelled, linted=count)


def _folder(tree: Folder, around: Surroundings) -> str:
    folder = around.contracts if around.contracts is not None else find_catalog(tree, "")
    if folder is None:
        raise InputError(
            "there are no contracts here", name=str(around.folder), remedy="Name files or folders of schemas."
        )
    return folder


def _all(tree: Folder, around: Surroundings) -> Iterator[tuple[str, str, Contract | None]]:
    for contract in load_catalog(tree, _folder(tree, around)).contracts:
        for version in contract.versions:
            known = replace(contract, version_field=NO_TAG) if version.name == UNVERSIONED else contract
            yield f"{contract.name}@{version.name}", version.path, known


def _named(
    tree: Folder, paths: tuple[str, ...], around: Surroundings, passed_by: dict[str, Kind]
) -> Iterator[tuple[str, str, Contract | None]]:
    """
    The schemas that paths stand for. What lies in a folder and is none goes to ``passed_by``; a file that is named
    is taken at its word.
    """
    for path in paths:
        place = around.folder / path
        if not place.exists():
            raise InputError("no such file or folder", name=path)
        inside = place.resolve()
        if not inside.is_relative_to(around.folder.resolve()):
            raise InputError("it is outside of this folder", name=path, remedy="Run the command where the schemas are.")
        shown = "" if inside == around.folder.resolve() else inside.relative_to(around.folder.resolve()).as_posix()
        for each in data_files(tree, shown) if place.is_dir() else [shown]:
            kind = kind_of(tree, each) if place.is_dir() else Kind.SCHEMA
            if kind is Kind.SCHEMA:
                yield each, each, None
            else:
                passed_by[each] = kind


def _unreadable(error: InputError, settings: Settings) -> PolicyFinding:
    place = Location(error.name or "", "", error.line, error.column)
    notes = (error.remedy,) if error.remedy else ()
    return policy_finding(settings.rules, "input-unreadable", error.message, place=place, notes=notes, unreadable=True)
