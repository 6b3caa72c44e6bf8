"""
What the gate tells people to do: a new version instead of a break, and the order in which to deploy one.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from schemadiff.catalog import UNVERSIONED, Catalog, Contract, Version
from schemadiff.decide import Classification, Comparison, Direction, Verdict


def advised(found: Comparison, old: Catalog, new: Catalog, base: str, against: str, as_of: date) -> Comparison:
    """
    A comparison that breaks a published version, with a word on what to do instead.

    Arguments:
        found: the comparison.
        old, new: the contracts of the base and of the head.
        base: what the base's side is called.
        against: the revision that the change shall join.
        as_of: today.
    """
    broken = any(each.classification is Classification.BREAKING and each.waived is None for each in found.findings)
    in_place = found.old == f"{base}:{found.new}"
    if not broken or not found.binds or not in_place:
        return found
    contract = next(each for each in old.contracts if each.name == found.contract)
    after = next(each for each in new.contracts if each.name == found.contract)
    version = after.version(found.new)
    return replace(found, notes=(*found.notes, *_advice(contract, after, version, new, against, as_of)))


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
    In which order the sides of each new version may be deployed, by the verdicts alone.
    """
    found = []
    for each in comparisons:
        if each.old.rpartition(":")[2] == each.new:
            continue
        verdicts = [each.judgement(way).verdict for way in (Direction.BACKWARD, Direction.FORWARD)]
        # Whoever tells versions apart by a tag has to know the new one, whatever the schemas allow.
        order = _ORDERS[None if each.tag is not None else tuple(v is Verdict.COMPATIBLE for v in verdicts)]
        found.append(f"{each.contract}: {each.old} → {each.new}: {order}")
    return tuple(found)


_BOTH = "readers must read both versions before any writer moves; the old one is retired after its window."
_ORDERS: dict[tuple[bool, ...] | None, str] = {
    None: _BOTH,
    (False, False): _BOTH,
    (True, True): "readers and writers may move in any order.",
    (True, False): "move the readers first, then the writers.",
    (False, True): "move the writers first, then the readers.",
}
"""By what is compatible, backward and forward; None for versions that carry a tag."""
