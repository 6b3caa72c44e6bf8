"""
Content models: the subschema that applies to an undeclared property name or item position.
"""

from __future__ import annotations

from schemadiff.changes.change import Pair
from schemadiff.changes.normalized_view import NormalizedView
from schemadiff.changes.shape import Shape
from schemadiff.keywords import Effect
from schemadiff.keywords import names as kw
from schemadiff.keywords.scoped_schema import ScopedSchema

OPEN, CLOSED, PARTIAL = "open", "closed", "partial"
"""The undeclared rest is under the schema ``true``, ``false``, or another one."""


def model_of(reading: NormalizedView, rest: ScopedSchema | None) -> str:
    """
    The content model given by the schema for the undeclared rest.
    """
    if rest is None:
        return OPEN
    shape = reading.shape(rest)
    return CLOSED if shape.forbidden else OPEN if shape.open else PARTIAL


def object_rest(shape: Shape) -> ScopedSchema | None:
    """
    The schema for names that neither ``properties`` nor a pattern declares. Beside ``additionalProperties``, which
    evaluates them all, ``unevaluatedProperties`` applies to none.
    """
    return shape.child(kw.ADDITIONAL_PROPERTIES) or shape.child(kw.UNEVALUATED_PROPERTIES)


def array_rest(shape: Shape) -> ScopedSchema | None:
    """
    The schema for the items behind a tuple.
    """
    return shape.child(kw.ITEMS) or shape.child(kw.UNEVALUATED_ITEMS)


def object_model(reading: NormalizedView, shape: Shape) -> str:
    """
    The content model for names that ``properties`` does not declare.
    """
    return PARTIAL if kw.PATTERN_PROPERTIES in shape.normalized else model_of(reading, object_rest(shape))


def effect_of_declaring(
    pair: Pair, keyword: str, model: str, rest: ScopedSchema | None, declared: ScopedSchema
) -> Effect:
    """
    The effect of declaring a name or position that was under the content model before; ``rest`` is the schema that
    makes the model, where one does alone.
    """
    reading = pair.reading
    own = model_of(reading, declared)
    effect = Effect.INCOMPARABLE
    if model == OPEN:
        effect = Effect.NONE if own == OPEN else Effect.NARROWED
    elif model == CLOSED:
        effect = Effect.NONE if own == CLOSED else Effect.WIDENED
    elif rest is not None and reading.same(rest, declared):
        effect = Effect.NONE
    # Declaring also marks as evaluated. Where all was allowed before, that lets through nothing more.
    read = pair.is_read(keyword, outside=True)
    return Effect.INCOMPARABLE if read and effect is not Effect.NARROWED else effect
