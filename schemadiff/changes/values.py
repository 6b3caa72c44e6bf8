"""
Changes of assertions with plain values: types, allowed values, bounds, flags.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any

from schemadiff.changes.change import Change, Edit, Pair, at_keyword
from schemadiff.changes.normalize_types import NULL, allowed_by, is_of_type
from schemadiff.changes.null import ADDED, REMOVED, placed
from schemadiff.changes.shape import Shape, Spot, same_value
from schemadiff.instance import dumps, exact, key, kind
from schemadiff.keywords import ABSENT, MODERN, Dialect, Effect, Role
from schemadiff.keywords import names as kw
from schemadiff.keywords.effects import named_types

_BOUNDS = ((kw.MAXIMUM, kw.EXCLUSIVE_MAXIMUM, 1), (kw.MINIMUM, kw.EXCLUSIVE_MINIMUM, -1))
_VALUES = (kw.ENUM, kw.CONST, kw.TYPE)
_LED = {row.name: row.led_by for row in MODERN.values() if row.led_by}
_APART = {*_VALUES, kw.REQUIRED, *(word for pair in _BOUNDS for word in pair[:2])}

PLAIN = tuple(
    row.name
    for row in MODERN.values()
    if row.role is Role.ASSERTION and row.name not in _APART and row.compare is not None
)
"""The assertions about which a comparison of their two values says everything."""


def value_changes(pair: Pair) -> Iterator[Change]:
    """
    The changes of keywords without subschemas, except ``required``.
    """
    yield from _allowed_values(pair)
    for inclusive, exclusive, sign in _BOUNDS:
        yield from _bound(pair, inclusive, exclusive, sign)
    for name in PLAIN:
        led_by = _LED.get(name)
        led = led_by is None or (led_by in pair.old.normalized and led_by in pair.new.normalized)
        if led and (name in pair.old.normalized or name in pair.new.normalized):
            yield from _plain(pair, name)
    yield from _format(pair)


def _plain(pair: Pair, name: str) -> Iterator[Change]:
    row = MODERN[name]
    old, new = pair.old.value(name), pair.new.value(name)
    if same_value(old, new):
        return
    before, after = (row.absent if each is ABSENT else each for each in (old, new))
    effect = row.compare(before, after) if row.compare else Effect.INCOMPARABLE
    if effect is not Effect.NONE:
        yield at_keyword(pair, name, effect)


def _format(pair: Pair) -> Iterator[Change]:
    old, new = pair.old.value(kw.FORMAT), pair.new.value(kw.FORMAT)
    if old != new:
        yield at_keyword(pair, kw.FORMAT, Effect.NONE)


def _allowed_values(pair: Pair) -> Iterator[Change]:
    """
    The changes of ``enum``, ``const`` and ``type``, compared together since listed values imply their types.
    """
    old, new = allowed_by(pair.old), allowed_by(pair.new)
    if old is None and new is None:
        yield from _types(pair)
    elif old is None or new is None:
        values = new if new is not None else old or []
        side, other = (pair.new, pair.old) if old is None else (pair.old, pair.new)
        types = other.value(kw.TYPE)
        fits = types is ABSENT or all(_fits(value, types, other) for value in values)
        fact = "enum-added" if old is None else "enum-removed"
        effect = Effect.INCOMPARABLE if not fits else Effect.NARROWED if old is None else Effect.WIDENED
        word = kw.CONST if kw.CONST in side.normalized else kw.ENUM
        yield at_keyword(pair, word, effect, fact=fact, edits=_value_edits(pair), details={"values": tuple(values)})
    else:
        yield from _listed(pair, old, new)


def _fits(value: Any, types: Any, shape: Shape) -> bool:
    """
    Whether a listed value has a type under some spelling; in draft-04 ``1`` is an integer and its equal ``1.0`` is not.
    """
    if shape.node.dialect is Dialect.DRAFT4 and kind(value) == "number":
        return types == "number" or (not isinstance(types, str) and "number" in types)
    return is_of_type(value, types)


def _listed(pair: Pair, old: list[Any], new: list[Any]) -> Iterator[Change]:
    before, after = {key(value): value for value in old}, {key(value): value for value in new}
    gone = tuple(value for name, value in before.items() if name not in after)
    come = tuple(value for name, value in after.items() if name not in before)
    if not gone and not come:
        return
    word = kw.ENUM if kw.ENUM in pair.old.normalized or kw.ENUM in pair.new.normalized else kw.CONST
    apart = _same_form(pair) and bool(before.keys() & after.keys())
    if gone and come and not apart:
        both = {"gone": gone, "come": come}
        edits = _value_edits(pair)
        change = at_keyword(pair, word, Effect.INCOMPARABLE, fact="enum-replaced", edits=edits, details=both)
        yield replace(change, old_at=_at_value(change.old_at, gone[0]), new_at=_at_value(change.new_at, come[0]))
        return
    if gone:
        edits = (pair.edit(kw.ENUM, gone, ()),) if apart else _value_edits(pair)
        fact = REMOVED if gone == (None,) else "enum-value-removed"
        change = at_keyword(pair, word, Effect.NARROWED, fact=fact, edits=edits, details={"values": gone})
        yield placed(pair, replace(change, old_at=_at_value(change.old_at, gone[0])))
    if come:
        edits = (pair.edit(kw.ENUM, (), come),) if apart else _value_edits(pair)
        fact = ADDED if come == (None,) else "enum-value-added"
        change = at_keyword(pair, word, Effect.WIDENED, fact=fact, edits=edits, details={"values": come})
        yield placed(pair, replace(change, new_at=_at_value(change.new_at, come[0])))


def _at_value(at: Spot, value: Any) -> Spot:
    """
    The location of a value in a list that is written at a location, or of the branch that allows it alone; that
    location if there is no such list.
    """
    try:
        written = at.document.node(at.pointer[:-1]).value[at.pointer[-1]]
    except (LookupError, TypeError):
        return at
    sought = key(value)
    listed = enumerate(written) if isinstance(written, list) else ()
    return at.inside(next((index for index, each in listed if key(each) == sought or _names_only(each, sought)), None))


def _names_only(branch: Any, sought: Hashable) -> bool:
    """
    Whether a branch of a choice names one value, the one with a key.
    """
    if not isinstance(branch, dict):
        return False
    values = [branch[kw.CONST]] if kw.CONST in branch else branch.get(kw.ENUM)
    return isinstance(values, list) and [key(value) for value in values] == [sought]


def _same_form(pair: Pair) -> bool:
    lists = all(kw.ENUM in shape.normalized and kw.CONST not in shape.normalized for shape in (pair.old, pair.new))
    return lists and same_value(pair.old.value(kw.TYPE), pair.new.value(kw.TYPE))


def _value_edits(pair: Pair) -> tuple[Edit, ...]:
    return tuple(pair.edit(word) for word in _VALUES if word in pair.old.normalized or word in pair.new.normalized)


def _types(pair: Pair) -> Iterator[Change]:
    before, after = named_types(pair.old.value(kw.TYPE)), named_types(pair.new.value(kw.TYPE))
    gone, come = before - after, after - before
    if not gone and not come:
        return
    fact = _TYPE_FACTS.get((gone, come), kw.TYPE)
    effect = Effect.INCOMPARABLE if gone and come else Effect.NARROWED if gone else Effect.WIDENED
    yield placed(pair, at_keyword(pair, kw.TYPE, effect, fact=fact))


_TYPE_FACTS = {
    (frozenset([NULL]), frozenset()): REMOVED,
    (frozenset(), frozenset([NULL])): ADDED,
    (frozenset(["number"]), frozenset()): "number-became-integer",
    (frozenset(), frozenset(["number"])): "integer-became-number",
}


def _bound(pair: Pair, inclusive: str, exclusive: str, sign: int) -> Iterator[Change]:
    """
    The change of the effective bound: the tighter one of an inclusive and an exclusive bound.
    """
    words = [word for word in (inclusive, exclusive) if word in pair.old.normalized or word in pair.new.normalized]
    asked = [(shape.value(kw.TYPE) == "integer", *map(shape.value, words)) for shape in (pair.old, pair.new)]
    if not words or asked[0] == asked[1]:
        return
    old, new = (_tightest(shape, inclusive, exclusive, sign) for shape in (pair.old, pair.new))
    if old == new:
        return
    narrowed = old is None or (new is not None and new < old)
    effect = Effect.NARROWED if narrowed else Effect.WIDENED
    changed = [word for word in words if pair.old.value(word) != pair.new.value(word)]
    main = changed[0] if changed else words[0]
    edits = tuple(pair.edit(word) for word in words)
    details = {"old": _bound_text(old, sign), "new": _bound_text(new, sign)}
    yield at_keyword(pair, main, effect, fact=inclusive, edits=edits, details=details)


def _tightest(shape: Shape, inclusive: str, exclusive: str, sign: int) -> tuple[Fraction, int] | None:
    """
    The effective bound, with its sign turned so that smaller is tighter; the second part is 1 if it is inclusive.
    """
    result = [
        (sign * Fraction(shape.normalized[word].value), allowed)
        for word, allowed in ((inclusive, 1), (exclusive, 0))
        if word in shape.normalized
    ]
    best = min(result, default=None)
    if best is None or shape.value(kw.TYPE) != "integer":
        return best
    value, allowed = best
    # The next whole number inside the bound: no other difference can be seen by integers.
    whole = ceil(value) - 1 if not allowed else floor(value)
    return Fraction(whole), 1


def _bound_text(bound: tuple[Fraction, int] | None, sign: int) -> str:
    if bound is None:
        return "none"
    value, allowed = bound
    relation = {(1, 1): "≤", (1, 0): "<", (-1, 1): "≥", (-1, 0): ">"}[sign, allowed]
    return f"{relation} {_short_number(dumps(exact(sign * value)))}"


_MOST_DIGITS = 40
"""The characters of a number from which it is written with an exponent."""


def _short_number(text: str) -> str:
    """
    A number as it is, or with an exponent if it is long; digits that do not fit are left out visibly.
    """
    if len(text) <= _MOST_DIGITS:
        return text
    sign, digits, exponent = Decimal(text).as_tuple()
    significant = "".join(map(str, digits)).rstrip("0") or "0"
    rest = significant[1:_MOST_DIGITS] + ("…" if len(significant) > _MOST_DIGITS else "")
    power = int(exponent) + len(digits) - 1
    return f"{'-' * sign}{significant[0]}{'.' if rest else ''}{rest}e{power}"
