"""
The account of a tree: for each file, the contract version that it is taken as, or why it is passed by.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import Enum
from fnmatch import fnmatchcase
from typing import Any

from schemadiff.catalog.file_names import FileName, read_name
from schemadiff.errors import InputError
from schemadiff.instance.parse import decode
from schemadiff.keywords.detect import declares_json_schema
from schemadiff.keywords.dialects import dialect_of
from schemadiff.schema.document_kind import DocumentKind, foreign_kind, kind_of
from schemadiff.schema.meta_schema import meta_schema_error
from schemadiff.schema.resolver import DEFAULT_DIALECT
from schemadiff.sources import Tree
from schemadiff.sources.text import parse_text

MANIFESTS = ("contracts.yaml", "contracts.yml", "contracts.json")
"""The file names of a manifest."""

USUAL_FOLDERS = ("contracts", "schemas")
"""Names of folders that are taken for folders of contracts."""

_MARK = re.compile(rb"(?:^|[\s{,\"'])schemadiff[\"']?\s*:")
_KEYWORDS = re.compile(rb"json-schema\.org/|[\"'\s{,](?:type|properties|\$ref|enum|allOf|anyOf|oneOf)[\"']?\s*:")


class PassReason(Enum):
    """
    Why a file is passed by.
    """

    MANIFEST = "manifest"
    SETTINGS = "passed by in the settings"
    HIDDEN = "hidden"
    VENDORED = "installed or vendored"
    TEST = "test"
    FIXTURE = "fixture or example"
    FORMAT = "neither JSON nor YAML"
    BINARY = "binary"
    UNREADABLE = "unreadable"
    OTHER = "no schema"
    LINK = "a link out of the tree"


_FOLDERS = {
    **dict.fromkeys(("node_modules", "vendor", "third_party", "site-packages"), PassReason.VENDORED),
    **dict.fromkeys(("test", "tests", "__tests__"), PassReason.TEST),
    **dict.fromkeys(("fixtures", "testdata", "examples", "example", "samples"), PassReason.FIXTURE),
}
"""The folders whose files are passed by, whatever they hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEntry:
    """
    One file of an account.

    Attributes:
        path: the path in the tree.
        folder: the folder of contracts that the file belongs to; empty for the top, or for a file that is passed by.
        contract, version: what the file is taken as; empty for a file that is passed by.
        reason: why it is passed by; None for one that is taken.
    """

    path: str
    folder: str = ""
    contract: str = ""
    version: str = ""
    reason: PassReason | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """
    What became of every file below the folders of contracts, in the order of their paths.
    """

    entries: tuple[FileEntry, ...] = ()

    @property
    def taken(self) -> tuple[FileEntry, ...]:
        """
        The files that are versions of contracts.
        """
        return tuple(entry for entry in self.entries if entry.reason is None)

    @property
    def summary(self) -> str:
        """
        The account in one line: how many files are taken, and how many passed by for each reason.
        """
        reasons = Counter(entry.reason for entry in self.entries if entry.reason is not None)
        passed = ", ".join(f"{reasons[reason]} {reason.value}" for reason in PassReason if reasons[reason])
        total, taken = len(self.entries), len(self.taken)
        tail = f"; passed by: {passed}" if passed else ""
        return f"{total} {'file' if total == 1 else 'files'}: {taken} taken{tail}."


class Surveyor:
    """
    Takes the account of a tree.

    Arguments:
        tree: the files.
        paths: those to account for.
        roots: the folders that the user names, in which every schema is a contract; none for the whole tree.
        pass_by: patterns of files that the settings pass by.
    """

    def __init__(
        self, tree: Tree, paths: Iterable[str], *, roots: Collection[str] = (), pass_by: Collection[str] = ()
    ) -> None:
        self._tree = tree
        self._roots = roots
        self._pass_by = pass_by
        self.paths = sorted(path for path in paths if not roots or any(_is_below(path, root) for root in roots))
        self.manifests = [path for path in self.paths if is_manifest(tree, path) and self._folder_reason(path) is None]
        self._homes = {posixpath.dirname(path) for path in self.manifests}
        for name in map(read_name, self.paths):
            if name and name.declared and self._folder_reason(name.path) is None:
                self._homes.add(posixpath.dirname(name.path))

    def entry(self, path: str) -> FileEntry:
        """
        What becomes of one file that no manifest lists.
        """
        reason, name = self._read(path)
        if reason is not None or name is None:
            return FileEntry(path=path, reason=reason)
        return FileEntry(path=path, folder=name.folder, contract=name.contract, version=name.version)

    def in_contract_folder(self, path: str) -> bool:
        """
        Whether a file lies below a folder of contracts: one that the user names, one with a usual name, or one with a
        manifest or with files called NAME.vN.json.
        """
        if self._roots:
            return True
        folder = posixpath.dirname(path)
        while True:
            if (folder and folder in self._homes) or posixpath.basename(folder) in USUAL_FOLDERS:
                return True
            if not folder:
                return "" in self._homes and "/" not in path
            folder = posixpath.dirname(folder)

    def guards(self, folder: str) -> bool:
        """
        Whether a folder is one of contracts by its name or by where it lies, and not passed by.
        """
        return self.in_contract_folder(f"{folder}/") and self._folder_reason(folder) is None

    def holds_schema(self, path: str) -> bool:
        """
        Whether a file is a schema by its content, whatever it is called and wherever it lies.
        """
        name = read_name(path)
        try:
            if name is None or name.silent:
                return _declares_json_schema(self._tree.read(path) or b"", path)
            return kind_of(self._tree, path) is DocumentKind.SCHEMA
        except InputError:
            return False

    def doubt(self, path: str, reason: PassReason) -> tuple[str, tuple[str, ...]] | None:
        """
        What a file that is passed by seems to be, and what to do about it, if it may say something about messages.
        """
        if self.holds_schema(path):
            return "a schema", ()
        if reason is PassReason.UNREADABLE:
            return "neither JSON nor YAML that can be read", ()
        if reason is not PassReason.OTHER:
            return None
        kind = foreign_kind(_value(self._tree.read(path) or b"", path))
        if kind is None or not kind.holds_schemas:
            return None
        return kind.name, (kind.remedy.replace("FILE#", f"{posixpath.basename(path)}#"),)

    def _read(self, path: str) -> tuple[PassReason | None, FileName | None]:
        reason = self._folder_reason(path)
        if reason is not None:
            return reason, None
        if is_manifest(self._tree, path):
            return PassReason.MANIFEST, None
        name = read_name(path)
        if name is None:
            return PassReason.FORMAT, None
        try:
            data = self._tree.read(path)
        except InputError:
            # A file that cannot be read is an error where it is compared; a contract's file is never passed by for it.
            return (None, name) if name.declared else (PassReason.LINK, None)
        if name.silent and not _declares_json_schema(data or b"", path):
            return PassReason.FORMAT, None
        if data is None or b"\0" in data:
            return (PassReason.LINK if data is None else PassReason.BINARY), None
        inside = self.in_contract_folder(path)
        if not name.declared and not inside and not _KEYWORDS.search(data):
            return PassReason.OTHER, None
        match kind_of(self._tree, path):
            case DocumentKind.SCHEMA if name.declared or inside or _is_schema(data, path):
                return None, name
            case DocumentKind.UNREADABLE:
                return PassReason.UNREADABLE, None
        return PassReason.OTHER, None

    def _folder_reason(self, path: str) -> PassReason | None:
        """
        Why a file is passed by, whatever it holds.
        """
        if any(fnmatchcase(path, pattern) for pattern in self._pass_by):
            return PassReason.SETTINGS
        root = max((root for root in self._roots if _is_below(path, root)), key=len, default="")
        *folders, name = path[len(root) :].strip("/").split("/")
        if any(each.startswith(".") for each in (*folders, name)):
            return PassReason.HIDDEN
        return next((_FOLDERS[each] for each in folders if each in _FOLDERS), None)


def is_manifest(tree: Tree, path: str) -> bool:
    """
    Whether a file is a manifest of schemadiff: by its name, and by the key `schemadiff` in it unless it is broken.
    """
    if posixpath.basename(path) not in MANIFESTS:
        return False
    try:
        data = tree.read(path) or b""
    except InputError:
        return True
    return _MARK.search(data) is not None or not _parses(data, path)


def _is_below(path: str, folder: str) -> bool:
    return not folder or path == folder or path.startswith(f"{folder}/")


def _declares_json_schema(data: bytes, path: str) -> bool:
    """
    Whether a file whose name does not tell is a JSON object that names the meta-schema of a JSON Schema.
    """
    if not data.lstrip().startswith(b"{") or b'"$schema"' not in data:
        return False
    try:
        return declares_json_schema(parse_text(decode(data, name=path), name=path)[0])
    except InputError:
        return False


def _is_schema(data: bytes, path: str) -> bool:
    """
    Whether a document that looks like a schema is valid as one; in a folder of contracts an invalid one is an error,
    elsewhere it is data.
    """
    value = _value(data, path)
    if not isinstance(value, dict) or not value:
        return False
    return meta_schema_error(value, dialect_of(value) or DEFAULT_DIALECT) is None


def _value(data: bytes, path: str) -> Any:
    """
    The value of a document; None if it cannot be read.
    """
    try:
        return parse_text(decode(data, name=path), name=path)[0]
    except InputError:
        return None


def _parses(data: bytes, path: str) -> bool:
    try:
        parse_text(decode(data, name=path), name=path)
    except InputError:
        return False
    return True
