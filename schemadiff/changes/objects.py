"""
Changes of declared and required properties, and suspected renames.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from schemadiff.changes.change import Change, Descent, Edit, Found, Pair, at_keyword, at_part, change_of, written
from schemadiff.changes.content_model import effect_of_declaring, object_model, object_rest
from schemadiff.changes.normalize_types import allowed_by
from schemadiff.changes.normalized_view import annotation
from schemadiff.changes.renames import Rename, suspected_renames
from schemadiff.changes.shape import Shape
from schemadiff.keywords import ABSENT, Effect
from schemadiff.keywords import names as kw
from schemadiff.keywords.scoped_schema import ScopedSchema


def property_changes(pair: Pair) -> Found:
    """
    The changes of ``properties`` and ``required``, and the pairs of property subschemas to compare.
    """
    old, new = pair.old.children(kw.PROPERTIES), pair.new.children(kw.PROPERTIES)
    for name in old:
        if name in new:
            edge = (kw.PROPERTIES, name)
            yield Descent(old[name], new[name], edge, edge, (str(name),))
    gone, come = {n: old[n] for n in old if n not in new}, {n: new[n] for n in new if n not in old}
    required = (_required(pair.old), _required(pair.new))
    renamed: set[str] = set()
    for rename in suspected_renames(pair.reading, gone, come):
        renamed |= {rename.old, rename.new}
        yield _renamed(pair, rename, gone[rename.old], come[rename.new], required)
    for places, added in ((gone, False), (come, True)):
        for name, place in places.items():
            if name not in renamed:
                yield _declared(pair, str(name), place, required, added=added)
    yield from _requirements(pair, required, {*gone, *come})


_Names = dict[str, int]
"""The names of ``required`` with their positions."""


def _required(shape: Shape) -> _Names:
    value = shape.value(kw.REQUIRED)
    return {name: index for index, name in enumerate(value)} if isinstance(value, list) else {}


def _effect(pair: Pair, other: Shape, place: ScopedSchema) -> Effect:
    """
    The effect of declaring a name, compared with the side that does not. Where the content model changes as well, the
    effect of the declaration alone is not the final one.
    """
    models = [object_model(pair.reading, shape) for shape in (pair.old, pair.new)]
    if models[0] != models[1]:
        return Effect.INCOMPARABLE
    # Where patterns apply, there is no one subschema for undeclared names.
    rest = object_rest(other) if kw.PATTERN_PROPERTIES not in other.normalized else None
    return effect_of_declaring(pair, kw.PROPERTIES, models[0], rest, place)


def _declared(pair: Pair, name: str, place: ScopedSchema, required: tuple[_Names, _Names], *, added: bool) -> Change:
    """
    A property added or removed; its removal has the mirrored effect of its addition.
    """
    other = pair.old if added else pair.new
    effect = _effect(pair, other, place)
    default, _ = annotation(pair.reading, place, kw.DEFAULT)
    details = {"name": name, "model": object_model(pair.reading, other)}
    if added:
        details["default"] = default
    more: tuple[Edit, ...] = ()
    fact = f"property-{'added' if added else 'removed'}"
    if details["model"] != "closed" and _accepts_nothing(pair, place):
        fact = "property-forbidden" if added else "property-no-longer-forbidden"
    if name in required[added] and name not in required[not added]:
        effect = Effect.NARROWED if effect in (Effect.NONE, Effect.NARROWED) else Effect.INCOMPARABLE
        more = (pair.edit(kw.REQUIRED, () if added else (name,), (name,) if added else ()),)
        stem = "required-property-with-default" if added and default is not ABSENT else "required-property"
        fact = f"{stem}-{'added' if added else 'removed'}"
    return at_part(
        pair,
        kw.PROPERTIES,
        fact,
        effect if added else effect.mirrored,
        sides=(None, place) if added else (place, None),
        step=name,
        path=name,
        more=more,
        details=details,
    )


def _accepts_nothing(pair: Pair, place: ScopedSchema) -> bool:
    shape = pair.reading.shape(place)
    return shape.forbidden or allowed_by(shape) == []


def _renamed(
    pair: Pair, rename: Rename, old: ScopedSchema, new: ScopedSchema, required: tuple[_Names, _Names]
) -> Change:
    gone = (rename.old,) if rename.old in required[0] and rename.old not in required[1] else ()
    come = (rename.new,) if rename.new in required[1] and rename.new not in required[0] else ()
    edits = [pair.edit(kw.PROPERTIES, (rename.old,), (rename.new,))]
    if gone or come:
        edits.append(pair.edit(kw.REQUIRED, gone, come))
    fact = "property-renamed" if rename.factor is None else "property-renamed-with-new-unit"
    details = {"name": rename.old, "to": rename.new, "factor": rename.factor, "required": bool(come)}
    sides = written(old), written(new)
    return change_of(
        fact, kw.PROPERTIES, Effect.INCOMPARABLE, *sides, steps=(rename.old,), edits=tuple(edits), details=details
    )


def _requirements(pair: Pair, required: tuple[_Names, _Names], moved: set[str]) -> Iterator[Change]:
    """
    Names required on one side only that were declared on both or on neither.
    """
    old, new = required
    before, after = pair.old.children(kw.PROPERTIES), pair.new.children(kw.PROPERTIES)
    for name in new:
        if name not in old and not (name in moved and name in after):
            default = annotation(pair.reading, after[name], kw.DEFAULT)[0] if name in after else ABSENT
            fact = "property-became-required" if name in after else "undeclared-property-became-required"
            if default is not ABSENT:
                fact = "property-with-default-became-required"
            yield _requirement(pair, fact, name, added=new[name])
    for name in old:
        if name not in new and not (name in moved and name in before):
            fact = "property-became-optional" if name in before else "undeclared-property-became-optional"
            yield _requirement(pair, fact, name, removed=old[name])


def _requirement(pair: Pair, fact: str, name: str, *, added: int | None = None, removed: int | None = None) -> Change:
    """
    A name that became required or optional, at its position in the new or the old array.
    """
    edit = pair.edit(kw.REQUIRED, () if removed is None else (name,), () if added is None else (name,))
    effect = Effect.WIDENED if added is None else Effect.NARROWED
    change = at_keyword(pair, kw.REQUIRED, effect, fact=fact, edits=(edit,), details={"name": name}, steps=(name,))
    return replace(change, old_at=change.old_at.inside(removed), new_at=change.new_at.inside(added))
