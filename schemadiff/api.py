"""
The library: what the command line does, for schemas and values in a program.

A *schema input* is what the command line takes (a path, a folder, ``REV:path``, ``v1``, ``order@v1``), a schema
as a plain value (a dict or a boolean), or what ``load`` returned.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemadiff.changes import Change
from schemadiff.containment import Contained, Refuted, Unknown
from schemadiff.errors import UsageError
from schemadiff.instance import Value
from schemadiff.options import Options, checked, merged
from schemadiff.report import Report, Style
from schemadiff.report import render as render_result
from schemadiff.report.results import Result
from schemadiff.schema import Loader, LoadOptions, Node
from schemadiff.usecases.compare import compare_schemas
from schemadiff.workspace import Pairing, SchemaSource, Workspace, pair_of, pairs_of, source_of

if TYPE_CHECKING:
    from referencing import Registry, Specification

Answer = Contained | Refuted | Unknown
"""The answer to a question about containment."""

_DEFAULT = Options()


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """
    A schema that has been read.

    Attributes:
        name: what messages call it.
        contract, version: the contract and the version; empty where it is none.
        dialect: its dialect, such as ``2020-12``.
        value: its content; numbers with a fraction are ``Decimal``.
    """

    name: str
    contract: str
    version: str
    dialect: str
    value: Value = field(repr=False, hash=False)
    _source: SchemaSource = field(repr=False, compare=False)


SchemaInput = str | os.PathLike[str] | Mapping[str, Any] | bool | Schema


def load(
    source: SchemaInput,
    *,
    dialect: str | Specification | None = None,
    registry: Registry[Any] | None = None,
    folder: str | os.PathLike[str] = ".",
    contracts: str | None = None,
) -> Schema:
    """
    Read one schema.

    Arguments:
        source: a schema input that stands for one schema.
        dialect: the dialect where the schema names none: a name such as ``draft7``, the URI of a meta-schema, or a
            ``referencing.Specification``; 2020-12 by default.
        registry: schemas that its references may lead to, beside files of the same folder; nothing is retrieved.
        folder: where relative paths start.
        contracts: the folder of contracts; one called ``contracts`` by default.

    Returns:
        The schema; it can be passed wherever a schema input is.

    Raises:
        InputError: it cannot be read, or is not a schema.
        UsageError: there is no such dialect, or the input stands for several schemas.
    """
    if isinstance(source, Schema):
        return source
    options = Options(dialect=dialect, contracts=contracts)
    return _schema(_source(source, "schema", _workspace(options, registry, folder)))


def load_text(
    text: str,
    *,
    name: str = "<text>",
    dialect: str | Specification | None = None,
    registry: Registry[Any] | None = None,
) -> Schema:
    """
    Read one schema from JSON or YAML text.

    Arguments:
        text: the schema.
        name: what messages call it.
        dialect, registry: as for ``load``.

    Raises:
        InputError: it is neither JSON nor YAML, or not a schema.
        UsageError: there is no such dialect, or it is no text.
    """
    _require("text", text, str, "It is JSON or YAML text; `load` reads a path or a value.")
    _require_registry(registry)
    known = Options(dialect=dialect).known_dialect
    node = Loader(LoadOptions(dialect=known, registry=registry)).text(text, name=name)
    return _schema(SchemaSource(contract=name, name=name, load=lambda: node))


def compare(
    old: SchemaInput,
    new: SchemaInput,
    *,
    options: Options = _DEFAULT,
    registry: Registry[Any] | None = None,
    folder: str | os.PathLike[str] = ".",
) -> Report:
    """
    Compare two schemas, or two folders or versions with several each: what changed, whom it breaks, and the proofs.

    Arguments:
        old, new: schema inputs.
        options: promise, emission, rule set, levels and the rest. No settings file is read unless ``options.config``
            names one; work is done in this process unless ``options.jobs`` is given.
        registry: schemas that references may lead to, on both sides; nothing is retrieved.
        folder: where relative paths start.

    Raises:
        InputError: a schema or manifest cannot be read.
        UsageError: the inputs do not fit together, or an option has no such value.
    """
    workspace = _workspace(options, registry, folder)
    return compare_schemas(workspace, _pairing(old, new, workspace))


def diff(
    old: SchemaInput,
    new: SchemaInput,
    *,
    options: Options = _DEFAULT,
    registry: Registry[Any] | None = None,
    folder: str | os.PathLike[str] = ".",
) -> tuple[Change, ...]:
    """
    Find what changed between two schemas, without deciding what it means.

    Arguments:
        old, new: schema inputs that stand for one schema each.
        options: the dialect and the version field; a new version tag is not a change.
        registry, folder: as for ``compare``.

    Returns:
        The changes, in the order of the schemas.

    Raises:
        InputError: a schema cannot be read.
        UsageError: an input stands for several schemas, or an option has no such value.
    """
    from schemadiff.decide.comparison import changes_between
    from schemadiff.workspace.verdicts import terms_of

    workspace = _workspace(options, registry, folder)
    pair = pair_of(_source(old, "old", workspace), _source(new, "new", workspace))
    terms = terms_of(pair.manifest_entry, workspace.options)
    field = "none" if pair.one_version else terms.options.version_field
    return tuple(changes_between(pair.old.load(), pair.new.load(), version_field=field))


def contains(
    *,
    inner: SchemaInput,
    outer: SchemaInput,
    options: Options = _DEFAULT,
    registry: Registry[Any] | None = None,
    outlined: bool = False,
) -> Answer:
    """
    Decide whether every instance of one schema is an instance of another. No version tag is mapped.

    Arguments:
        inner, outer: schema inputs that stand for one schema each.
        options: dialect, formats, budget and steps, and the emission: here ``any`` by default, for the question is
            about sets of instances.
        registry: as for ``compare``.
        outlined: whether a proof comes with its outline, which costs further questions.

    Returns:
        Contained, with what proved it; Refuted, with a counter-example that two validators confirmed; or Unknown,
        with the reason. ``answer.holds`` is True, False or None.

    Raises:
        InputError: a schema cannot be read.
        UsageError: an input stands for several schemas, or an option has no such value.
    """
    from schemadiff.usecases.contains import prove_containment

    workspace = _workspace(options, registry, ".")
    return prove_containment(
        _source(inner, "inner", workspace).load(),
        _source(outer, "outer", workspace).load(),
        workspace.options,
        outlined=outlined,
    )


def is_subschema(
    inner: SchemaInput,
    outer: SchemaInput,
    *,
    options: Options = _DEFAULT,
    registry: Registry[Any] | None = None,
) -> bool | None:
    """
    Decide whether every instance of one schema is an instance of another.

    Arguments:
        inner, outer, options, registry: as for ``contains``.

    Returns:
        True if it is proved, False if it is refuted, None if it is undecided.

    Raises:
        InputError, UsageError: as for ``contains``.
    """
    return contains(inner=inner, outer=outer, options=options, registry=registry).holds


def generate(
    schema: SchemaInput,
    count: int = 10,
    *,
    valid: bool = True,
    options: Options = _DEFAULT,
    registry: Registry[Any] | None = None,
) -> Iterator[Value]:
    """
    Generate different instances of a schema, boundaries first.

    Arguments:
        schema: a schema input that stands for one schema.
        count: how many at most.
        valid: whether the values are instances; otherwise each violates the schema, most of them in one point only.
        options: dialect, formats and the budget for all values, 30 seconds by default.
        registry: as for ``compare``.

    Returns:
        The values; numbers with a fraction are ``Decimal``, and so is one integer, such as ``1.0``, where the dialect
        takes it for an integer.

    Raises:
        InputError: the schema cannot be read.
        UsageError: the input stands for several schemas, or the count or an option has no such value.
    """
    from schemadiff.usecases.generate import instances_of

    if not isinstance(count, int) or isinstance(count, bool) or count < 0:
        raise UsageError(f"count is {str(count)[:60]!r}", remedy="It is a whole number from 0 on.")
    workspace = _workspace(options, registry, ".")
    return instances_of(_source(schema, "schema", workspace).load(), count, workspace.options, valid=valid)


def check(
    against: str | None = None,
    *,
    head: str | None = None,
    staged: bool = False,
    accept: Sequence[str] = (),
    options: Options = _DEFAULT,
    folder: str | os.PathLike[str] = ".",
) -> Report:
    """
    Check a change of contracts by the policy of the revision that it is to join: the merge gate.

    Arguments:
        against: that revision; by default what the CI job says, else the main branch of the remote, else HEAD.
        head: the revision that holds the change; the working tree by default.
        staged: whether the index holds it.
        accept: fingerprints of findings that are accepted in this run.
        options: what takes precedence over the settings of ``against``.
        folder: a folder of the repository.

    Raises:
        InputError: there is no repository, revision or contract.
        UsageError: the arguments do not fit together, or an option has no such value.
    """
    from schemadiff.sources.file_tree import require_revision
    from schemadiff.usecases.check.gate import check as check_change
    from schemadiff.usecases.check.proposed_change import ProposedChange

    for name, revision in (("against", against), ("head", head)):
        _require(name, revision, (str, type(None)), "It is a branch, a tag or a commit.")
    options = _options(options)
    root = _folder(folder)
    if against is not None:
        require_revision(against)
    accepted = (accept,) if isinstance(accept, str) else tuple(accept)
    change = ProposedChange(
        folder=root, against=against or "", head=head, staged=staged, accept=accepted, options=options
    )
    return check_change(change)


def render(result: Result, form: str = "terminal", *, style: Style | None = None) -> str:
    """
    Write a result as text.

    Arguments:
        result: what ``compare`` or ``check`` returned.
        form: terminal, markdown, json, sarif, junit, github or html.
        style: width, colours and limits, for the formats that have any.

    Raises:
        UsageError: it is no such result, or there is no such format.
    """
    _require("style", style, (Style, type(None)), "It is a schemadiff.Style.")
    return render_result(result, form, style=style)


def _workspace(options: Options, registry: Registry[Any] | None, folder: str | os.PathLike[str]) -> Workspace:
    _require_registry(registry)
    flags = merged(_options(options), Options(jobs=1))
    return Workspace.open(_folder(folder), flags, settings=False, registry=registry)


def _options(options: Options) -> Options:
    _require("options", options, Options, 'It is a schemadiff.Options, such as Options(promise="full").')
    return checked(options)


def _require(name: str, value: object, types: type | tuple[type, ...], remedy: str) -> None:
    if not isinstance(value, types):
        raise UsageError(f"{name} is a {type(value).__name__}", remedy=remedy)


def _require_registry(registry: object) -> None:
    if registry is not None:
        from referencing import Registry

        _require("registry", registry, Registry, "It is a referencing.Registry.")


def _folder(folder: str | os.PathLike[str]) -> Path:
    _require("folder", folder, (str, os.PathLike), "It is the path of a folder.")
    return Path(folder)


def _schema(source: SchemaSource) -> Schema:
    node = source.load()
    return Schema(
        name=source.name,
        contract=source.contract if source.version else "",
        version=source.version,
        dialect=node.dialect.value,
        value=node.value,
        _source=replace(source, load=lambda: node),
    )


def _pairing(old: SchemaInput, new: SchemaInput, workspace: Workspace) -> Pairing:
    if isinstance(old, (str, os.PathLike)) and isinstance(new, (str, os.PathLike)):
        return pairs_of(_word(old, "old"), _word(new, "new"), workspace)
    return Pairing(pairs=[pair_of(_source(old, "old", workspace), _source(new, "new", workspace))], notes=[])


def _source(schema: SchemaInput, name: str, workspace: Workspace) -> SchemaSource:
    if isinstance(schema, Schema):
        return schema._source  # noqa: SLF001 - its own module
    if isinstance(schema, (str, os.PathLike)):
        return source_of(_word(schema, name), workspace)
    value = dict(schema) if isinstance(schema, Mapping) else schema
    node: Node = workspace.loader.value(value, name=name)
    return SchemaSource(contract=name, name=name, load=lambda: node)


def _word(path: str | os.PathLike[str], name: str) -> str:
    word = os.fspath(path)
    looks_like_text = "\n" in word or (word.lstrip()[:1] in ("{", "[") and word.rstrip()[-1:] in ("}", "]"))
    if isinstance(path, str) and looks_like_text:
        raise UsageError(
            f"{name} is the text of a schema, where a path is expected", remedy="Read it with `load_text` first."
        )
    return word
