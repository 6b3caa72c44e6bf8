"""
Where references lead: files of the tree by path and by identifier, mapped URIs, a registry, and the meta-schemas.

Nothing is fetched from the network, and nothing outside of the tree is read.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urldefrag, urlsplit

from schemadiff.errors import InputError
from schemadiff.instance import exact
from schemadiff.keywords import Dialect, dialect_of, written_identifiers
from schemadiff.keywords.dialects import dialect_of_meta_schema, dialect_of_uri, leaves_out_vocabularies
from schemadiff.schema.meta_schema import check_meta_schema
from schemadiff.schema.model import TREE, Document, DocumentRegistry, Resource, join, require_same_meaning, tree_uri
from schemadiff.schema.parsed_tree import ParsedTree, with_suffixes

if TYPE_CHECKING:
    from referencing import Registry

DEFAULT_DIALECT = Dialect.DRAFT2020

_META_SCHEMAS = 8
"""How many meta-schemas are followed from one to the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadOptions:
    """
    What schemas are read with, beside the files around them.

    Attributes:
        dialect: of schemas that declare none, or a meta-schema that is not known.
        default_dialect: of schemas that declare none, where ``dialect`` is not given; 2020-12 by default.
        dialects: of meta-schemas that are not known, by their URIs.
        resources: folders and files of the tree, by the prefix of the URIs that they stand for.
        registry: schemas that references may lead to, after those of the tree.
    """

    dialect: Dialect | None = None
    default_dialect: Dialect | None = None
    dialects: Mapping[str, Dialect] = field(default_factory=dict)
    resources: Mapping[str, str] = field(default_factory=dict)
    registry: Registry[Any] | None = None

    @property
    def undeclared(self) -> Dialect:
        """
        The dialect of a schema that declares none, and that no other schema refers to.
        """
        return self.dialect or self.default_dialect or DEFAULT_DIALECT


class TreeResolver:
    """
    Resolves the references of one schema, see ``Resolver``.

    Arguments:
        options: what schemas are read with.
        files: the tree; None for a schema that is not in one.
    """

    def __init__(self, options: LoadOptions, files: ParsedTree | None = None) -> None:
        self.options = options
        self.documents = DocumentRegistry(self)
        self._files = files
        self._by_path: dict[str, Document] = {}
        self._found: dict[str, Resource] = {}

    def file(self, path: str, dialect: Dialect) -> Document:
        """
        The document in a file of the tree.

        Arguments:
            path: of the file.
            dialect: of the schema if it declares none.

        Raises:
            InputError: it cannot be read, or is not a schema.
        """
        assert self._files is not None
        path = posixpath.normpath(path)
        self.documents.reached.add(path)
        document = self._by_path.get(path)
        if document is None:
            parsed = self._files.parsed(path)
            document = self.document(parsed.name, parsed.value, tree_uri(path), dialect, parsed.locate, parsed.text)
            self._by_path[path] = document
        else:
            require_same_meaning(document.root, dialect)
        return document

    def readings(self) -> Iterator[tuple[str, Dialect]]:
        """
        The files that were read, each with the dialect in which it was.
        """
        return ((path, document.root.dialect) for path, document in self._by_path.items())

    def document(
        self, name: str, value: Any, uri: str, dialect: Dialect, locate: Any = None, text: str | None = None
    ) -> Document:
        """
        A document of a value, checked against its meta-schema.

        Raises:
            InputError: it is not a schema.
        """
        declared, unknown = self.documents.dialect_of(value, dialect, uri)
        if unknown is None:
            check_meta_schema(value, declared, name, locate)
        return Document(name, value, dialect, self.documents, uri, locate, text)

    def find(self, uri: str, written: str, referrer: Resource) -> Resource | None:
        """
        The resource that a reference leads to, see ``Resolver.find``.
        """
        for path in self._paths(uri, written, referrer):
            document = self.file(path, referrer.dialect)
            resource = self.documents.resources.get(uri) or document.resource_at(())
            known = self._found.setdefault(uri, resource)
            if known is not resource:
                names = f"{known.document.name} and {resource.document.name}"
                raise InputError(f"{uri} stands for several files: {names}", remedy=_MAP.format(uri))
            return resource
        return self._known(uri, referrer)

    def _paths(self, uri: str, written: str, referrer: Resource) -> Iterator[str]:
        """
        The file of the tree that a URI stands for, if there is one; an error if there should be one.
        """
        mapped = self._mapped(uri)
        if self._files is None:
            return
        if mapped is not None:
            yield from filter(self._exists, with_suffixes(mapped))
        if uri.startswith(TREE):
            yield self._in_tree(uri, written, referrer)
        else:
            yield from self._named(uri, written, referrer, mapped)
        if uri.startswith("file:"):
            raise InputError(
                f"a reference leads out of the tree (to {unquote(uri.removeprefix('file://'))})",
                remedy="Only files of the same tree are read: copy the schema into it, or map the URI to a folder in "
                f'schemadiff.toml: [resources] "{uri.rpartition("/")[0]}/" = "FOLDER".',
            )

    def _named(self, uri: str, written: str, referrer: Resource, mapped: str | None) -> Iterator[str]:
        """
        The file for a URI that is not one of the tree: by its identifier, else beside the file that refers to it.
        """
        assert self._files is not None
        from_path = _path_of(referrer.document.uri)
        if not _is_known_meta_schema(uri):
            identified = self._files.identified(uri, from_path or "")
            if identified is not None:
                yield identified
        beside = list(dict.fromkeys(self._beside(uri, written, referrer)))
        yield from filter(self._exists, beside)
        if mapped is not None:
            message = f"{uri} is mapped to {mapped}, which does not exist"
            raise self._missing(written, mapped, message, "Correct the line of [resources] in the settings.")
        for path in beside if _is_relative(written) else ():
            if self._files.similar(path, close=False) is not None:
                raise self._missing(written, path, f"there is no {path}", None)

    def _in_tree(self, uri: str, written: str, referrer: Resource) -> str:
        path = posixpath.normpath(unquote(urlsplit(uri).path.removeprefix("/tree/")))
        if self._exists(path):
            return path
        assert self._files is not None
        candidates = [path]
        from_path = _path_of(referrer.document.uri)
        if from_path is not None and _is_relative(written):
            candidates.append(_joined(posixpath.dirname(from_path), written))
            if self._exists(candidates[-1]):
                return candidates[-1]
        raise self._missing(written, path, f"there is no {self._files.tree.name(path)}", None)

    def _missing(self, written: str, path: str, message: str, remedy: str | None) -> InputError:
        """
        The error for a file that should exist, with the one that was probably meant.
        """
        assert self._files is not None
        similar = self._files.similar(path)
        if similar is not None:
            self.documents.reached.add(similar)
            remedy = f"Did you mean {_like(written, path, similar)!r}?"
        remedy = remedy or "Correct the reference, or add the file."
        return InputError(f"the reference {written!r} leads to nothing: {message}", remedy=remedy)

    def _exists(self, path: str) -> bool:
        """
        Whether a file exists; whether it does counts for what the schema reaches.
        """
        assert self._files is not None
        self.documents.reached.add(path)
        return self._files.exists(path)

    def _mapped(self, uri: str) -> str | None:
        """
        The path to which the settings map a URI; the longest prefix counts.
        """
        for prefix in sorted(self.options.resources, key=len, reverse=True):
            if uri.startswith(prefix):
                rest = unquote(uri[len(prefix) :])
                target = self.options.resources[prefix]
                return _joined(target, rest.lstrip("/")) if rest else posixpath.normpath(target)
        return None

    def _beside(self, uri: str, written: str, referrer: Resource) -> Iterator[str]:
        """
        The paths that a URI has relative to the identifiers of the files that have been read, and relative to the file
        that refers to it.

        Where ``a/x.json`` has the identifier ``https://example.com/a/x.json``, ``https://example.com/b/y.json`` is
        ``b/y.json``: if it is written as a URI, only if that file has no identifier of its own.
        """
        wanted = urlsplit(uri)
        relative = _is_relative(written)
        for document in self._by_path.values() if wanted.scheme else ():
            base, path = urlsplit(document.root.resource.uri), _path_of(document.uri)
            if path is None or base[:2] != wanted[:2] or not wanted.path.startswith("/"):
                continue
            step = posixpath.relpath(unquote(wanted.path), posixpath.dirname(unquote(base.path)) or "/")
            candidate = _joined(posixpath.dirname(path), step)
            if relative or self._is_unnamed(candidate):
                yield candidate
        from_path = _path_of(referrer.document.uri)
        if relative and from_path is not None:
            yield _joined(posixpath.dirname(from_path), written)

    def _is_unnamed(self, path: str) -> bool:
        assert self._files is not None
        return not self._files.exists(path) or not written_identifiers(self._files.parsed(path).value)

    def _known(self, uri: str, referrer: Resource) -> Resource | None:
        """
        The resource of the registry that was passed, or a meta-schema.
        """
        found = _registered(self.options.registry, uri)
        if found is None:
            found = _meta_schema(uri)
        if found is None:
            return None
        value, dialect = found
        document = self.document(uri, value, uri, dialect or self.options.dialect or referrer.dialect)
        return self.documents.resources.get(uri) or document.resource_at(())

    def dialect(self, uri: str, base: str) -> Dialect | None:
        """
        The dialect of a meta-schema that is not one of the known ones, see ``Resolver.dialect``.
        """
        mapped = (self.options.dialects.get(spelling) for spelling in (uri, uri.removesuffix("#")))
        given = self.options.dialect or next(filter(None, mapped), None)
        uri = urldefrag(join(base, uri))[0]
        if given is not None:
            # A given dialect does not bring back keywords that the meta-schema itself leaves out.
            return None if leaves_out_vocabularies(self._meta_schema_at_hand(uri, base)) else given
        for _ in range(_META_SCHEMAS):
            found = dialect_of_meta_schema(self._meta_schema_at_hand(uri, base))
            if not isinstance(found, list):
                return found
            extended = [urldefrag(join(uri, reference))[0] for reference in found]
            dialect = next(filter(None, map(dialect_of_uri, extended)), None)
            if dialect is not None or not extended:
                return dialect
            uri = extended[0]
        return None

    def _meta_schema_at_hand(self, uri: str, base: str) -> Any:
        mapped = self._mapped(uri)
        if self._files is not None:
            path = mapped if mapped is not None and self._exists(mapped) else None
            if path is None and uri.startswith(TREE):
                path = unquote(uri.removeprefix(TREE))
            elif path is None:
                path = self._files.identified(uri, _path_of(base) or "")
            if path is not None and self._exists(path):
                return self._files.parsed(path).value
        found = _registered(self.options.registry, uri)
        return None if found is None else found[0]


_MAP = 'Name the file in schemadiff.toml: [resources] "{}" = "FILE".'


def _path_of(uri: str) -> str | None:
    """
    The path of a file in its tree; None for a URI that is not of the tree.
    """
    return unquote(uri.removeprefix(TREE)) if uri.startswith(TREE) else None


def _joined(folder: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(folder, unquote(path.partition("?")[0])))


def _is_relative(written: str) -> bool:
    """
    Whether a reference is a relative path.
    """
    parts = urlsplit(written)
    return not parts.scheme and not parts.netloc


def _like(written: str, path: str, similar: str) -> str:
    """
    A reference to a similar file, spelled like the one that is wrong.
    """
    plain = posixpath.normpath(path.replace("\\", "/"))
    return posixpath.relpath(similar, posixpath.dirname(plain) or ".") if _is_relative(written) else similar


def _registered(registry: Registry[Any] | None, uri: str) -> tuple[Any, Dialect | None] | None:
    """
    The contents of a resource in a registry, and the dialect that the registry gives it.
    """
    if registry is None:
        return None
    # As a mapping, a registry gives what it holds; only get_or_retrieve would call its retrieve function.
    resource = registry.get(uri) or registry.get(f"{uri}#")
    if resource is None:
        return None
    from referencing.jsonschema import specification_with

    specification = resource._specification  # noqa: SLF001 - referencing has no accessor
    dialect = next((each for each in Dialect if specification_with(each.uri) is specification), None)
    return exact(resource.contents), dialect


def _is_known_meta_schema(uri: str) -> bool:
    return _meta_schema(uri) is not None


def _meta_schema(uri: str) -> tuple[Any, Dialect | None] | None:
    """
    A known meta-schema, of a dialect or of a vocabulary.
    """
    if "json-schema.org/" not in uri:
        return None
    from jsonschema_specifications import REGISTRY

    resource = REGISTRY.get(uri) or REGISTRY.get(f"{uri}#")
    return None if resource is None else (exact(resource.contents), dialect_of(resource.contents))
