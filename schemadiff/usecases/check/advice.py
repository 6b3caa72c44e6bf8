"""
Advice of the gate: a new version instead of a breaking edit, and the order in which to deploy one.
"""

from __future__ import annotations

import json
import posixpath
import shlex
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from schemadiff.catalog import MANIFESTS, UNVERSIONED, Catalog, Contract, Version
from schemadiff.catalog.file_names import split_extension
from schemadiff.decide import Classification, Comparison, Direction, PolicyFinding, Verdict
from schemadiff.usecases.check.guarded_set import Sides


@dataclass(frozen=True, slots=True, kw_only=True)
class Adviser:
    """
    What advice on a change depends on.

    Attributes:
        old, new: the contracts of the base and of the head.
        base: the name of the base's side.
        against: the revision that the change is to join.
        as_of: today.
        edited: from the path of a schema to the changed files among its own and those that it refers to.
    """

    old: Catalog
    new: Catalog
    base: str
    against: str
    as_of: date
    edited: Callable[[str], list[str]]

    def advised(self, comparison: Comparison) -> Comparison:
        """
        Add what to do instead to a comparison that breaks a published version.
        """
        breaks = any(
            finding.classification is Classification.BREAKING and finding.waived is None
            for finding in comparison.findings
        )
        in_place = comparison.old == f"{self.base}:{comparison.new}"
        if not breaks or not comparison.binds or not in_place:
            return comparison
        contract, after = self.old.contract(comparison.contract), self.new.contract(comparison.contract)
        advice = self._advice(contract, after, after.version(comparison.new))
        return replace(comparison, notes=(*comparison.notes, *advice))

    def _advice(self, contract: Contract, after: Contract, version: Version) -> Iterator[str]:
        promised = contract.promise if contract.promise != "full" else "backward and forward"
        others = [path for path in self.edited(version.path) if path != version.path]
        if others and version.path not in self.edited(version.path):
            yield (
                f"{contract.name} refers to what was edited, and an edit must keep its promise ({promised}). Take the "
                f"edit back: git checkout {self.against} -- {' '.join(map(shlex.quote, others))}"
            )
            yield f"Put what is new into a file of its own, and let a new version of {contract.name} refer to that."
            return
        if version.name == UNVERSIONED:
            stem, extension = split_extension(posixpath.basename(version.path))
            folder = posixpath.dirname(version.path)
            yield f"{contract.name} is in use, so an edit must keep its promise ({promised}). Make a v2 instead."
            yield (
                f"Rename {version.path} to {posixpath.join(folder, f'{stem}.v1{extension}')} as it was, and put the "
                f"change into {stem}.v2{extension} beside it."
            )
            return
        name = next_version([each.name for each in after.versions])
        path = self._path_of(contract, version, name)
        yield (
            f"{contract.name} {version.name} is published, so an edit must keep its promise ({promised}). "
            f"Make a {name} instead."
        )
        yield (
            f"Copy the edited file to {path}, let it pin its version to {name!r}, and take the edit back: "
            f"git checkout {self.against} -- {shlex.quote(version.path)}"
        )
        if self.new.path:
            usual = posixpath.join(self.new.folder, f"{contract.name}.{name}.json")
            file = "" if path == usual else f"file: {posixpath.relpath(path, self.new.folder or '.')}, "
            entry = f"{name}: {{{file}published: {self.as_of}}}"
            yield f"List it in {self.new.path}, under the versions of {contract.name}: {entry}"

    @staticmethod
    def _path_of(contract: Contract, version: Version, name: str) -> str:
        """
        Where the file of a new version belongs, after the example of another one.
        """
        folder, file = posixpath.split(version.path)
        if posixpath.basename(folder) == version.name:
            return posixpath.join(posixpath.dirname(folder), name, file)
        head, _, tail = file.rpartition(version.name)
        return posixpath.join(folder, f"{head}{name}{tail}" if head or tail else f"{contract.name}.{name}.json")


def with_renaming_advice(remark: PolicyFinding, old: Catalog, sides: Sides, renamed: dict[str, str]) -> PolicyFinding:
    """
    Add how to declare a rename to the finding on the removal of a contract that may have another name now.
    """
    contract = next((each for each in old.contracts if each.name == remark.contract), None)
    if remark.rule != "version-removed-before-sunset" or contract is None:
        return remark
    known = {(folder, each.name) for folder, catalog in sides.old.catalogs.items() for each in catalog.contracts}
    targets = {renamed.get(version.path) for version in contract.versions}
    added = [
        (not any(version.path in targets for version in each.versions), folder != old.folder, folder, each.name)
        for folder, catalog in sides.new.catalogs.items()
        for each in catalog.contracts
        if (folder, each.name) not in known
    ]
    if not added or (min(added)[0] and len(added) > 1):
        return remark
    _, _, folder, name = min(added)
    catalog = sides.new.catalogs[folder]
    if catalog.path is not None:
        line = f"write under {name} in {catalog.path}: formerly: {json.dumps(contract.name)}"
    else:
        versions = {
            version.name: {"file": posixpath.relpath(version.path, folder or ".")}
            for version in catalog.contract(name).versions
        }
        manifest = {"schemadiff": 1, "contracts": {name: {"formerly": contract.name, "versions": versions}}}
        line = f"write a file {posixpath.join(folder, MANIFESTS[0])}: {json.dumps(manifest)}"
    return replace(remark, notes=(*remark.notes, f"If {contract.name} is called {name} now, {line}"))


def next_version(names: list[str]) -> str:
    """
    The name of the version after the last one: v10 after v9, 1.3 after 1.2.
    """
    last = names[-1]
    digits = len(last) - len(last.rstrip("0123456789"))
    return f"{last[:-digits]}{int(last[-digits:]) + 1}" if digits else f"{last}2"


def rollout_hint(comparisons: Iterable[Comparison]) -> tuple[str, ...]:
    """
    In which order readers and writers may move to each new version, by the verdicts alone.
    """
    hints = []
    for comparison in comparisons:
        if comparison.old.rpartition(":")[2] == comparison.new:
            continue
        verdicts = [comparison.judgement(way).verdict for way in (Direction.BACKWARD, Direction.FORWARD)]
        # A reader that distinguishes versions by a tag has to know the new tag, whatever the schemas allow.
        order = _ORDERS[None if comparison.tag is not None else tuple(v is Verdict.COMPATIBLE for v in verdicts)]
        hints.append(f"{comparison.contract}: {comparison.old} → {comparison.new}: {order}")
    return tuple(hints)


_BOTH = "readers must read both versions before any writer moves; the old one is retired after its window."
_ORDERS: dict[tuple[bool, ...] | None, str] = {
    None: _BOTH,
    (False, False): _BOTH,
    (True, True): "readers and writers may move in any order.",
    (True, False): "move the readers first, then the writers.",
    (False, True): "move the writers first, then the readers.",
}
"""By what is compatible, backward and forward; None for versions that carry a tag."""
