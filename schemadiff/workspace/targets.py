"""
What the two words of a command line stand for: versions, files, folders, revisions, standard input.
"""

from __future__ import annotations

import posixpath
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from schemadiff.catalog import MANIFESTS, UNVERSIONED, Contract
from schemadiff.catalog.file_names import is_version_folder, read_name
from schemadiff.errors import InputError, UsageError
from schemadiff.schema import Node
from schemadiff.schema.document_kind import DocumentKind, kind_of
from schemadiff.sources import Folder, Revision, Tree, git, open_revision
from schemadiff.sources.file_tree import open_index, read_stream
from schemadiff.workspace.schema_files import data_files, no_schemas, skipped_notes
from schemadiff.workspace.workspace import Workspace

_VERSION = re.compile(r"v\d[\w.-]*\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaSource:
    """
    A schema that a target stands for, not yet read.

    Attributes:
        contract: the contract's or file's name, by which the sources of two targets are paired.
        name: what messages and reports call it.
        load: reads it.
        manifest_entry: the contract's entry in the manifest; None where there is none.
        version: the version of the contract; empty for a schema that is not a version.
        kind: finds out whether the file is a schema at all; None where it is taken for one.
        path: the path of the file in its tree; empty for one without a file.
        revision: the revision that it is read from; empty for the files of the folder.
    """

    contract: str
    name: str
    load: Callable[[], Node]
    manifest_entry: Contract | None = None
    version: str = ""
    kind: Callable[[], DocumentKind] | None = None
    path: str = ""
    revision: str = ""

    @property
    def identity(self) -> tuple[str, str] | None:
        """
        The contract and version by the manifest, else by the file's name; None for one without a version.
        """
        if self.version:
            return self.contract, self.version
        if self.manifest_entry is not None:
            versions = (each for each in self.manifest_entry.versions if each.path == self.path)
            return next(((self.manifest_entry.name, each.name) for each in versions), None)
        name = read_name(self.path) if self.path else None
        return (name.contract, name.version) if name is not None and name.version != UNVERSIONED else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """
    What OLD or NEW stands for.

    Attributes:
        word: the word of the command line.
        sources: its schemas by contract.
        single: whether it is one schema, which is paired whatever its name.
        folder: the name of the folder that it is; empty for anything else.
    """

    word: str
    sources: dict[str, SchemaSource]
    single: bool
    folder: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaPair:
    """
    Two schemas to compare.

    Attributes:
        contract: what reports call the pair.
        old, new: the schemas.
        manifest_entry: the contract's entry in the manifest; None where there is none.
        one_version: whether they are two states of one version, so that a changed version tag is a break.
    """

    contract: str
    old: SchemaSource
    new: SchemaSource
    manifest_entry: Contract | None = None
    one_version: bool = False

    @property
    def version(self) -> str:
        """
        The version compared with itself, or both; empty for schemas that are not versions of a contract.
        """
        old, new = self.old.version, self.new.version
        return old if old == new else f"{old}→{new}"


def pair_of(old: SchemaSource, new: SchemaSource) -> SchemaPair:
    """
    Two sources as a pair, whatever their names.
    """
    name = new.contract if old.contract == new.contract else f"{old.contract} → {new.contract}"
    entry = new.manifest_entry or old.manifest_entry
    return SchemaPair(contract=name, old=old, new=new, manifest_entry=entry, one_version=_are_one_version(old, new))


def _are_one_version(old: SchemaSource, new: SchemaSource) -> bool:
    """
    Whether layout or manifest gives both the same contract and version, or they are one path at two revisions.
    """
    if old.identity is not None or new.identity is not None:
        return old.identity == new.identity
    return bool(old.path) and old.path == new.path and old.revision != new.revision


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """
    The schemas of two targets.

    Attributes:
        pairs: those that are in both.
        notes: on schemas without a partner, and on files that were skipped.
        removed: the schemas of a folder that the other folder lacks.
    """

    pairs: list[SchemaPair]
    notes: list[str]
    removed: tuple[SchemaSource, ...] = ()


def pairs_of(old_word: str, new_word: str, workspace: Workspace) -> Pairing:
    """
    The pairs of schemas that two words stand for.

    Arguments:
        old_word, new_word: the words.
        workspace: where they are looked up.

    Raises:
        UsageError: the words do not fit together, or name nothing.
        InputError: a file, revision or manifest cannot be read.
    """
    if old_word == new_word == "-":
        raise UsageError("both sides are standard input", remedy="Name a file for one of them.")
    old, new = target_of(old_word, workspace), target_of(new_word, workspace)
    if old.single and new.single:
        return Pairing(pairs=[pair_of(_only(old), _only(new))], notes=[])
    if old.single or new.single:
        raise UsageError(
            f"{old_word} and {new_word} do not fit together: one is a single schema, the other is many",
            remedy="Compare a file with a file, a folder with a folder, or a version with a version.",
        )
    return _pairs_by_name(old, new)


def _pairs_by_name(old: Target, new: Target) -> Pairing:
    old_kinds, new_kinds = _kinds(old), _kinds(new)
    schemas = {name for kinds in (old_kinds, new_kinds) for name, kind in kinds.items() if kind is DocumentKind.SCHEMA}
    removed = tuple(old.sources[name] for name in old.sources if name in schemas and name not in new.sources)
    removed = removed if old.folder and new.folder else ()
    notes = [
        f"{name} is only in {one.word}, so there is nothing to compare it with."
        for one, other in ((old, new), (new, old))
        for name in one.sources
        if name in schemas and name not in other.sources and one.sources[name] not in removed
    ]
    notes += skipped_notes({name: kind for name, kind in {**new_kinds, **old_kinds}.items() if name not in schemas})
    common = [name for name in old.sources if name in new.sources and name in schemas]
    if not common:
        for target, kinds in ((old, old_kinds), (new, new_kinds)):
            if DocumentKind.SCHEMA not in kinds.values():
                raise no_schemas(target.word, kinds)
        raise UsageError(
            f"no schema is in both {old.word} and {new.word}",
            remedy="Versions pair by contract, folders by file name; name two files to compare them as they are.",
        )
    pairs = [pair_of(old.sources[name], new.sources[name]) for name in common]
    if old.folder and new.folder and not any(map(is_version_folder, (old.folder, new.folder))):
        pairs = [replace(pair, one_version=True) for pair in pairs]
    return Pairing(pairs=pairs, notes=notes, removed=removed)


def _kinds(target: Target) -> dict[str, DocumentKind]:
    return {name: source.kind() if source.kind else DocumentKind.SCHEMA for name, source in target.sources.items()}


def _only(target: Target) -> SchemaSource:
    (source,) = target.sources.values()
    return source


def source_of(word: str, workspace: Workspace) -> SchemaSource:
    """
    The one schema that a word stands for.

    Raises:
        UsageError: it stands for several.
        InputError: as for ``target_of``.
    """
    target = target_of(word, workspace)
    if len(target.sources) != 1:
        raise UsageError(
            f"{word} stands for {len(target.sources)} schemas", remedy="Name one of them, such as order@v2."
        )
    return _only(target)


def target_of(word: str, workspace: Workspace) -> Target:
    """
    What a word stands for. A version's name wins over a path of the same name.

    Raises:
        UsageError: there is no such version, or there are no contracts.
        InputError: there is no such file, folder or revision, or a manifest cannot be read.
    """
    if word == "-":
        return _standard_input(workspace)
    if _is_version(word):
        target = _version_target(word, workspace.tree, workspace.inside, workspace)
        if target is not None:
            return target
    path = workspace.root / word
    if path.is_dir():
        return _folder_target(word, *_tree_of(path, workspace.root), workspace)
    content = read_stream(path, word)
    if content is not None:
        return _stream_target(word, content, workspace)
    if path.exists() or ":" not in word:
        return _file_target(word, path, workspace)
    if "://" in word:
        raise InputError(
            "nothing is fetched from the network", name=word, remedy="Download it, and name the file; or pipe it in: -"
        )
    return _revision_target(word, workspace)


def _is_version(word: str) -> bool:
    return bool(_VERSION.match(word)) or ("@" in word and ":" not in word and "/" not in word)


def _single(word: str, source: SchemaSource) -> Target:
    return Target(word=word, sources={source.contract: source}, single=True)


def _standard_input(workspace: Workspace) -> Target:
    return _text_target("-", sys.stdin.read(), workspace)


def _stream_target(word: str, content: bytes, workspace: Workspace) -> Target:
    try:
        return _text_target(word, content.decode("utf-8-sig"), workspace)
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8 at byte {error.start}", name=word) from None


def _text_target(word: str, text: str, workspace: Workspace) -> Target:
    def load() -> Node:
        return workspace.loader.text(text, name=word)

    return _single(word, SchemaSource(contract=word, name=word, load=load))


def _version_target(word: str, tree: Tree, start: str, workspace: Workspace) -> Target | None:
    """
    A version of every contract that has it, or of the one that is named; None where the word is a path after all.
    """
    is_path = (workspace.root / word).exists()
    if is_path and workspace.find_catalog(tree, start) is None:
        return None
    catalog = workspace.require_catalog(tree, start, word=word)
    named, _, wanted = word.rpartition("@")
    contracts = [catalog.contract(named)] if named else list(catalog.contracts)
    sources = {
        contract.name: SchemaSource(
            contract=contract.name,
            name=wanted,
            load=_loader(tree, contract.version(wanted).path, workspace),
            manifest_entry=contract,
            version=wanted,
            path=contract.version(wanted).path,
        )
        for contract in contracts
        if any(version.name == wanted for version in contract.versions)
    }
    if sources:
        return Target(word=word, sources=sources, single=bool(named))
    if is_path:
        return None
    names = dict.fromkeys(version.name for contract in contracts for version in contract.versions)
    raise UsageError(f"no contract has a version {wanted}", remedy=f"There is: {', '.join(names) or 'none'}.")


def _loader(tree: Tree, path: str, workspace: Workspace) -> Callable[[], Node]:
    return lambda: workspace.load(tree, path)


def _tree_of(path: Path, here: Path) -> tuple[Folder, str]:
    """
    The tree that a path on disk belongs to, and the path in it: the current folder, or the path's own.
    """
    full, root = path.resolve(), here.resolve()
    if full.is_relative_to(root):
        return Folder(root), "" if full == root else full.relative_to(root).as_posix()
    parent = full if full.is_dir() else full.parent
    return Folder(parent, str(parent)), "" if full.is_dir() else full.name


def _file_target(word: str, path: Path, workspace: Workspace) -> Target:
    if not path.exists():
        raise InputError("no such file, folder or version", name=word, remedy=_remedy(word, workspace.root))
    tree, inside = _tree_of(path, workspace.root)
    return _single(word, _file_source(word, tree, inside, workspace))


def _file_source(word: str, tree: Tree, path: str, workspace: Workspace) -> SchemaSource:
    return SchemaSource(
        contract=_stem(path),
        name=word,
        load=_loader(tree, path, workspace),
        manifest_entry=_manifest_entry(tree, path, workspace),
        path=path,
        revision=tree.revision if isinstance(tree, Revision) else "",
    )


def _remedy(word: str, folder: Path) -> str:
    """
    What to write instead of a word that names nothing.
    """
    commit = None
    with suppress(InputError):  # without git there are no revisions
        commit = git(
            folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{word}^{{commit}}", missing_ok=True
        )
    if commit:
        return f"It is a revision: say what of it is meant, such as {word}:contracts or {word}:path/to/schema.json."
    return "Name a file, a folder, a version such as v1, REV:path, or - for standard input."


def _stem(path: str) -> str:
    name = path.rpartition("/")[2]
    return re.sub(r"(\.v\d[\w.-]*?)?\.(schema\.)?(json|ya?ml)$", "", name) or name


def _manifest_entry(tree: Tree, path: str, workspace: Workspace) -> Contract | None:
    """
    The contract of a file, where a manifest lists it.
    """
    if workspace.options.contracts_folder is not None:
        return _listed(tree, path, workspace)
    folder = path.rpartition("/")[0]
    names = {file.rpartition("/")[2] for file in tree.files(folder)}
    if names.isdisjoint(MANIFESTS):
        return None
    catalog = workspace.catalog_at(tree, folder)
    return next((c for c in catalog.contracts for version in c.versions if version.path == path), None)


def _listed(tree: Tree, path: str, workspace: Workspace) -> Contract | None:
    """
    The contract of a file in the folder that the options name.
    """
    if not isinstance(tree, Folder):
        catalog, wanted = workspace.require_catalog(tree, workspace.inside), path
    else:
        catalog, here, top = workspace.catalog, (tree.root / path).resolve(), workspace.tree.root.resolve()
        wanted = here.relative_to(top).as_posix() if here.is_relative_to(top) else ""
    return next((c for c in catalog.contracts for version in c.versions if version.path == wanted), None)


def _folder_target(word: str, tree: Tree, folder: str, workspace: Workspace) -> Target:
    workspace.add_side(tree, folder)
    sources = {}
    for path in data_files(tree, folder):
        inside = path[len(folder) + 1 :] if folder else path
        sources[inside] = SchemaSource(
            contract=inside,
            name=tree.name(path),
            load=_loader(tree, path, workspace),
            manifest_entry=_manifest_entry(tree, path, workspace),
            kind=partial(kind_of, tree, path),
            path=path,
            revision=tree.revision if isinstance(tree, Revision) else "",
        )
    if not sources:
        raise no_schemas(word, {})
    workspace.add_referring(tree, [source.path for source in sources.values()])
    name = posixpath.basename(posixpath.normpath(word.rpartition(":")[2])) or word
    return Target(word=word, sources=sources, single=False, folder=name)


def _revision_target(word: str, workspace: Workspace) -> Target:
    revision, _, path = word.partition(":")
    tree, inside = open_revision(workspace.root, revision) if revision else open_index(workspace.root)
    if _is_version(path):
        target = _version_target(path, tree, inside, workspace)
        if target is not None:
            named = {key: replace(each, name=f"{revision}:{each.name}") for key, each in target.sources.items()}
            return replace(target, word=word, sources=named)
    for candidate in _candidates(path, inside, word):
        if tree.read(candidate) is not None:
            return _single(word, _file_source(word, tree, candidate, workspace))
        if tree.files(candidate.rstrip("/")):
            return _folder_target(word, tree, candidate.rstrip("/"), workspace)
    raise InputError(
        f"no such file at {revision}" if revision else "no such file in the index",
        name=word,
        remedy="Paths count from the top of the repository or from here.",
    )


def _candidates(path: str, inside: str, word: str) -> list[str]:
    """
    The paths in a repository that a path after a revision can mean: as git reads it, then as seen from this folder.

    Raises:
        InputError: it leads out of the repository.
    """
    here = posixpath.normpath(posixpath.join(inside, path))
    if path in (".", "..") or path.startswith(("./", "../")):
        if here.startswith(".."):
            raise InputError("the path leads out of the repository", name=word)
        return ["" if here == "." else here]
    return list(dict.fromkeys((path, f"{inside}/{path}".strip("/"))))
