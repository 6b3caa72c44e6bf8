"""
Content models: what a name or position meets that has no schema of its own.
"""

from __future__ import annotations

from schemadiff.diff.change import Pair
from schemadiff.diff.reading import Reading
from schemadiff.diff.shape import Shape
from schemadiff.keywords import Effect
from schemadiff.keywords import names as kw
from schemadiff.keywords.places import Place

OPEN, CLOSED, PARTIAL = "open", "closed", "partial"
"""What the rest meets: the schema ``true``, ``false``, or another one."""


def model_of(reading: Reading, rest: Place | None) -> str:
    """
    The content model that one schema for all the rest makes.
    """
    if rest is None:
        return OPEN
    shape = reading.shape(rest)
    return CLOSED if shape.forbidden else OPEN if shape.open else PARTIAL


def object_model(reading: Reading, shape: Shape) -> str:
    """
    What a name meets that ``properties`` does not declare.
    """
    words = (kw.ADDITIONAL_PROPERTIES, kw.UNEVALUATED_PROPERTIES)
    models = [model_of(reading, shape.child(word)) for word in words]
    patterns = kw.PATTERN_PROPERTIES in shape.facets
    if CLOSED in models:
        return PARTIAL if patterns else CLOSED
    return PARTIAL if PARTIAL in models or patterns else OPEN


def effect_of_declaring(pair: Pair, model: str, rest: Place | None, declared: Place) -> Effect:
    """
    What it does to give a name or position a schema of its own that met the content model before.

    Arguments:
        pair: where.
        model: the content model.
        rest: the schema that makes it, where one does alone.
        declared: the schema of its own.
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
    # Declaring a name also marks it as evaluated, which an ``unevaluated*`` keyword further out may read.
    return Effect.INCOMPARABLE if reading.watched and effect is not Effect.NARROWED else effect
