"""
Conversion of a message to the previous version of its contract.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from schemadiff.catalog.model import Contract, DowngradeStep, Version
from schemadiff.errors import InputError
from schemadiff.instance import (
    Pointer,
    Value,
    equal,
    exact,
    format_pointer,
    get_at,
    kind,
    parse_pointer,
    remove_at,
    set_at,
)
from schemadiff.schema import load_file
from schemadiff.sources import Tree
from schemadiff.validators.harness import Validators

_ABSENT: Any = object()


class DowngradeRefused(InputError):  # noqa: N818 - a result for one message, more than an error
    """
    A message cannot be converted to the previous version.
    """


def downgrade(
    contract: Contract,
    version: str,
    value: Value,
    *,
    tag: Pointer | None = None,
    check: Callable[[Value], str | None] | None = None,
) -> Value:
    """
    Convert a message to the previous version of its contract.

    Arguments:
        contract, version: the contract and version of the message.
        value: the message; it is not modified.
        tag: the location of the version tag, if the contract declares none.
        check: returns why a value is invalid in the previous version, or None if it is valid; see ``checker``.

    Returns:
        The converted message.

    Raises:
        DowngradeRefused: the tag names another version, a step cannot be applied, or ``check`` rejects the result.
        UsageError: the contract has no such version.
    """
    there = contract.version(version)
    before = contract.before(version)
    if before is None:
        raise DowngradeRefused(f"{contract.name} {version} is the first version")
    if there.downgrade is None:
        raise DowngradeRefused(
            f"{contract.name} {version} has no way back to {before.name}",
            remedy="Describe it in the manifest under 'downgrade:'; an empty list says that only the version differs.",
        )
    tag = contract.tag or tag
    if tag is not None and not equal(_at(value, tag), version):
        raise DowngradeRefused(f"{format_pointer(tag)} does not say that the message is {version}")
    for step in there.downgrade:
        value = apply_step(step, value)
    if tag is not None:
        value = set_at(value, tag, before.name)
    reason = check(value) if check else None
    if reason:
        raise DowngradeRefused(f"the message has no form in {before.name}: {reason}")
    return value


def checker(tree: Tree, version: Version) -> Callable[[Value], str | None]:
    """
    A function that returns why a value is invalid in a version, or None if it is valid; for ``downgrade``.
    """
    validators = Validators(load_file(tree, version.path))

    def check(value: Value) -> str | None:
        verdicts = validators.check(value)
        if verdicts.agreed:
            return None
        for place, message in validators.errors(value):
            return f"{format_pointer(place) or 'the message'}: {message[:300]}"
        return "the validators do not agree on it"

    return check


def apply_step(step: DowngradeStep, value: Value) -> Value:
    """
    Apply one step to a message. A step whose location is absent, or whose ``where`` does not hold, changes nothing.
    """
    for condition, wanted in step.where:
        if not any(equal(_at(value, result), wanted) for result in _places(value, condition)):
            return value
    if step.action == "rename":
        return _rename(step, value)
    if step.action == "default":
        for place in list(_places(value, step.at, new=True)):
            if _at(value, place) is _ABSENT:
                value = set_at(value, place, step.argument)
        return value
    # In reverse, so that removing an item does not move the items before it.
    for place in reversed(list(_places(value, step.at))):
        if step.action == "drop":
            value = remove_at(value, place)
        elif step.action == "scale":
            value = set_at(value, place, _scaled(step, place, get_at(value, place)))
        else:
            value = set_at(value, place, _mapped(step.argument, get_at(value, place)))
    return value


def _rename(step: DowngradeStep, value: Value) -> Value:
    for source in reversed(list(_places(value, step.at))):
        target = _target(step, value, source)
        taken = _at(value, target) is not _ABSENT
        if taken and step.option not in ("keep", "replace"):
            raise DowngradeRefused(
                f"{format_pointer(source)} cannot become {format_pointer(target)}: there is something already"
            )
        moved = get_at(value, source)
        value = remove_at(value, source)
        if not taken or step.option == "replace":
            try:
                value = set_at(value, target, moved)
            except (LookupError, TypeError):
                raise DowngradeRefused(
                    f"{format_pointer(source)} cannot become {format_pointer(target)}: there is nothing to put it in"
                ) from None
    return value


def _target(step: DowngradeStep, value: Value, source: Pointer) -> Pointer:
    """
    The location that ``rename`` moves a value to: each ``*`` stands for the same item on both sides.
    """
    written = parse_pointer(step.at)
    items = iter([pointer for pointer, sign in zip(source, written, strict=True) if sign == "*"])
    pointer: list[str | int] = []
    for sign in parse_pointer(step.to or ""):
        here = _at(value, tuple(pointer))
        part = next(items) if sign == "*" else sign
        pointer.append(int(part) if isinstance(here, list) and str(part).isdecimal() else part)
    return tuple(pointer)


def _scaled(step: DowngradeStep, place: Pointer, number: Value) -> Value:
    if kind(number) != "number":
        raise DowngradeRefused(f"{format_pointer(place)} is no number, so it cannot be scaled")
    product = Fraction(number) * Fraction(step.argument)
    if step.option == "up":
        return math.ceil(product)
    if step.option == "down":
        return math.floor(product)
    if step.option == "nearest":
        return math.floor(product + Fraction(1, 2))
    if step.option == "exact" and product.denominator != 1:
        raise DowngradeRefused(f"{format_pointer(place)} times {step.argument} is no whole number")
    return exact(product)


def _mapped(table: dict[str, Value], found: Value) -> Value:
    return table[found] if isinstance(found, str) and found in table else found


def _places(value: Value, text: str, *, new: bool = False) -> Iterator[Pointer]:
    """
    The locations in a message that match a pointer's text, in order; ``new`` includes one whose last property is absent
    from an existing object.
    """
    steps = [str(step) for step in parse_pointer(text)]
    pending: list[Pointer] = [()]
    for depth, step in enumerate(steps):
        last = new and depth == len(steps) - 1
        pending = [(*place, inside) for place in pending for inside in _inside(_at(value, place), step, last)]
    yield from pending


def _inside(value: Value, step: str, new: bool) -> list[str | int]:
    if isinstance(value, dict):
        return [step] if new or step in value else []
    if isinstance(value, list):
        if step == "*":
            return list(range(len(value)))
        return [int(step)] if step.isascii() and step.isdecimal() and int(step) < len(value) else []
    return []


def _at(value: Value, place: Pointer) -> Value:
    try:
        return get_at(value, place)
    except (LookupError, TypeError):
        return _ABSENT
