"""
What the two words of a command line stand for: versions, files, folders, revisions, standard input.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from schemadiff.catalog import Catalog, Contract, find_catalog, load_catalog
from schemadiff.errors import InputError, UsageError
from schemadiff.keywords import Dialect
from schemadiff.schema import Node, load_file, load_text
from schemadiff.schema.document_kind import Kind, kind_of
from schemadiff.sources import Folder, Tree, git, open_revision
from schemadiff.workspace.schema_files import data_files, no_schemas, skipped_notes

_VERSION = re.compile(r"v\d[\w.-]*\Z")


@dataclass(frozen=True, slots=True)
class Entry:
    """
    One schema that a side stands for, not yet read.

    Attributes:
        contract: the contract's or file's name, by which the two sides are paired.
        name: what the side is called.
        load: reads it.
        terms: the contract's entry in the manifest; None where there is none.
        version: the version that it is, where it is one of a contract.
        kind: looks whether it is a schema at all; None where somebody said that it is.
    """

    contract: str
    name: str
    load: Callable[[], Node]
    terms: Contract | None
    version: str = ""
    kind: Callable[[], Kind] | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """
    What one word of the command line stands for.

    Attributes:
        spec: the word.
        entries: its schemas by contract.
        single: whether it is one schema, which is paired whatever it is called.
    """

    spec: str
    entries: dict[str, Entry]
    single: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """
    Two schemas to compare.
    """

    contract: str
    old: Entry
    new: Entry
    terms: Contract | None

    @property
    def version(self) -> str:
        """
        The version compared with itself, or both; empty for what is no version of a contract.
        """
        old, new = self.old.version, self.new.version
        return old if old == new else f"{old}→{new}"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """
    Where words are looked up.

    Attributes:
        folder: the current folder.
        contracts: the folder of contracts, if the user names one.
        dialect: for schemas that name none.
        opened: catalogs that have been read on the way, so that both sides share one.
    """

    folder: Path
    contracts: str | None = None
    dialect: Dialect | None = None
    opened: dict[tuple[Tree, str], Catalog] | None = None


def pairs(old: str, new: str, around: Surroundings) -> tuple[list[Pair], list[str]]:
    """
    The pairs of schemas that two words stand for, and notes on what has no partner.

    Raises:
        UsageError: the words do not fit together, or name nothing.
        InputError: a file, revision or manifest cannot be read.
    """
    if old == new == "-":
        raise UsageError("both sides are standard input", remedy="Name a file for one of them.")
    around = replace(around, opened={})
    sides = (side(old, around), side(new, around))
    if sides[0].single and sides[1].single:
        (before,), (after,) = (list(each.entries.values()) for each in sides)
        terms = after.terms or before.terms
        return [Pair(_pair_name(before, after), before, after, terms)], []
    if sides[0].single or sides[1].single:
        raise UsageError(
            f"{old} and {new} do not fit together: one is a single schema, the other is many",
            remedy="Compare a file with a file, a folder with a folder, or a version with a version.",
        )
    kinds = [_kinds(each) for each in sides]
    meant = {name for some in kinds for name, kind in some.items() if kind is Kind.SCHEMA}
    common = [name for name in sides[0].entries if name in sides[1].entries and name in meant]
    notes = [
        f"{name} is only in {here.spec}, so there is nothing to compare it with."
        for here, there in (sides, sides[::-1])
        for name in here.entries
        if name in meant and name not in there.entries
    ]
    notes += skipped_notes({name: kind for name, kind in {**kinds[1], **kinds[0]}.items() if name not in meant})
    if not common:
        for here, some in zip(sides, kinds, strict=True):
            if Kind.SCHEMA not in some.values():
                raise no_schemas(here.spec, some)
        raise UsageError(
            f"no schema is in both {old} and {new}",
            remedy="Versions pair by contract, folders by file name; name two files to compare them as they are.",
        )
    found = []
    for name in common:
        before, after = sides[0].entries[name], sides[1].entries[name]
        found.append(Pair(name, before, after, after.terms or before.terms))
    return found, notes


def _kinds(side: Side) -> dict[str, Kind]:
    return {name: each.kind() if each.kind else Kind.SCHEMA for name, each in side.entries.items()}


def _pair_name(before: Entry, after: Entry) -> str:
    return after.contract if before.contract == after.contract else f"{before.contract} → {after.contract}"


def side(spec: str, around: Surroundings) -> Side:
    """
    What one word stands for. A version's name wins over a path of the same name.
    """
    if spec == "-":
        text = sys.stdin.read()
        return _single(spec, Entry("-", "-", lambda: load_text(text, name="-", dialect=around.dialect), None))
    if _VERSION.match(spec) or _at_version(spec):
        found = _version_side(spec, Folder(around.folder), "", around)
        if found is not None:
            return found
    path = around.folder / spec
    if path.is_dir():
        return _folder_side(spec, *_tree_of(path, around.folder), around)
    if path.exists() or ":" not in spec:
        return _file_side(spec, path, around)
    return _revision_side(spec, around)


def single(spec: str, around: Surroundings) -> Node:
    """
    The one schema that a word stands for.

    Raises:
        UsageError: it stands for many.
    """
    found = side(spec, around)
    if len(found.entries) != 1:
        raise UsageError(
            f"{spec} stands for {len(found.entries)} schemas", remedy="Name one of them, such as order@v2."
        )
    (entry,) = found.entries.values()
    return entry.load()


def _at_version(spec: str) -> bool:
    return "@" in spec and ":" not in spec and "/" not in spec


def _single(spec: str, entry: Entry) -> Side:
    return Side(spec, {entry.contract: entry}, single=True)


def _catalog(tree: Tree, start: str, around: Surroundings) -> Catalog | None:
    folder = around.contracts if around.contracts is not None else find_catalog(tree, start)
    return None if folder is None else _opened(tree, folder, around)


def _opened(tree: Tree, folder: str, around: Surroundings) -> Catalog:
    opened = around.opened if around.opened is not None else {}
    if (tree, folder) not in opened:
        opened[tree, folder] = load_catalog(tree, folder)
    return opened[tree, folder]


def _version_side(spec: str, tree: Tree, start: str, around: Surroundings) -> Side | None:
    """
    A version of every contract that has it, or of the one that is named; None if it turns out to be no version.
    """
    catalog = _catalog(tree, start, around)
    named, _, wanted = spec.rpartition("@")
    if catalog is None:
        if (around.folder / spec).exists():
            return None
        raise UsageError(
            f"{spec} names a version, but there is no folder of contracts here",
            remedy="Run this where contracts/ is, name it with --contracts, or name two files.",
        )
    contracts = [catalog.contract(named)] if named else list(catalog.contracts)
    entries = {}
    for contract in contracts:
        for version in contract.versions:
            if version.name == wanted:
                entries[contract.name] = Entry(
                    contract.name, version.name, _loader(tree, version.path, around.dialect), contract, version.name
                )
    if entries:
        return Side(spec, entries, single=bool(named))
    if (around.folder / spec).exists():
        return None
    known = ", ".join(dict.fromkeys(v.name for contract in contracts for v in contract.versions)) or "none"
    raise UsageError(f"no contract has a version {wanted}", remedy=f"There is: {known}.")


def _loader(tree: Tree, path: str, dialect: Dialect | None) -> Callable[[], Node]:
    return lambda: load_file(tree, path, dialect=dialect)


def _tree_of(path: Path, here: Path) -> tuple[Folder, str]:
    """
    The tree that a path on disk belongs to, and the path in it: the current folder, or the path's own.
    """
    full, root = path.resolve(), here.resolve()
    if full.is_relative_to(root):
        return Folder(root), "" if full == root else full.relative_to(root).as_posix()
    parent = full if full.is_dir() else full.parent
    return Folder(parent, str(parent)), "" if full.is_dir() else full.name


def _file_side(spec: str, path: Path, around: Surroundings) -> Side:
    if not path.exists():
        raise InputError("no such file, folder or version", name=spec, remedy=_instead_of(spec, around.folder))
    tree, inside = _tree_of(path, around.folder)
    load = _loader(tree, inside, around.dialect)
    return _single(spec, Entry(_stem(inside), spec, load, _terms_of(tree, inside, around)))


def _instead_of(spec: str, folder: Path) -> str:
    """
    What to write instead of a word that stands for nothing.
    """
    commit = None
    with suppress(InputError):  # without git there are no revisions
        commit = git(
            folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{spec}^{{commit}}", missing_ok=True
        )
    if commit:
        return f"It is a revision: say what of it is meant, such as {spec}:contracts or {spec}:path/to/schema.json."
    return "Name a file, a folder, a version such as v1, REV:path, or - for standard input."


def _stem(path: str) -> str:
    name = path.rpartition("/")[2]
    return re.sub(r"(\.v\d[\w.-]*?)?\.(schema\.)?(json|ya?ml)$", "", name) or name


def _terms_of(tree: Tree, path: str, around: Surroundings) -> Contract | None:
    """
    The manifest's entry for a file, where a manifest lists it.
    """
    folder = path.rpartition("/")[0]
    names = {each.rpartition("/")[2] for each in tree.files(folder)}
    if not names & {"contracts.yaml", "contracts.yml", "contracts.json"} and around.contracts is None:
        return None
    catalog = _opened(tree, around.contracts if around.contracts is not None else folder, around)
    return next((c for c in catalog.contracts for version in c.versions if version.path == path), None)


def _folder_side(spec: str, tree: Tree, folder: str, around: Surroundings) -> Side:
    entries = {}
    for path in data_files(tree, folder):
        inside = path[len(folder) + 1 :] if folder else path
        load, terms = _loader(tree, path, around.dialect), _terms_of(tree, path, around)
        entries[inside] = Entry(inside, tree.name(path), load, terms, kind=_kind_in(tree, path))
    if not entries:
        raise no_schemas(spec, {})
    return Side(spec, entries, single=False)


def _kind_in(tree: Tree, path: str) -> Callable[[], Kind]:
    return lambda: kind_of(tree, path)


def _revision_side(spec: str, around: Surroundings) -> Side:
    revision, _, path = spec.partition(":")
    tree, inside = open_revision(around.folder, revision)
    if _VERSION.match(path) or _at_version(path):
        found = _version_side(path, tree, inside, around)
        if found is not None:
            renamed = {c: replace(e, name=f"{revision}:{e.name}") for c, e in found.entries.items()}
            return Side(spec, renamed, found.single)
    for place in dict.fromkeys((path, f"{inside}/{path}".strip("/"))):
        if tree.read(place) is not None:
            load = _loader(tree, place, around.dialect)
            return _single(spec, Entry(_stem(place), spec, load, _terms_of(tree, place, around)))
        if tree.files(place.rstrip("/")):
            return _folder_side(spec, tree, place.rstrip("/"), around)
    raise InputError(
        f"no such file at {revision}", name=spec, remedy="Paths count from the top of the repository or from here."
    )
