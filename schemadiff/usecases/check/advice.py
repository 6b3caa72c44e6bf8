"""
Advice of the gate: a new version instead of a breaking edit, and the order in which to deploy one.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from schemadiff.catalog import UNVERSIONED, Catalog, Contract, Version
from schemadiff.decide import Classification, Comparison, Direction, Verdict


def advised(comparison: Comparison, old: Catalog, new: Catalog, base: str, against: str, as_of: date) -> Comparison:
    """
    Add what to do instead to a comparison that breaks a published version.

    Arguments:
        comparison: which.
        old, new: the contracts of the base and of the head.
        base: the name of the base's side.
        against: the revision that the change is to join.
        as_of: today.
    """
    breaks = any(
        finding.classification is Classification.BREAKING and finding.waived is None for finding in comparison.findings
    )
    in_place = comparison.old == f"{base}:{comparison.new}"
    if not breaks or not comparison.binds or not in_place:
        return comparison
    contract = next(contract for contract in old.contracts if contract.name == comparison.contract)
    after = next(contract for contract in new.contracts if contract.name == comparison.contract)
    version = after.version(comparison.new)
    return replace(comparison, notes=(*comparison.notes, *_advice(contract, after, version, new, against, as_of)))


def _advice(
    contract: Contract, after: Contract, version: Version, new: Catalog, against: str, as_of: date
) -> Iterator[str]:
    promised = contract.promise if contract.promise != "full" else "backward and forward"
    if version.name == UNVERSIONED:
        stem = posixpath.basename(version.path).removesuffix(".json").removesuffix(".schema")
        folder = posixpath.dirname(version.path)
        yield f"{contract.name} is in use, so an edit must keep its promise ({promised}). Make a v2 instead."
        yield (
            f"Rename {version.path} to {posixpath.join(folder, f'{stem}.v1.json')} as it was, and put the change into "
            f"{stem}.v2.json beside it."
        )
        return
    name = next_version([each.name for each in after.versions])
    head, _, tail = posixpath.basename(version.path).rpartition(version.name)
    path = posixpath.join(
        posixpath.dirname(version.path), f"{head}{name}{tail}" if head else f"{contract.name}.{name}.json"
    )
    yield (
        f"{contract.name} {version.name} is published, so an edit must keep its promise ({promised}). "
        f"Make a {name} instead."
    )
    yield (
        f"Copy the edited file to {path}, let it pin its version to {name!r}, and take the edit back: "
        f"git checkout {against} -- {version.path}"
    )
    if new.path:
        entry = f"{name}: {{published: {as_of}}}"
        yield f"List it in {new.path}, under the versions of {contract.name}: {entry}"


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
