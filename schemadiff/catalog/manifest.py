"""
Reader of ``contracts.yaml``: from a manifest to a catalog, with an error at the position of each inconsistency.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from schemadiff.catalog.cursor import Cursor, ManifestText, Unexpected
from schemadiff.catalog.error_contract import ErrorContract, retry_decisions
from schemadiff.catalog.file_names import read_name
from schemadiff.catalog.model import (
    BACKWARD,
    FORWARD,
    FULL,
    NO_TAG,
    NONE,
    REQUEST,
    RESPONSE,
    REVISIONS,
    TRANSITIVE,
    UNVERSIONED,
    VERSIONS,
    Catalog,
    Contract,
    DowngradeStep,
    Release,
    Service,
    Version,
    Waiver,
    natural,
)
from schemadiff.catalog.operations import check_rejects, read_checklist, read_errors, read_worker
from schemadiff.errors import InputError, suggestion
from schemadiff.instance.parse import decode
from schemadiff.sources import Tree
from schemadiff.sources.text import parse_text

SUPPORT_DAYS = 90

_PROMISES = (BACKWARD, FORWARD, FULL, NONE)
_REACHES = (REVISIONS, VERSIONS, TRANSITIVE)
_SUFFIXES = (".json", ".yaml", ".yml")
_CONTRACT_KEYS = (
    *("role", "producer", "consumer", "version_field", "support_days", "promise", "across", "volatile"),
    *("formerly", "versions"),
)


@dataclass(frozen=True, slots=True)
class _Defaults:
    version_field: str | None
    support_days: int
    promise: str | None
    across: str


class _Files:
    """
    The files of a tree, listed once for each folder: a listing of a revision costs a process.
    """

    def __init__(self, tree: Tree, folder: str) -> None:
        self.folder = folder
        self.tree = tree
        self._known: dict[str, frozenset[str]] = {}

    def has(self, path: str) -> bool:
        above = posixpath.dirname(path)
        if above not in self._known:
            self._known[above] = frozenset(self.tree.files(above))
        return path in self._known[above]


def read_manifest(tree: Tree, path: str) -> Catalog:
    """
    The catalog that a manifest describes.
    """
    name = tree.name(path)
    data = tree.read(path)
    if data is None:
        raise InputError("no such manifest", name=name, remedy="Check the path and the revision.")
    value, locate = parse_text(decode(data, name=name), name=name)
    top = Cursor(value, (), ManifestText(name, locate))
    try:
        return _catalog(top, tree, path)
    except Unexpected as unexpected:
        from schemadiff.catalog.shape import check_shape

        check_shape(top)
        raise unexpected.cursor.error(unexpected.message) from None


def _catalog(top: Cursor, tree: Tree, path: str) -> Catalog:
    top.only("schemadiff", "defaults", "contracts", "services", "fixtures", "waivers", "worker", "errors", "checklist")
    if top["schemadiff"].value != 1 or isinstance(top["schemadiff"].value, bool):
        raise Unexpected(top["schemadiff"], "expected the format's version, 1")
    folder = posixpath.dirname(path)
    defaults = _defaults(top.get("defaults"))
    files = _Files(tree, folder)
    contracts = tuple(_contract(name, each, defaults, files) for name, each in top["contracts"].entries())
    if not contracts:
        raise Unexpected(top["contracts"], "it names no contract")
    stated = top.get("services")
    by_name = {contract.name: contract for contract in contracts}
    services = tuple(_service(name, each, by_name) for name, each in stated.entries()) if stated else ()
    _check_roles(top["contracts"], contracts, services)
    return Catalog(
        contracts=contracts,
        services=services,
        fixtures=top.read("fixtures", lambda recorded: _inside(recorded, folder), None),
        waivers=top.each("waivers", _waiver),
        folder=folder,
        path=path,
        name=tree.name(path),
        strays=_strays(tree, folder, contracts),
        worker=top.read("worker", read_worker, None),
        errors=_errors(top.get("errors"), contracts, files),
        checklist=top.read("checklist", read_checklist, None),
    )


def _errors(stated: Cursor | None, contracts: tuple[Contract, ...], files: _Files) -> ErrorContract | None:
    if stated is None:
        return None
    retry, rejects, path = stated.get("retry"), stated.get("rejects"), None
    if retry is not None and isinstance(retry.value, str):
        path = _inside(retry, files.folder)
        if not files.has(path):
            raise retry.error(f"there is no retry table {retry.value}", "Correct the path, or add the file.")
    errors = read_errors(stated, contracts, path)
    if retry is not None and rejects is not None:
        check_rejects(rejects, retry_decisions(files.tree, errors))
    return errors


def _defaults(stated: Cursor | None) -> _Defaults:
    if stated is None:
        return _Defaults(None, SUPPORT_DAYS, None, REVISIONS)
    stated.only("version_field", "support_days", "promise", "across")
    return _Defaults(
        stated.read("version_field", _version_field, None),
        stated.read("support_days", Cursor.days, SUPPORT_DAYS),
        stated.choice_of("promise", _PROMISES, None),
        stated.choice_of("across", _REACHES, REVISIONS),
    )


def _version_field(stated: Cursor) -> str:
    return NO_TAG if stated.value == NO_TAG else stated.location()


def _contract(name: str, stated: Cursor, defaults: _Defaults, files: _Files) -> Contract:
    stated.only(*_CONTRACT_KEYS)
    role = stated.choice_of("role", (REQUEST, RESPONSE), None)
    support = stated.read("support_days", Cursor.days, defaults.support_days)
    versions = [_version(name, each, one, support, files) for each, one in stated["versions"].entries()]
    if not versions:
        raise Unexpected(stated["versions"], "it names no version")
    versions.sort(key=lambda version: natural(version.name))
    return Contract(
        name=name,
        versions=tuple(versions),
        role=role,
        producer=stated.read("producer", Cursor.name, None),
        consumer=stated.read("consumer", Cursor.name, None),
        version_field=stated.read("version_field", _version_field, defaults.version_field),
        promise=stated.choice_of("promise", _PROMISES, _usual_promise(role, defaults)),
        across=stated.choice_of("across", _REACHES, defaults.across),
        volatile=stated.each("volatile", Cursor.pointer_text),
        formerly=stated.read("formerly", _former_names, ()),
        line=stated.line,
    )


def _former_names(stated: Cursor) -> tuple[str, ...]:
    items = [stated] if isinstance(stated.value, str) else list(stated.items())
    if not items:
        raise Unexpected(stated, "it names no contract")
    return tuple(item.name() for item in items)


def _usual_promise(role: str | None, defaults: _Defaults) -> str:
    """
    The default promise. Workers are upgraded first: they still read old requests, and old producers of requests still
    read their responses.
    """
    return defaults.promise or (FORWARD if role == RESPONSE else BACKWARD)


def _version(contract: str, name: str, stated: Cursor, support_days: int, files: _Files) -> Version:
    if stated.value is None:
        stated = Cursor({}, stated.pointer, stated.source)
    stated.only("file", "published", "deprecated", "support_days", "downgrade")
    published, deprecated = (stated.read(name, Cursor.day, None) for name in ("published", "deprecated"))
    if published and deprecated and deprecated < published:
        raise stated["deprecated"].error(
            f"{contract} {name} is deprecated on {deprecated}, before it is published on {published}",
            "Swap the two days, or correct the wrong one.",
        )
    support_days = stated.read("support_days", Cursor.days, support_days)
    return Version(
        name=name,
        path=_schema_file(contract, name, stated, files),
        published=published,
        deprecated=deprecated,
        support_days=support_days,
        sunset=_sunset(stated, deprecated, support_days),
        downgrade=stated.each("downgrade", _step) if "downgrade" in stated.members() else None,
        line=stated.line,
    )


def _sunset(stated: Cursor, deprecated: date | None, support_days: int) -> date | None:
    try:
        return deprecated + timedelta(days=support_days) if deprecated else None
    except OverflowError:
        raise stated["deprecated"].error(
            "the end of its support lies beyond the year 9999", "Correct the year."
        ) from None


def _schema_file(contract: str, version: str, stated: Cursor, files: _Files) -> str:
    file = stated.get("file")
    if file:
        path = _inside(file, files.folder)
        if not files.has(path):
            raise file.error(
                f"{contract} {version}: there is no file {file.value}", "Correct the path, or add the file."
            )
        return path
    candidates = [posixpath.join(files.folder, f"{contract}.{version}{suffix}") for suffix in _SUFFIXES]
    for path in candidates:
        if files.has(path):
            return path
    raise stated.error(
        f"{contract} {version} has no schema file",
        f"Add {posixpath.basename(candidates[0])} beside the manifest, or name another one with 'file:'.",
    )


def _inside(stated: Cursor, folder: str) -> str:
    """
    The value as a path below the manifest's folder, from the tree's root.
    """
    text = stated.text(1024)
    path = posixpath.normpath(posixpath.join(folder, text))
    below = path == folder or path.startswith(folder + "/") if folder else not path.startswith("..")
    if posixpath.isabs(text) or not below or not text.isprintable() or "\\" in text or ":" in text:
        raise stated.error(
            f"the path {text[:100]!r} leads out of the manifest's folder",
            "A path is relative to the manifest, with forward slashes, and stays below it.",
        )
    return path


def _step(stated: Cursor) -> DowngradeStep:
    members = stated.members()
    if len(members) != 1:
        raise Unexpected(stated, f"expected one of {', '.join(_STEP_KEYS)}")
    (action,) = members
    body = stated[action]
    if action not in _STEP_KEYS:
        raise Unexpected(stated, f"unknown key {action!r}")
    if action == "drop" and isinstance(body.value, str):
        return DowngradeStep(action, body.pointer_text())
    body.only(*_STEP_KEYS[action], "where")
    if action == "rename":
        return _rename(body)
    argument: object = None
    option = None
    match action:
        case "scale":
            argument, option = _factor(body["by"]), body.choice_of("round", ("up", "down", "nearest", "exact"), None)
        case "default":
            argument = body["value"].value
        case "map":
            argument = body["values"].members()
            if not argument:
                raise Unexpected(body["values"], "it maps nothing")
    return DowngradeStep(action, body["at"].pointer_text(), None, argument, option, _where(body))


_STEP_KEYS = {
    "drop": ("at",),
    "rename": ("from", "to", "taken"),
    "scale": ("at", "by", "round"),
    "default": ("at", "value"),
    "map": ("at", "values"),
}
"""The keys of each kind of step, beside ``where``."""


def _rename(body: Cursor) -> DowngradeStep:
    source, target = body["from"].pointer_text(), body["to"].pointer_text()
    if source.split("/").count("*") != target.split("/").count("*"):
        raise body["to"].error(
            f"{source} and {target} do not hold the same number of *",
            "Each * of the one place stands for the same item as that of the other.",
        )
    option = body.choice_of("taken", ("refuse", "keep", "replace"), None)
    return DowngradeStep("rename", source, target, None, option, _where(body))


def _factor(stated: Cursor) -> object:
    if isinstance(stated.value, bool) or not isinstance(stated.value, (int, Decimal)) or stated.value <= 0:
        raise Unexpected(stated, "expected a number above 0")
    return stated.value


def _where(body: Cursor) -> tuple[tuple[str, object], ...]:
    stated = body.get("where")
    if stated is None:
        return ()
    if not stated.members() or not all(member.startswith("/") and len(member) <= 1024 for member in stated.members()):
        raise Unexpected(stated, "expected places, each with the value that it must hold")
    return tuple(stated.members().items())


def _service(name: str, stated: Cursor, contracts: dict[str, Contract]) -> Service:
    stated.only("releases", "running")
    releases = tuple(_release(each, one, contracts) for each, one in stated["releases"].entries())
    if not releases:
        raise Unexpected(stated["releases"], "it names no release")
    known = [release.name for release in releases]
    running = stated.read("running", lambda listed: _distinct(listed, known, f"{name} has no release", ""), ())
    return Service(name, releases, running)


def _release(name: str, stated: Cursor, contracts: dict[str, Contract]) -> Release:
    if stated.value is None:
        return Release(name, {}, {})
    stated.only("emits", "reads")
    return Release(
        name,
        stated.read("emits", lambda listed: _messages(listed, contracts, "writes"), {}),
        stated.read("reads", lambda listed: _messages(listed, contracts, "reads"), {}),
    )


def _messages(stated: Cursor, contracts: dict[str, Contract], verb: str) -> dict[str, tuple[str, ...]]:
    messages: dict[str, tuple[str, ...]] = {}
    for name, listed in stated.entries():
        if name not in contracts:
            raise Cursor(name, listed.pointer, listed.source).unknown(
                f"it {verb} {name!r}, which is no contract of this manifest", contracts
            )
        known = [version.name for version in contracts[name].versions]
        versions = _distinct(listed, known, f"it {verb} {name}", ", which is not listed")
        messages[name] = tuple(sorted(versions, key=natural))
    return messages


def _distinct(listed: Cursor, known: list[str], before: str, after: str) -> tuple[str, ...]:
    names: list[str] = []
    for item in listed.items():
        if item.name() in names:
            raise Unexpected(item, "it is named twice")
        if item.name() not in known:
            raise item.unknown(f"{before} {item.value!r}{after}", known)
        names.append(item.name())
    return tuple(names)


def _waiver(stated: Cursor) -> Waiver:
    stated.only("rule", "place", "fingerprint", "reason", "owner", "expires")
    place, fingerprint = (stated.read(name, Cursor.text, None) for name in ("place", "fingerprint"))
    if place is None and fingerprint is None:
        raise Unexpected(stated, "a waiver needs a place or a fingerprint")
    return Waiver(
        rule=stated["rule"].text(),
        place=place,
        fingerprint=fingerprint,
        reason=stated["reason"].text(),
        owner=stated["owner"].text(),
        expires=stated["expires"].day(),
        line=stated.line,
    )


def _check_roles(stated: Cursor, contracts: tuple[Contract, ...], services: tuple[Service, ...]) -> None:
    """
    Refuse a producer or consumer whose name is almost that of a service; other unknown names are allowed.
    """
    known = [service.name for service in services]
    for contract in contracts:
        for part, name in (("producer", contract.producer), ("consumer", contract.consumer)):
            near = suggestion(name, known) if name and name not in known else None
            if near:
                raise stated[contract.name][part].error(
                    f"the {part} of {contract.name} is {name!r}, which is no service", f"Did you mean {near!r}?"
                )


def _strays(tree: Tree, folder: str, contracts: tuple[Contract, ...]) -> tuple[str, ...]:
    listed = {version.path for contract in contracts for version in contract.versions}
    names = (read_name(path) for path in tree.files(folder) if path not in listed)
    return tuple(name.path for name in names if name and name.declared and name.version != UNVERSIONED)
