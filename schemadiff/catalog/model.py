"""
Values of a manifest: contracts with their versions and support windows, services with their releases, waivers.

All values are frozen, in the order of the manifest; versions are in natural order.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol, TypeVar

from schemadiff.catalog.error_contract import ErrorContract
from schemadiff.errors import UsageError, suggestion
from schemadiff.instance import Pointer, parse_pointer

BACKWARD, FORWARD, FULL, NONE = "backward", "forward", "full", "none"
"""The promises of a contract (``none`` promises nothing)."""

REVISIONS, VERSIONS, TRANSITIVE = "revisions", "versions", "transitive"
"""The reach of a promise: edits of one version, successive versions as well, or every version still supported."""

REQUEST, RESPONSE = "request", "response"

UNVERSIONED = "unversioned"
"""The name of the only version of a contract, if neither a manifest nor a file name gives it one."""

NO_TAG = "none"
"""The ``version_field`` of a contract whose messages carry no version."""

_DIGITS = re.compile(r"(\d+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Version:
    """
    One version of a contract.

    Attributes:
        name: such as ``v2``.
        path: the path of its schema in the tree.
        published: its first day; None if it is not declared.
        deprecated: the day from which it should no longer be written; None while it is current.
        support_days: the number of days that it is read after that day.
        sunset: the first day on which it is no longer supported; None while it is not deprecated.
        downgrade: the steps that convert a message to the previous version; None if it cannot be converted.
        line: the line in the manifest.
    """

    name: str
    path: str
    published: date | None = None
    deprecated: date | None = None
    support_days: int = 90
    sunset: date | None = None
    downgrade: tuple[DowngradeStep, ...] | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class DowngradeStep:
    """
    One step of a downgrade.

    Attributes:
        action: rename, scale, drop, default or map.
        at: the location that it changes, as a pointer's text; ``*`` stands for every item of an array.
        to: the target of ``rename``.
        argument: the factor of ``scale``, the value of ``default``, the table of ``map``.
        option: the rounding of ``scale``, or what ``rename`` does if the target exists; None for the default.
        where: pairs of a location and the value that it must have for the step to apply.
    """

    action: str
    at: str
    to: str | None = None
    argument: Any = None
    option: str | None = None
    where: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Contract:
    """
    A named message.

    Attributes:
        name: such as ``order``.
        versions: in natural order, the oldest first.
        formerly: its names at earlier revisions.
        role: request or response; None if it is not declared.
        producer, consumer: names of services; None if they are not declared.
        version_field: a pointer's text or ``none``; None if it is not declared.
        promise: backward, forward, full or none.
        across: revisions, versions or transitive.
        volatile: locations that differ from run to run, as pointers' texts; ``*`` stands for every item.
        line: the line in the manifest.
    """

    name: str
    versions: tuple[Version, ...]
    role: str | None = None
    producer: str | None = None
    consumer: str | None = None
    version_field: str | None = None
    promise: str = BACKWARD
    across: str = REVISIONS
    volatile: tuple[str, ...] = ()
    formerly: tuple[str, ...] = ()
    line: int | None = None

    @property
    def tag(self) -> Pointer | None:
        """
        The location of the version tag; None if messages have none, or it is not declared.
        """
        return None if self.version_field in (None, NO_TAG) else parse_pointer(str(self.version_field))

    def version(self, name: str) -> Version:
        """
        The version of that name.

        Raises:
            UsageError: there is none.
        """
        return _named(self.versions, name, f"version of {self.name}")

    def before(self, name: str) -> Version | None:
        """
        The previous version; None for the first.

        Raises:
            UsageError: there is no version of that name.
        """
        names = [version.name for version in self.versions]
        place = names.index(self.version(name).name)
        return self.versions[place - 1] if place else None


@dataclass(frozen=True, slots=True)
class Release:
    """
    One release of a service.

    Attributes:
        name: such as ``2026.10``.
        emits, reads: by contract, the versions that it may write and those that it accepts.
    """

    name: str
    emits: dict[str, tuple[str, ...]]
    reads: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Service:
    """
    A program that writes or reads messages.

    Attributes:
        name: such as ``warehouse``.
        releases: in chronological order.
        running: the names of the releases that run today.
    """

    name: str
    releases: tuple[Release, ...]
    running: tuple[str, ...] = ()

    def release(self, name: str) -> Release:
        """
        The release of that name.

        Raises:
            UsageError: there is none.
        """
        return _named(self.releases, name, f"release of {self.name}")


@dataclass(frozen=True, slots=True)
class Waiver:
    """
    An accepted finding.

    Attributes:
        rule: the id of its rule.
        place: the location, as reports write it; None for any.
        fingerprint: of the finding; None for any at that location.
        reason: why it is accepted.
        owner: who is responsible.
        expires: the last day on which it holds.
        line: the line in the manifest.
    """

    rule: str
    place: str | None
    fingerprint: str | None
    reason: str
    owner: str
    expires: date
    line: int | None = None


@dataclass(frozen=True, slots=True)
class WorkerDeclaration:
    """
    The worker that recorded messages are replayed through.

    Attributes:
        build: the command that builds it, run on a copy of the sources; empty if it needs no build.
        folder: the folder in which both commands run, from the repository's root; empty for the root itself.
        sources: paths and patterns of the files that the build needs, from the root; empty for all in the folder.
        command: the command that starts it; empty for one at an address.
        protocol: auto, frames, lines or http.
        address: the base URL of one that runs elsewhere; None for a command.
        line: the line in the manifest.
    """

    build: tuple[str, ...] = ()
    folder: str = ""
    sources: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    protocol: str = "auto"
    address: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class ChecklistEntry:
    """
    One item of the release checklist: built in, a command of the user's, or left to a person.

    Attributes:
        item: the id of a built-in item; None for the user's own.
        title: the title; None for that of the built-in item.
        days: of ``sunsets``, the numbers of days to look ahead.
        files: of ``ci-enforces``, the files and folders of the CI configuration.
        runs: of ``ci-enforces``, the command that its configuration runs.
        command: the command whose exit code decides.
        timeout: the seconds that the command may take.
        confirm: what a person confirms.
        line: the line in the manifest.
    """

    item: str | None = None
    title: str | None = None
    days: tuple[int, ...] | None = None
    files: tuple[str, ...] | None = None
    runs: str | None = None
    command: tuple[str, ...] = ()
    timeout: float | None = None
    confirm: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Catalog:
    """
    A folder of contracts.

    Attributes:
        contracts, services, waivers: in the manifest's order.
        fixtures: the folder of recorded messages that the manifest names, in the tree; see ``fixture_folder``.
        folder: the folder of the manifest and the schemas, in the tree.
        path: the path of the manifest in the tree; None if there is none.
        name: the name of the manifest, or of the folder, in messages.
        strays: schema files named like versions that the manifest does not list.
        worker: the worker to replay through; None if the manifest declares none.
        errors: the error contract; None if the manifest declares none.
        checklist: the items of the release checklist; None if the manifest does not list them.
    """

    contracts: tuple[Contract, ...]
    services: tuple[Service, ...] = ()
    fixtures: str | None = None
    waivers: tuple[Waiver, ...] = ()
    folder: str = ""
    path: str | None = None
    name: str = ""
    strays: tuple[str, ...] = ()
    worker: WorkerDeclaration | None = None
    errors: ErrorContract | None = None
    checklist: tuple[ChecklistEntry, ...] | None = None

    @property
    def fixture_folder(self) -> str:
        """
        The folder of recorded messages: the one that the manifest names, else ``fixtures`` beside the contracts.
        """
        return posixpath.join(self.folder, "fixtures") if self.fixtures is None else self.fixtures

    def contract(self, name: str) -> Contract:
        """
        The contract of that name.
        """
        return _named(self.contracts, name, "contract")

    def service(self, name: str) -> Service:
        """
        The service of that name.

        Raises:
            UsageError: there is none.
        """
        return _named(self.services, name, "service")


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """
    A sort key that compares numbers in a name by value: v2 comes before v10.
    """
    parts = (part for part in _DIGITS.split(name) if part)
    # The name itself decides between v1 and v01.
    return (*((0, int(part), "") if part[0] in "0123456789" else (1, 0, part) for part in parts), (-1, 0, name))


def reference(text: str) -> tuple[str, str | None]:
    """
    The two parts of ``order@v1`` or ``warehouse@2.0``; the second is None in a bare name.
    """
    name, _, rest = text.partition("@")
    return name, rest or None


class _Named(Protocol):
    @property
    def name(self) -> str: ...


_Thing = TypeVar("_Thing", bound=_Named)


def _named(values: Iterable[_Thing], name: str, what: str) -> _Thing:
    known = {value.name: value for value in values}
    if name in known:
        return known[name]
    near = suggestion(name, known)
    listed = ", ".join(list(known)[:20]) or "none"
    raise UsageError(
        f"no {what} is called {name!r}", remedy=f"Did you mean {near!r}?" if near else f"There is: {listed}."
    )
